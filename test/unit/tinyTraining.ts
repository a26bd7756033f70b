import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { safetensors, type StoredTensor } from '../../src/model/encoder/safetensors';
import { Random } from '../../src/model/training/random';
import { type Ended, temporaryFolder } from './cliProcess';

const PEOPLE = ['Ann', 'Bob', 'Cid', 'Dee', 'Eve', 'Fay'];
const COMPANIES = ['Acme', 'Bolt', 'Cope', 'Dyne', 'Etco', 'Fuse'];
const WORDS = ['works', 'for', 'hired', 'left', 'and', 'today', '.'];

/** A BERT encoder of two layers that has learned nothing, with a vocabulary of our words. */
export function encoderFolder(): string {
  const folder = temporaryFolder();
  const tokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...[...PEOPLE, ...COMPANIES, ...WORDS].map((word) => word.toLowerCase())];
  const [width, inner, layers] = [32, 64, 2];
  const config = {
    model_type: 'bert',
    hidden_size: width,
    num_attention_heads: 4,
    num_hidden_layers: layers,
    intermediate_size: inner,
    max_position_embeddings: 64,
    vocab_size: tokens.length,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
  };
  const random = new Random(5);
  const tensors = new Map<string, StoredTensor>();
  const add = (name: string, shape: number[], draw: () => number): void => {
    const size = shape.reduce((product, dimension) => product * dimension, 1);
    tensors.set(name, { dtype: 'F32', shape, data: Float32Array.from({ length: size }, draw) });
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, [width], () => 1);
    add(`${name}.bias`, [width], () => 0);
  };
  const linear = (name: string, to: number, from: number): void => {
    add(`${name}.weight`, [to, from], () => random.normal() / Math.sqrt(from));
    add(`${name}.bias`, [to], () => 0);
  };
  add('embeddings.word_embeddings.weight', [tokens.length, width], () => random.normal());
  add('embeddings.position_embeddings.weight', [64, width], () => 0.2 * random.normal());
  add('embeddings.token_type_embeddings.weight', [2, width], () => 0);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `encoder.layer.${String(layer)}`;
    for (const name of ['query', 'key', 'value']) linear(`${prefix}.attention.self.${name}`, width, width);
    linear(`${prefix}.attention.output.dense`, width, width);
    norm(`${prefix}.attention.output.LayerNorm`);
    linear(`${prefix}.intermediate.dense`, inner, width);
    linear(`${prefix}.output.dense`, width, inner);
    norm(`${prefix}.output.LayerNorm`);
  }
  const tokenizer = {
    added_tokens: tokens.slice(0, 4).map((content, id) => ({ id, content, special: true })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat(safetensors(tensors)));
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  return folder;
}

/** Sentences such as "Bolt hired Eve ." (Eve works for Bolt: the tail comes first) and "Ann left Acme ." (no relation). */
export function sentences(count: number, seed: number): object[] {
  const random = new Random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)] as T;
  return Array.from({ length: count }, (_, at) => {
    const [person, company] = [pick(PEOPLE), pick(COMPANIES)];
    const kind = pick(['works', 'hired', 'left'] as const);
    const end = random.uniform() < 0.5 ? ['today', '.'] : ['.'];
    const entity = (type: string, first: number): object => ({ type, start: first, end: first + 1 });
    if (kind === 'hired')
      return {
        tokens: [company, 'hired', person, ...end],
        entities: [entity('Org', 0), entity('Peop', 2)],
        relations: [{ type: 'Work_For', head: 1, tail: 0 }],
        orig_id: at,
      };
    const middle = kind === 'works' ? ['works', 'for'] : ['left'];
    return {
      tokens: [person, ...middle, company, ...end],
      entities: [entity('Peop', 0), entity('Org', 1 + middle.length)],
      relations: kind === 'works' ? [{ type: 'Work_For', head: 0, tail: 1 }] : [],
      orig_id: at,
    };
  });
}

/** Options with which the tiny encoder learns our sentences in a second or two. */
export const QUICKLY = '--hidden 32 --experts 2 --encoder-rate 0.001 --head-rate 0.01 --epochs 10 --average-decay 0.9'.split(' ');

/** Data, an encoder and the words of the command; results go to a folder of this name. */
export function task(): { readonly folder: string; readonly words: (out: string, ...more: string[]) => string[] } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'train.json'), JSON.stringify(sentences(60, 1)));
  writeFileSync(join(folder, 'dev.json'), JSON.stringify(sentences(20, 2)));
  const encoder = encoderFolder();
  const words = (out: string, ...more: string[]): string[] => [
    'train',
    ...['--train', join(folder, 'train.json'), '--dev', join(folder, 'dev.json'), '--encoder', encoder, '--out', join(folder, out)],
    ...QUICKLY,
    ...more,
  ];
  return { folder, words };
}

/** Hashes of all files of a model: its weights, its tokenizer, its manifest. */
export function hashes(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );
}

export function expectSuccess({ code, stderr }: Ended): void {
  expect(code, stderr).toBe(0);
}
