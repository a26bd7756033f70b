/**
 * Extraction on one device, in a process of its own: `node devicesProcess.js MODEL DATA DEVICE PRECISION ROUNDS` prints JSON. Each round has the
 * same sentences, one after the other, as the model process gets them; the first round is a warm-up.
 */
import process from 'node:process';
import type { Prediction } from '../src/annotation/prediction';
import { readDataSet } from '../src/cli/dataSet';
import { mean, spreadOf } from '../src/cli/statistics';
import type { Precision } from '../src/model/encoder/parameters';
import { Extractor } from '../src/model/extract';
import type { Provider } from '../src/model/runtime/session';
import { Times } from './figures';

/** Times in milliseconds. */
export interface DeviceExtraction {
  /** From nothing to the first sentence's answer. */
  readonly start: number;
  /** Of a sentence; processor time is the mean. */
  readonly sentence: { readonly median: number; readonly p95: number; readonly processor: number };
  /** What was found in each sentence, scores left out. */
  readonly answers: readonly string[];
}

/** Every so many-th sentence is measured. */
const SAMPLE = 3;

async function run(folder: string, data: string, device: Provider, precision: Precision, rounds: number): Promise<DeviceExtraction> {
  const sentences = (await readDataSet(data)).sentences.map(({ tokens }) => tokens).filter((_, at) => at % SAMPLE === 0);
  const began = performance.now();
  const extractor = await Extractor.open(folder, { device, precision });
  await extractor.extract(sentences.slice(0, 1), { constraints: true, tables: false });
  const start = performance.now() - began;
  const answers: string[] = [];
  const times = new Times();
  const extract = async (words: readonly string[]): Promise<Prediction | undefined> =>
    (await extractor.extract([words], { constraints: true, tables: false }))[0];
  for (const words of sentences)
    answers.push(JSON.stringify(await extract(words), (key, value: unknown) => (key === 'score' ? undefined : value)));
  for (let round = 0; round < rounds; round++) for (const words of sentences) await times.add(() => extract(words));
  const { median, p95 } = spreadOf(times.wall);
  return { start, sentence: { median, p95, processor: mean(times.processor) }, answers };
}

const [folder = '', data = '', device = '', precision = '', rounds = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await run(folder, data, device as Provider, precision as Precision, Number(rounds)))}\n`);
