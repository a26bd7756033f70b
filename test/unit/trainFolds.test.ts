import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, spangrid, start, temporaryFolder } from './cliProcess';
import { encoderFolder, expectSuccess, hashes, QUICKLY, sentences } from './tinyTraining';

/** Three folds of thirty sentences each, in the form of ADE's: x_folds.json with the sentences beside it. */
const folder = temporaryFolder();
const encoder = encoderFolder();
const all = sentences(90, 3) as { orig_id: number }[];
const lists = [0, 1, 2].map((fold) => all.filter((_, at) => at % 3 === fold).map(({ orig_id }) => orig_id));
writeFileSync(join(folder, 'x_full.json'), JSON.stringify(all));
writeFileSync(join(folder, 'x_folds.json'), JSON.stringify(lists));

function words(out: string, ...more: string[]): string[] {
  return ['train', '--folds', join(folder, 'x_folds.json'), '--encoder', encoder, '--out', join(folder, out), ...QUICKLY, ...more];
}

interface Results {
  readonly average: { readonly what: string; readonly isWhole: boolean; readonly macro: Record<string, { readonly mean: number }> };
  readonly folds: Readonly<Record<string, { readonly macro: Record<string, number>; readonly sentences: object }>>;
}

function resultsIn(out: string): Results {
  return JSON.parse(readFileSync(join(folder, out, 'folds.json'), 'utf8')) as Results;
}

/** The files that a fold leaves. */
function filesOf(out: string, fold: string): readonly string[] {
  return [...readdirSync(join(folder, out, `fold-${fold}`)), ...readdirSync(join(folder, out, `fold-${fold}`, 'training'))].sort();
}

describe('spangrid train --folds', () => {
  let whole: Ended;
  beforeAll(async () => {
    whole = await spangrid(words('whole'));
  });

  it('trains and tests each fold, and averages the macro F1 over all of them', async () => {
    expectSuccess(whole);
    const { average, folds } = resultsIn('whole');
    expect(Object.keys(folds)).toEqual(['1', '2', '3']);
    expect(average).toMatchObject({ what: 'average of all 3 folds', isWhole: true });
    const lines = whole.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    for (const [at, [fold, { macro, sentences: counts }]] of Object.entries(folds).entries()) {
      // Two thirds of ninety, of which a tenth is dev.
      expect(counts).toEqual({ train: 54, dev: 6, test: 30 });
      expect(lines[at]).toContain(`Fold ${fold}: test NER ${macro['ner']?.toFixed(2)}, RE ${macro['re']?.toFixed(2)}`);
      const tested = join(folder, `test-${fold}.json`);
      writeFileSync(tested, JSON.stringify(all.filter(({ orig_id }) => lists[at]?.includes(orig_id))));
      const scored = await spangrid(['eval', '--data', tested, '--model', join(folder, 'whole', `fold-${fold}`), '--json']);
      expect(macro).toEqual((JSON.parse(scored.stdout) as { macro: object }).macro);
      expect(macro['ner']).toBeGreaterThan(90);
    }
    const mean = ['1', '2', '3'].reduce((sum, fold) => sum + (folds[fold]?.macro['re+'] ?? NaN) / 3, 0);
    expect(average.macro['re+']?.mean).toBeCloseTo(mean, 6);
    expect(lines[3]).toMatch(/^Macro F1, average of all 3 folds: NER [\d.]+ \(± [\d.]+\), RE .*, RE\+ /);
    expect(lines[3]).toContain(`RE+ ${mean.toFixed(2)} (±`);
  });

  it('keeps of a fold that is over its model, its log and its curves', () => {
    const model = ['embeddings.safetensors', 'encoder.safetensors', 'head.safetensors', 'manifest.json', 'tokenizer.json', 'training'];
    expect(filesOf('whole', '2')).toEqual([...model, 'curves.svg', 'log.jsonl'].sort());
  });

  it('does the folds that are asked for, does none twice, and names those that ran', async () => {
    const one = await spangrid(words('some', '--only-folds', '3'));
    expectSuccess(one);
    expect(one.stdout).toMatch(/^Macro F1, mean of 1 of 3 folds \(3\) only: NER [\d.]+, RE [\d.]+, RE\+ [\d.]+$/m);
    expect(existsSync(join(folder, 'some', 'fold-1'))).toBe(false);
    const log = readFileSync(join(folder, 'some', 'fold-3', 'training', 'log.jsonl'), 'utf8');
    const two = await spangrid(words('some', '--only-folds', '3, 1'));
    expectSuccess(two);
    expect(two.stdout).toMatch(/^Fold 3: .* \(done before\)$/m);
    expect(two.stdout).toContain('Macro F1, mean of 2 of 3 folds (1, 3) only');
    // The times of its steps would not be the same again.
    expect(readFileSync(join(folder, 'some', 'fold-3', 'training', 'log.jsonl'), 'utf8')).toBe(log);
    expect(resultsIn('some').average).toMatchObject({ isWhole: false, folds: ['1', '3'], of: 3 });
    expect(resultsIn('some').folds['1']?.macro).toEqual(resultsIn('whole').folds['1']?.macro);
  });

  it('goes on in the middle of a fold after kill -9, to the same models', async () => {
    const child = start(words('killed'));
    child.stdin.end();
    // Until the second fold has a checkpoint.
    const over = once(child, 'close');
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/^fold 2: epoch 1/m.test(said)) child.kill('SIGKILL');
    });
    await over;
    expect(Object.keys(resultsIn('killed').folds)).toEqual(['1']);
    const anew = await spangrid(words('killed'));
    expect(anew.code).toBe(2);
    expect(anew.stderr).toMatch(/fold-2\/training holds a training already: go on with --resume/);
    const resumed = await spangrid(words('killed', '--resume'));
    expectSuccess(resumed);
    expect(resumed.stdout).toMatch(/^Fold 1: .* \(done before\)$/m);
    expect(resumed.stderr).toMatch(/^fold 2: Going on after step \d+ of \d+$/m);
    expect(resumed.stderr).toMatch(/^fold 3: \d+ steps/m);
    const weights = (out: string): unknown[] =>
      ['1', '2', '3'].map((fold) => ({ ...hashes(join(folder, out, `fold-${fold}`)), 'manifest.json': '' }));
    expect(weights('killed')).toEqual(weights('whole'));
    expect(Object.values(resultsIn('killed').folds).map(({ macro }) => macro)).toEqual(
      Object.values(resultsIn('whole').folds).map(({ macro }) => macro),
    );
  });

  it('refuses to mix folds that were trained in different ways', async () => {
    const { code, stderr } = await spangrid(words('whole', '--seed', '2', '--resume'));
    expect(code).toBe(2);
    expect(stderr).toContain(`Fold 1 in ${join(folder, 'whole')} was trained on other data, from another encoder or with other settings.`);
  });

  it.each([
    [['--train', 'a.json'], '--train names data, and with --folds that comes from the folds'],
    [['--test', 'a.json'], '--test names data'],
    [['--only-folds', '1,7'], 'there is no fold "7". There are: 1, 2, 3'],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await spangrid(words('refused', ...more));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
  });

  it('refuses what is said of folds where there are none', async () => {
    const { code, stderr } = await spangrid(['train', '--only-folds', '1', '--encoder', encoder, '--out', join(folder, 'refused')]);
    expect(code).toBe(2);
    expect(stderr).toContain('--only-folds says something of --folds, which is not given');
  });
});
