import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { Weights } from '../../src/model/encoder/weights';
import { TrainingSettingsSchema, type TrainingSettings } from '../../src/model/training/settings';
import { taskHash } from '../../src/model/training/training';

describe('what says whether a training can go on', () => {
  const hash = (settings: object): string =>
    taskHash({
      config: { model_type: 'bert' } as never,
      options: {} as never,
      schema: schemaOf({}, {}),
      settings: settings as TrainingSettings,
      tokenizer: {},
      initial: new Map([['a', { shape: [1], data: Float32Array.of(1) } as never]]),
      embeddings: new Weights(new Map()),
      train: [{ tokens: ['a'], mentions: [], relations: [] }],
      dev: [],
      folder: '',
      isResumed: false,
    });
  const usual = v.parse(TrainingSettingsSchema, {});

  it('leaves out settings that trainings which began before there were such did not have, where nothing else was chosen', () => {
    const { device: _, mentionReplacement: _replacement, addDev: _dev, ...before } = usual;
    expect(hash(usual)).toBe(hash(before));
  });

  it.each([{ device: 'cuda' }, { mentionReplacement: 0.3 }, { addDev: true }, { seed: 2 }])('tells %j from what is usual', (chosen) => {
    expect(hash({ ...usual, ...chosen })).not.toBe(hash(usual));
  });
});
