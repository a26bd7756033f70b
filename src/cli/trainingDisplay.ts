import type { EpochReport } from '../model/folder/manifest';
import type { TrainingEvents } from '../model/training/training';
import type { Terminal } from './terminal';
import { duration, inWords, rounded, roundedReport } from './trainingFigures';
import type { TrainingLog } from './trainingLog';

/**
 * Shows and logs a training while it runs: a line that changes with each step where somebody watches, a line that stays for each epoch.
 * @param about what the log says first, beside the number of steps
 * @param prefix stands before each line
 */
export function shownTraining(log: TrainingLog, terminal: Terminal, about: object, prefix: string): TrainingEvents {
  let steps = 0;
  let perEpoch = 1;
  let milliseconds = 0;
  let done = 0;
  let last = '';
  const left = (step: number): string => `${duration(((steps - step) * milliseconds) / Math.max(1, done) / 1000)} left`;
  const epochLine = (report: EpochReport): object => {
    const { epoch, ...rest } = roundedReport(report);
    return { event: 'epoch', epoch, step: epoch * perEpoch, ...rest };
  };
  const ofEpochs = (epoch: number): string => `${prefix}epoch ${String(epoch)}/${String(steps / perEpoch)}`;
  return {
    signal: terminal.signal,
    async onStart(start) {
      ({ steps, stepsPerEpoch: perEpoch } = start);
      const from = start.checkpoint?.step ?? 0;
      const epoch = start.checkpoint?.epochs.at(-1);
      if (start.tooLong > 0)
        terminal.say(`${prefix}${String(start.tooLong)} sentences are not trained on: the encoder can't hold so many subwords`);
      await log.start(from, { event: 'start', steps, stepsPerEpoch: perEpoch, ...about }, epoch && epochLine(epoch));
      const going = `Going on after step ${String(from)} of ${String(steps)}`;
      terminal.say(`${prefix}${from > 0 ? going : `${String(steps)} steps, ${String(perEpoch)} an epoch`}`);
    },
    async onStep({ step, epoch, loss, gradientNorm, milliseconds: taken, processorMilliseconds }) {
      milliseconds += taken;
      done += 1;
      const within = step - (epoch - 1) * perEpoch;
      terminal.status(`${ofEpochs(epoch)}  step ${String(within)}/${String(perEpoch)}  loss ${loss.toFixed(2)}${last}  ${left(step)}`);
      const took = { ms: Math.round(taken), cpu: Math.round(processorMilliseconds) };
      await log.line({ event: 'step', step, epoch, loss: rounded(loss), norm: rounded(gradientNorm), ...took });
    },
    async onEpoch({ isBest, ...report }) {
      const { epoch, loss, dev } = report;
      if (dev !== undefined) last = `  dev ${[dev.ner, dev.re, dev['re+']].map((score) => score.toFixed(1)).join('/')}`;
      const scores = dev === undefined ? '' : `  dev ${inWords(dev).replaceAll(', ', '  ')}${isBest ? '  best' : ''}`;
      terminal.say(`${ofEpochs(epoch)}  loss ${loss.toFixed(2)}${scores}  ${left(epoch * perEpoch)}`);
      await log.line(epochLine(report));
      await log.draw();
    },
  };
}
