/** Figures of a training, as logs, manifests and displays have them. */
import type { Score, Task } from '../model/evaluation/scores';
import type { EpochReport, F1Scores } from '../model/folder/manifest';

/** A loss or a norm to four decimals. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** F1 in percent to two decimals. */
export function roundedScores({ ner, re, 're+': rePlus }: F1Scores): F1Scores {
  const percent = (score: number): number => Math.round(score * 100) / 100;
  return { ner: percent(ner), re: percent(re), 're+': percent(rePlus) };
}

/** What an epoch came to, in as many decimals as are kept. */
export function roundedReport({ epoch, loss, dev }: EpochReport): EpochReport {
  return { epoch, loss: rounded(loss), ...(dev === undefined ? {} : { dev: roundedScores(dev) }) };
}

/** F1 over all types together (micro) or averaged over types (macro), in percent to two decimals. */
export function f1Of(scores: Readonly<Record<Task, Score>>, average: 'micro' | 'macro'): F1Scores {
  return roundedScores({ ner: scores.ner[average].f1, re: scores.re[average].f1, 're+': scores['re+'][average].f1 });
}

/** "NER 87.71, RE 73.05, RE+ 72.80" */
export function inWords({ ner, re, 're+': rePlus }: F1Scores): string {
  return `NER ${ner.toFixed(2)}, RE ${re.toFixed(2)}, RE+ ${rePlus.toFixed(2)}`;
}

/** "45 s", "20 min", "3.5 h" */
export function duration(seconds: number): string {
  if (seconds < 90) return `${String(Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${String(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
