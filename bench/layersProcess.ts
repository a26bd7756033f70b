/**
 * What extraction costs with each number of encoder layers: `node layersProcess.js MODEL DATA ROUNDS` prints JSON. Only time is looked at, so one
 * model will do, cut off after its first layers. All take turns, sentence by sentence.
 */
import process from 'node:process';
import { readDataSet } from '../src/cli/dataSet';
import { mean, spreadOf } from '../src/cli/statistics';
import { Extractor } from '../src/model/extract';
import { readModelFolder } from '../src/model/folder/folder';
import { operationsOf, type Operations } from '../src/model/operations';
import { Times } from './figures';

/** Times in milliseconds. */
export interface LayersRow {
  readonly layers: number;
  /** Of a sentence of 128 subwords that are a word each, and the mean of the data's sentences. */
  readonly operations: { readonly paper: Operations; readonly mean: Operations };
  /** The median of what a sentence takes, and the mean of its processor time. */
  readonly sentence: { readonly median: number; readonly processor: number };
}

/** Subwords of the sentence that the paper counts operations for. */
const PAPER = 128;
/** Every so many-th sentence is measured. */
const SAMPLE = 6;

async function run(folder: string, data: string, rounds: number): Promise<readonly LayersRow[]> {
  const sentences = (await readDataSet(data)).sentences.map(({ tokens }) => tokens);
  const model = await readModelFolder(folder);
  const { options, encoder } = model.manifest;
  const contenders: { readonly extractor: Extractor; readonly times: Times }[] = [];
  for (let layers = 0; layers <= options.layers; layers++) {
    const cut = { ...model, manifest: { ...model.manifest, options: { ...options, layers } } };
    contenders.push({ extractor: await Extractor.of(cut, { device: 'cpu' }), times: new Times() });
  }
  for (let round = -1; round < rounds; round++)
    for (const words of sentences.filter((_, at) => at % SAMPLE === 0))
      for (const { extractor, times } of contenders) {
        const extract = (): Promise<unknown> => extractor.extract([words], { constraints: true, tables: false });
        // The first round is a warm-up.
        await (round < 0 ? extract() : times.add(extract));
      }
  return contenders.map(({ extractor, times }, layers) => {
    const each = sentences.map((words) => extractor.operations(words));
    return {
      layers,
      operations: {
        paper: operationsOf(encoder, { ...options, layers }, { subwords: PAPER, words: PAPER }),
        mean: { encoder: mean(each.map((one) => one.encoder)), head: mean(each.map((one) => one.head)) },
      },
      sentence: { median: spreadOf(times.wall).median, processor: mean(times.processor) },
    };
  });
}

const [folder = '', data = '', rounds = '1'] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await run(folder, data, Number(rounds))));
