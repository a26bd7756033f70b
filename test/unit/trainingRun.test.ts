import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/model/training/random';
import { type Ended, spangrid, start } from './cliProcess';
import { expectSuccess, hashes, QUICKLY, sentences, task } from './tinyTraining';

describe('spangrid train', () => {
  it('learns to tell who works for whom, in either order, and writes a model that says how it came about', async () => {
    const { folder, words } = task();
    cpSync(join(folder, 'dev.json'), join(folder, 'test.json'));
    const result = await spangrid(words('model', '--test', join(folder, 'test.json'), '--name', 'jobs'));
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
    expect(manifest.trainedOn).toMatchObject({
      seed: 1,
      from: expect.stringMatching(/^encoder /) as string,
      settings: { epochs: 10, headRate: 0.01 },
    });
    expect(manifest.trainedOn.epochs).toHaveLength(10);
    expect(Object.values(manifest.metrics)).toEqual([{ dev: micro, test: micro }]);
    const info = await spangrid(['info', '--model', join(folder, 'model'), '--json']);
    const { model } = JSON.parse(info.stdout) as { model: { trainedWith: string[] } };
    expect([...model.trainedWith].sort()).toEqual([...QUICKLY].sort());
    const log = readFileSync(join(folder, 'model', 'training', 'log.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const events = log.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event === 'step')).toHaveLength(80);
    expect(events.filter((event) => event === 'epoch')).toHaveLength(10);
    expect(readFileSync(join(folder, 'model', 'training', 'curves.svg'), 'utf8')).toContain('<svg');
  });

  it('comes to the same weights however often it is killed and resumed', async () => {
    const given = task();
    const { folder } = given;
    // What is drawn anew in each epoch must come out the same, too.
    const words = (out: string, ...more: string[]): string[] => given.words(out, '--mention-replacement', '0.3', ...more);
    expectSuccess(await spangrid(words('a/model')));
    // It makes a difference at all.
    expectSuccess(await spangrid(given.words('without/model')));
    expect(hashes(join(folder, 'without/model'))['head.safetensors']).not.toBe(hashes(join(folder, 'a/model'))['head.safetensors']);
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
        .map((line) => ({ ...(JSON.parse(line) as object), ms: 0, cpu: 0 }));
    expect(log('b')).toEqual(log('a'));
  });

  it.each(['1', '2'])('goes on from a model with %s convolutions, for other types too', async (convolutions) => {
    const { folder, words } = task();
    expectSuccess(await spangrid(words('model', '--convolutions', convolutions)));
    const first = await spangrid(['info', '--model', join(folder, 'model'), '--json']);
    expect((JSON.parse(first.stdout) as { model: object }).model).toMatchObject({ options: { convolutions: Number(convolutions) } });
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
    const { stdout } = await spangrid(['info', '--model', join(folder, 'other')]);
    expect(stdout).toMatch(/started from +model model/);
    // How it is built it has from the model.
    expect(stdout).toMatch(/trained with +--epochs 4 --encoder-rate 0.0001 --head-rate 0.01 --average-decay 0.9\n/);
    expect(Number(/dev: NER ([\d.]+)/.exec(result.stdout)?.[1])).toBeGreaterThan(95);
    expect(Number(/RE\+ ([\d.]+)/.exec(result.stdout)?.[1])).toBeGreaterThan(95);
  });

  it('evaluates only so often where it is asked to, and after the last epoch', async () => {
    const { folder, words } = task();
    const result = await spangrid(words('model', '--evaluate-every', '4'));
    expectSuccess(result);
    expect(result.stderr.match(/(?<=^epoch )\d+/gm)).toEqual(['4', '8', '10']);
    expect(result.stdout).toMatch(/\(epoch (4|8|10); /);
    expect(existsSync(join(folder, 'model', 'manifest.json'))).toBe(true);
  });

  it('trains on dev, too, where it is asked to, and keeps the last epoch', async () => {
    const { folder, words } = task();
    writeFileSync(join(folder, 'test.json'), JSON.stringify(sentences(20, 3)));
    const result = await spangrid(words('model', '--add-dev', '--test', join(folder, 'test.json')));
    expectSuccess(result);
    // 80 sentences, 8 a step.
    expect(result.stderr).toContain('100 steps, 10 an epoch');
    expect(result.stderr).not.toMatch(/dev NER|best/);
    expect(result.stdout).not.toContain('dev:');
    const manifest = JSON.parse(readFileSync(join(folder, 'model', 'manifest.json'), 'utf8')) as {
      trainedOn: { data: string; epochs: object[] };
      metrics: Record<string, object>;
    };
    expect(manifest.trainedOn.data).toBe('train.json and dev.json (80 sentences), epoch 10 of 10, the last');
    expect(manifest.trainedOn.epochs.map((epoch) => Object.keys(epoch))).toEqual(Array.from({ length: 10 }, () => ['epoch', 'loss']));
    expect(Object.values(manifest.metrics).map((splits) => Object.keys(splits))).toEqual([['test']]);
    expect((await spangrid(['info', '--model', join(folder, 'model')])).stdout).toMatch(/trained with .* --add-dev /);
    expect(readFileSync(join(folder, 'model', 'training', 'curves.svg'), 'utf8')).toContain('<svg');
  });

  it('leaves out sentences that the encoder cannot hold, and says how many', async () => {
    const { folder, words } = task();
    const all = JSON.parse(readFileSync(join(folder, 'train.json'), 'utf8')) as { tokens: string[] }[];
    // The encoder has 64 positions.
    all.push({ ...all[0], tokens: [...(all[0]?.tokens ?? []), ...Array.from({ length: 70 }, () => 'today')] });
    writeFileSync(join(folder, 'train.json'), JSON.stringify(all));
    const result = await spangrid(words('model', '--epochs', '1'));
    expectSuccess(result);
    expect(result.stderr).toContain("1 sentences are not trained on: the encoder can't hold so many subwords");
  });

  it('says so and keeps the best model when the loss is no number any more', async () => {
    const { folder, words } = task();
    const at = (rate: string, ...more: string[]): string[] => [...words('model', ...more), '--head-rate', rate, '--normalisation', 'none'];
    const atOnce = await spangrid(at('1e30', '--warm-up', '0'));
    expect(atOnce.code).toBe(2);
    expect(atOnce.stderr).toMatch(/At step \d+ the loss is .*--head-rate/);
    expect(existsSync(join(folder, 'model', 'manifest.json'))).toBe(false);

    // The first epoch still goes well; the second, at twice its rate, doesn't.
    const later = task();
    const rising = [...later.words('model'), '--head-rate', '3', '--warm-up', '0.9', '--normalisation', 'none', '--average-decay', '0'];
    const afterwards = await spangrid(rising);
    expect(afterwards.code).toBe(2);
    expect(afterwards.stderr).toMatch(/The loss rose to [\d.]+ in epoch \d+ .*--head-rate/);
    const info = await spangrid(['info', '--model', join(later.folder, 'model')]);
    expect(info.stdout).toMatch(/epoch \d of 10/);

    // Without dev, the loss says which epochs are none to keep.
    const blind = await spangrid([...rising.map((word) => word.replace(/\/model$/, '/blind')), '--add-dev']);
    expect(blind.code).toBe(2);
    const [, wrong] = /The loss rose to [\d.]+ in epoch (\d+)/.exec(blind.stderr) ?? [];
    const kept = await spangrid(['info', '--model', join(later.folder, 'blind')]);
    expect(kept.stdout).toContain(`epoch ${String(Number(wrong) - 1)} of 10, the last before it went wrong`);
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
      ['--mention-replacement', '1'],
      ['--add-dev', '--patience=3'],
      ['--epochs', '0'],
      ['--head-rate', 'fast'],
      ['--layers', '9'],
      ['--convolutions', '3'],
    ] as const) {
      const { code, stderr } = await spangrid([...words('model'), option, value]);
      expect({ option, code, names: stderr.includes(option) }).toEqual({ option, code: 2, names: true });
    }
  });
});
