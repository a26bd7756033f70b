import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { segment } from '../../src/text/segment';
import { scores, spanScores } from './spanScores';

/** `conll04_*_raw.json`: offsets into `text`, which is ASCII, so that they are UTF-16 units too. */
interface RawSplit {
  readonly text: string;
  readonly sentences: readonly { readonly start: number; readonly end: number; readonly tokens: readonly (readonly [number, number])[] }[];
}

const folder = resolve(import.meta.dirname, '../../../shared/data/conll04');

describe.each(['dev', 'test'])('CoNLL04 %s from raw text', (split) => {
  const file = resolve(folder, `conll04_${split}_raw.json`);

  it('finds at least 98 % of words and 95 % of sentence starts (F1)', (context) => {
    context.skip(!existsSync(file), `${file} is not there`);
    const gold = JSON.parse(readFileSync(file, 'utf8')) as RawSplit;
    const found = segment(gold.text);
    const words = spanScores(
      gold.sentences.flatMap((sentence) => sentence.tokens.map(([startChar, endChar]) => ({ startChar, endChar }))),
      found.flatMap((sentence) => sentence.tokens),
    );
    const starts = scores(
      gold.sentences.map((sentence) => sentence.start),
      found.map((sentence) => sentence.startChar),
    );
    console.log(`CoNLL04 ${split}: words ${words.f1.toFixed(2)} % F1, sentence starts ${starts.f1.toFixed(2)} % F1`);
    expect(words.f1).toBeGreaterThanOrEqual(98);
    expect(starts.f1).toBeGreaterThanOrEqual(95);
  });
});
