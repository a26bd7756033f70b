import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { safetensors, type StoredTensor } from '../../src/model/encoder/safetensors';
import { Random } from '../../src/model/training/random';
import { type Ended, spangrid, start, temporaryFolder } from './cliProcess';

const PEOPLE = ['Ann', 'Bob', 'Cid', 'Dee', 'Eve', 'Fay'];
const COMPANIES = ['Acme', 'Bolt', 'Cope', 'Dyne', 'Etco', 'Fuse'];
const WORDS = ['works', 'for', 'hired', 'left', 'and', 'today', '.'];

/** A BERT encoder of two layers that has learned nothing, with a vocabulary of our words. */
function encoderFolder(): string {
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
function sentences(count: number, seed: number): object[] {
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

/** Data, an encoder and the words of the command; results go to a folder of this name. */
function task(): { readonly folder: string; readonly words: (out: string, ...more: string[]) => string[] } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'train.json'), JSON.stringify(sentences(60, 1)));
  writeFileSync(join(folder, 'dev.json'), JSON.stringify(sentences(20, 2)));
  const encoder = encoderFolder();
  const words = (out: string, ...more: string[]): string[] => [
    'train',
    ...['--train', join(folder, 'train.json'), '--dev', join(folder, 'dev.json'), '--encoder', encoder, '--out', join(folder, out)],
    ...['--hidden', '32', '--experts', '2', '--encoder-rate', '0.001', '--head-rate', '0.01', '--epochs', '10', '--average-decay', '0.9'],
    ...more,
  ];
  return { folder, words };
}

/** Hashes of all files of a model: its weights, its tokenizer, its manifest but for its name. */
function hashes(folder: string): Record<string, string> {
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

function expectSuccess({ code, stderr }: Ended): void {
  expect(code, stderr).toBe(0);
}

describe('spangrid train', () => {
  it('learns to tell who works for whom, in either order, and writes a model that says how it came about', async () => {
    const { folder, words } = task();
    const result = await spangrid(words('model', '--test', join(folder, 'dev.json'), '--name', 'jobs'));
    expectSuccess(result);
    const { stdout } = await spangrid(['eval', '--data', join(folder, 'dev.json'), '--model', join(folder, 'model'), '--json']);
    const { micro } = JSON.parse(stdout) as { micro: Record<string, number> };
    expect(micro['ner']).toBeGreaterThan(95);
    expect(micro['re+']).toBeGreaterThan(95);
    const manifest = JSON.parse(readFileSync(join(folder, 'model', 'manifest.json'), 'utf8')) as {
      name: string;
      trainedOn: { seed: number; epochs: unknown[] };
      metrics: object;
    };
    expect(manifest.name).toBe('jobs');
    expect(manifest.trainedOn).toMatchObject({ seed: 1, settings: { epochs: 10, headRate: 0.01 } });
    expect(manifest.trainedOn.epochs).toHaveLength(10);
    expect(Object.values(manifest.metrics)).toEqual([{ dev: micro, test: micro }]);
    const log = readFileSync(join(folder, 'model', 'training', 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const events = log.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event === 'step')).toHaveLength(80);
    expect(events.filter((event) => event === 'epoch')).toHaveLength(10);
    expect(readFileSync(join(folder, 'model', 'training', 'curves.svg'), 'utf8')).toContain('<svg');
  });

  it('comes to the same weights however often it is killed and resumed', async () => {
    const { folder, words } = task();
    expectSuccess(await spangrid(words('a/model')));
    const random = new Random(Date.now());
    let kills = 0;
    let result: Ended | undefined;
    while (result?.code !== 0) {
      const isLast = kills === 6;
      if (isLast) result = await spangrid(words('b/model', '--resume'));
      else {
        const child = start(words('b/model', '--resume'));
        child.stdin.end();
        const over = once(child, 'close');
        // From before the first checkpoint to well into the training.
        await Promise.race([over, delay(300 + 1500 * random.uniform())]);
        child.kill('SIGKILL');
        await over;
        kills += 1;
      }
      if (isLast) expectSuccess(result as Ended);
    }
    expect(hashes(join(folder, 'b/model'))).toEqual(hashes(join(folder, 'a/model')));
    const log = (name: string): unknown[] =>
      readFileSync(join(folder, name, 'model/training/log.jsonl'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => ({ ...(JSON.parse(line) as object), ms: 0 }));
    expect(log('b')).toEqual(log('a'));
  });

  it('goes on from a model, for other types too', async () => {
    const { folder, words } = task();
    expectSuccess(await spangrid(words('model')));
    // Companies are called something else now; people and the relation are known.
    const renamed = (name: string): string => {
      const file = join(folder, `renamed-${name}`);
      writeFileSync(file, readFileSync(join(folder, name), 'utf8').replaceAll('"Org"', '"Company"'));
      return file;
    };
    const data = ['--train', renamed('train.json'), '--dev', renamed('dev.json')];
    const rates = ['--encoder-rate', '0.0001', '--head-rate', '0.01', '--epochs', '4', '--average-decay', '0.9'];
    const result = await spangrid(['train', ...data, '--init', join(folder, 'model'), '--out', join(folder, 'other'), ...rates]);
    expectSuccess(result);
    expect(Number(/dev: NER ([\d.]+)/.exec(result.stdout)?.[1])).toBeGreaterThan(95);
    expect(Number(/RE\+ ([\d.]+)/.exec(result.stdout)?.[1])).toBeGreaterThan(95);
  });

  it('says so and keeps the best model when the loss is no number any more', async () => {
    const { folder, words } = task();
    const at = (rate: string, ...more: string[]): string[] => [...words('model', ...more), '--head-rate', rate, '--normalisation', 'none'];
    const atOnce = await spangrid(at('1e30', '--warm-up', '0'));
    expect(atOnce.code).toBe(2);
    expect(atOnce.stderr).toMatch(/At step \d+ the loss is .*--head-rate/);
    expect(existsSync(join(folder, 'model', 'manifest.json'))).toBe(false);
  });

  it('refuses to mix trainings', async () => {
    const { folder, words } = task();
    expectSuccess(await spangrid(words('model', '--epochs', '1')));
    const again = await spangrid(words('model', '--epochs', '1'));
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('holds a training already: go on with --resume');
    const other = await spangrid(words('model', '--epochs', '2', '--resume'));
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('was started with other data, encoder or settings');
    mkdirSync(join(folder, 'copy'));
    cpSync(join(folder, 'model', 'training'), join(folder, 'copy', 'training'), { recursive: true });
    writeFileSync(join(folder, 'copy', 'training', 'checkpoint.json'), '{"version": 1');
    const damaged = await spangrid(words('copy', '--epochs', '1', '--resume'));
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toContain('is no checkpoint');
  });

  it('refuses an encoder of another architecture by its name, and settings that make no sense', async () => {
    const { folder, words } = task();
    const roberta = join(folder, 'roberta');
    mkdirSync(roberta);
    writeFileSync(join(roberta, 'config.json'), '{"model_type": "roberta"}');
    const refused = await spangrid([...words('model'), '--encoder', roberta]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('encoders of type "roberta" are not supported');
    for (const [option, value] of [
      ['--dropout', '1.5'],
      ['--epochs', '0'],
      ['--head-rate', 'fast'],
      ['--layers', '9'],
    ] as const) {
      const { code, stderr } = await spangrid([...words('model'), option, value]);
      expect({ option, code, names: stderr.includes(option) }).toEqual({ option, code: 2, names: true });
    }
  });
});
