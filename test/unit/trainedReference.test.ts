import { existsSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { encoderConfig } from '../../src/model/encoder/config';
import { parseSafetensors } from '../../src/model/encoder/safetensors';
import { Weights } from '../../src/model/encoder/weights';
import { score, type Unscored } from '../../src/model/evaluation/scores';
import { Extractor } from '../../src/model/extract';
import type { Manifest } from '../../src/model/folder/manifest';
import { TableOptionsSchema } from '../../src/model/table/options';
import { upperIndex } from '../../src/model/table/logits';

interface SpertSentence {
  readonly tokens: string[];
  readonly entities: { type: string; start: number; end: number }[];
  readonly relations: { type: string; head: number; tail: number }[];
}

const shared = '../shared';
const present = existsSync(`${shared}/reference/conll04-mpnet6`) && existsSync(`${shared}/data/conll04`);

function read(file: string): SpertSentence[] {
  return JSON.parse(readFileSync(file, 'utf8')) as SpertSentence[];
}

function annotations({ entities, relations }: SpertSentence): Unscored {
  return {
    mentions: entities.map(({ type, start, end }) => ({ type, startToken: start, endToken: end })),
    relations: relations.map(({ type, head, tail }) => ({ type, head, tail })),
  };
}

const opened = new Map<string, Promise<Extractor>>();
function exact(reference: string): Promise<Extractor> {
  const found = opened.get(reference) ?? open(`${shared}/reference/${reference}`);
  opened.set(reference, found);
  return found;
}

/** A checkpoint of the independent implementation, which has no manifest of ours. */
async function open(folder: string): Promise<Extractor> {
  const json = (name: string): unknown => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  const manifest: Manifest = {
    name: folder,
    licence: '',
    encoder: encoderConfig(json('encoder/config.json')),
    options: v.parse(TableOptionsSchema, json('options.json')),
    schema: { entities: {}, relations: {} },
    files: {},
    trainedOn: { data: '', terms: '', seed: '' },
    metrics: {},
  };
  const weights = new Weights(parseSafetensors(readFileSync(`${folder}/weights.safetensors`), folder));
  return Extractor.of({ manifest, weights, tokenizer: json('encoder/tokenizer.json') }, { device: 'cpu', precision: 'float32' });
}

beforeEach((context) => {
  context.skip(!present, 'the trained reference models and CoNLL04 are not beside the checkout (../shared/reference, ../shared/data)');
});

describe.each(['conll04-mpnet6', 'conll04-minilm6'])('%s in float32 against the independent implementation', (reference) => {
  it('gives the logits of the first eight test sentences to 1e-3', async () => {
    const extractor = await exact(reference);
    const stored = parseSafetensors(readFileSync(`${shared}/reference/${reference}/logits-test-first8.safetensors`), 'logits');
    const sentences = read(`${shared}/data/conll04/conll04_test.json`).slice(0, 8);
    let sentence = 0;
    let largest = 0;
    for await (const { size, band, diagonal, upper } of extractor.logits(sentences.map(({ tokens }) => tokens))) {
      const entity = stored.get(`${sentence}.entity`)?.data as Float32Array;
      const relation = stored.get(`${sentence}.relation`)?.data as Float32Array;
      const labels = relation.length / size ** 2;
      entity.forEach((value, at) => (largest = Math.max(largest, Math.abs(value - (diagonal[at] ?? NaN)))));
      for (let i = 0; i < size; i++)
        for (let j = i + 1; j < size; j++)
          for (let label = 0; label < labels; label++) {
            const value = upper[upperIndex(band, labels, i, j) + label] ?? NaN;
            largest = Math.max(largest, Math.abs(value - (relation[(i * size + j) * labels + label] ?? NaN)));
          }
      sentence++;
    }
    expect(sentence).toBe(8);
    expect(largest).toBeLessThan(1e-3);
  });

  it.each(['dev', 'test'] as const)('predicts what it predicts on every %s sentence, with the same F1', async (split) => {
    const extractor = await exact(reference);
    const gold = read(`${shared}/data/conll04/conll04_${split}.json`);
    const expected = read(`${shared}/reference/${reference}/predictions-${split}.json`).map(annotations);
    const predicted = await extractor.extract(
      gold.map(({ tokens }) => tokens),
      { constraints: false, tables: false },
    );
    const bare = predicted.map(({ mentions, relations }) => ({
      mentions: mentions.map(({ score: _, ...mention }) => mention),
      relations: relations.map(({ score: _, ...relation }) => relation),
    }));
    expect(bare).toEqual(expected);
    const { scores } = JSON.parse(readFileSync(`${shared}/reference/${reference}/options.json`, 'utf8')) as {
      scores: Record<string, number[]>;
    };
    const { ner, re, 're+': rePlus } = score(gold.map(annotations), predicted);
    expect([ner, re, rePlus].map(({ micro }) => Math.round(100 * micro.f1) / 100)).toEqual(scores[split]);
  });
});
