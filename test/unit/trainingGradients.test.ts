import { describe, expect, it } from 'vitest';
import { Encoder } from '../../src/model/encoder/encoder';
import { WORD_EMBEDDINGS } from '../../src/model/encoder/layers';
import { Weights } from '../../src/model/encoder/weights';
import type { Tensor } from '../../src/model/graph/tensor';
import { float32, sizeOf } from '../../src/model/graph/tensor';
import { Session } from '../../src/model/runtime/session';
import { Head } from '../../src/model/table/head';
import { upperIndex } from '../../src/model/table/logits';
import { batchOf, resolve } from '../../src/model/training/batch';
import type { Example } from '../../src/model/training/examples';
import { checkpointOf, freshHead, parametersOf } from '../../src/model/training/parameters';
import { Random } from '../../src/model/training/random';
import { trainingGraph } from '../../src/model/training/trainingGraph';
import { relativeDifference, TINY_MODELS, tinyGradients, tinyModel } from './tinyModels';

/** The reference's sentences with their labels. */
function examplesOf(model: (typeof TINY_MODELS)[number], tau: number): Example[] {
  const { reference, sentences } = tinyModel(model, tau);
  return sentences.map((sentence, at) => {
    const { entityLabels = [], relationLabels = [] } = reference.sentences[at] ?? {};
    const relationCells = relationLabels.flatMap((row, i) =>
      row.flatMap((label, j) => (j > i && label > 0 ? [{ row: i, column: j, label }] : [])),
    );
    return { ...sentence, mentionLabels: entityLabels, relationCells };
  });
}

function crossEntropy(logits: Float32Array, label: number): number {
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - (logits[label] ?? NaN);
}

const NO_DROPOUT = { encoder: 0, words: 0, cells: 0 };
const PLAIN = { labelSmoothing: 0, negativeWeight: 1 };

describe.each(TINY_MODELS)('training graph of tiny %s', (model) => {
  it.each([1, 4])('has the loss and every gradient of the independent implementation at router temperature %d', async (tau) => {
    const { reference, options, config, weights } = tinyModel(model, tau);
    const examples = examplesOf(model, tau);
    const batch = examples.length;
    const built = trainingGraph(config, options, { batch, dropout: NO_DROPOUT, firstTrainedLayer: 0, trainsWordEmbeddings: true });
    const { feeds, inputIds } = batchOf(examples, config, options, weights, PLAIN);
    const values = parametersOf(built.trained, weights, options, config);
    const session = await Session.create(built.graph);
    const inverseTemperature = float32([], Float32Array.of(1 / tau));
    const results = await session.run({ ...feeds, ...Object.fromEntries(values), inverseTemperature });
    expect(relativeDifference(results['loss']?.data as Float32Array, [reference.meanLoss])).toBeLessThan(1e-5);

    const gradients = checkpointOf(
      new Map(built.trained.map(({ name }) => [name, results[`gradient.${name}`] as Tensor<'float32'>])),
      options,
      config,
    );
    const ofWords = new Float32Array(config.vocab_size * config.hidden_size);
    const ofRows = results['gradient.words']?.data as Float32Array;
    inputIds.forEach((id, row) => {
      for (let at = 0; at < config.hidden_size; at++)
        ofWords[id * config.hidden_size + at] =
          (ofWords[id * config.hidden_size + at] as number) + (ofRows[row * config.hidden_size + at] as number);
    });
    gradients.set(WORD_EMBEDDINGS, { dtype: 'F32', shape: [config.vocab_size, config.hidden_size], data: ofWords });
    const expected = tinyGradients(model, tau);
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [name, { data }] of expected) {
      const actual = gradients.get(name)?.data as Float32Array;
      // In exact arithmetic, the gradient of a key's bias is zero: softmax doesn't see what is added to all scores of a query.
      if (/(key|attn[.]k)[.]bias$/.test(name)) for (const value of actual) expect(Math.abs(value)).toBeLessThan(1e-5);
      else expect(relativeDifference(actual, data as Float32Array), name).toBeLessThan(1e-4);
    }
  });

  it('gives a sentence the same loss alone and beside longer ones', async () => {
    const { options, config, weights } = tinyModel(model, 1);
    const examples = examplesOf(model, 1);
    const lossOf = async (some: readonly Example[]): Promise<number> => {
      const training = { batch: some.length, dropout: NO_DROPOUT, firstTrainedLayer: 0, trainsWordEmbeddings: false };
      const { graph, trained } = trainingGraph(config, options, training);
      const session = await Session.create(graph);
      const { feeds } = batchOf(some, config, options, weights, PLAIN);
      const inverseTemperature = float32([], Float32Array.of(1));
      const values = Object.fromEntries(parametersOf(trained, weights, options, config));
      return ((await session.run({ ...feeds, ...values, inverseTemperature }))['loss']?.data as Float32Array)[0] as number;
    };
    const alone = await Promise.all(examples.map(async (example) => lossOf([example])));
    const mean = alone.reduce((sum, loss) => sum + loss, 0) / alone.length;
    expect(await lossOf(examples)).toBeCloseTo(mean, 3);
  });

  it.each([1, 2] as const)(
    'has the loss that the logits of inference give, with distances, the biaffine term and %d convolutions',
    async (convolutions) => {
      const { options: plain, config, weights } = tinyModel(model, 1);
      const options = { ...plain, distance: true, biaffine: true, convolutions };
      const examples = examplesOf(model, 1);
      const training = { batch: examples.length, dropout: NO_DROPOUT, firstTrainedLayer: 0, trainsWordEmbeddings: false };
      const { graph, trained } = trainingGraph(config, options, training);
      const random = new Random(1);
      const values = new Map([
        ...parametersOf(
          trained.filter(({ name }) => name.startsWith('encoder.')),
          weights,
          options,
          config,
        ),
        ...freshHead(trained, options, config, random),
      ]);
      // What starts at zero would not be seen.
      for (const name of ['table.distance.weight', 'table.biaffine.weight'])
        values.get(name)?.data.forEach((_, at, data) => (data[at] = 0.5 * random.normal()));
      const session = await Session.create(graph);
      const { feeds } = batchOf(examples, config, options, weights, PLAIN);
      const one = float32([], Float32Array.of(1));
      const results = await session.run({ ...feeds, ...Object.fromEntries(values), inverseTemperature: one });

      const whole = new Weights(checkpointOf(values, options, config));
      const encoder = await Encoder.open(config, weights, options.layers, 'cpu', 'float32');
      const head = await Head.open(options, whole, config.hidden_size, 'cpu', 'float32');
      let sum = 0;
      for (const example of examples) {
        const { size, band, diagonal, upper } = await head.table(example, await encoder.encode(example));
        const labels = diagonal.length / size;
        example.mentionLabels.forEach((label, at) => (sum += crossEntropy(diagonal.subarray(at * labels, (at + 1) * labels), label)));
        for (let i = 0; i < size; i++)
          for (let j = i + 1; j < size; j++) {
            const label = example.relationCells.find(({ row, column }) => row === i && column === j)?.label ?? 0;
            const from = upperIndex(band, 5, i, j);
            sum += crossEntropy(upper.subarray(from, from + 5), label);
          }
      }
      expect((results['loss']?.data as Float32Array)[0]).toBeCloseTo(sum / examples.length, 2);
    },
  );

  it('trains only the last layers when told so', () => {
    const { options, config } = tinyModel(model, 1);
    const training = { batch: 2, dropout: { encoder: 0.1, words: 0.3, cells: 0.3 }, firstTrainedLayer: 1, trainsWordEmbeddings: false };
    const { trained, fixed, masks } = trainingGraph(config, options, training);
    const all = trainingGraph(config, options, { ...training, firstTrainedLayer: 0 });
    expect(fixed.every(({ name }) => /embeddings|relative_attention_bias|layer[.]0[.]/.test(name))).toBe(true);
    expect(trained.some(({ name }) => name.startsWith('encoder.encoder.layer.1.'))).toBe(true);
    expect(trained.length + fixed.length).toBe(all.trained.length);
    // No dropout in what is used as it is: embeddings, and three places in a layer.
    expect(masks.length).toBe(all.masks.length - 4);
    const [first] = masks;
    expect(sizeOf(resolve(first?.shape ?? [], { n: 5, s: 9 }))).toBe(2 * config.num_attention_heads * 9 * 9);
  });
});
