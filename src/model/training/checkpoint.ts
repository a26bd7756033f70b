/**
 * Checkpoints of a training: `checkpoint.json` says where it stands and names the files with the tensors. They are written under new names
 * before it takes the place of the one before, so that it always names whole files, whenever the process ends.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson } from '../../annotation/parseJson';
import { SpangridError } from '../../errors';
import { atomicWrite } from '../../files/atomicWrite';
import { removeOthers } from '../../files/folders';
import { readBytes } from '../../files/read';
import { parseSafetensors, safetensors, type StoredTensor } from '../encoder/safetensors';
import { EpochReportSchema } from '../folder/manifest';
import type { Trained } from './adamw';

const VERSION = 1;
const FILE = 'checkpoint.json';

const CheckpointSchema = v.object({
  version: v.literal(VERSION),
  /** Hash of all that decides what a step does: settings, options, data, what was started from. */
  task: v.string(),
  /** Steps that are done. */
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Seconds that they took. */
  seconds: v.number(),
  epochs: v.array(EpochReportSchema),
  /** File with the parameters in training. */
  tensors: v.string(),
  /** The best epoch so far and the file with its parameters. */
  best: v.optional(v.object({ epoch: v.number(), tensors: v.string() })),
});
export type Checkpoint = v.InferOutput<typeof CheckpointSchema>;

/** What is kept of each parameter. */
const PARTS = ['value', 'first', 'second', 'average'] as const;

/**
 * The checkpoint in a folder, if there is one.
 * Errors: training.mismatch where it is of another training; data.invalid where it can't be read.
 */
export async function readCheckpoint(folder: string, task: string): Promise<Checkpoint | undefined> {
  const file = join(folder, FILE);
  let bytes;
  try {
    bytes = await readBytes(file);
  } catch (error) {
    if (error instanceof SpangridError && error.code === 'file.missing') return undefined;
    throw error;
  }
  const parsed = parseJson(bytes.toString('utf8'));
  const checkpoint = 'reason' in parsed ? undefined : v.safeParse(CheckpointSchema, parsed.data);
  if (checkpoint?.success !== true)
    throw new SpangridError('data.invalid', `${file} is no checkpoint of this version. Remove the folder ${folder} and start again.`);
  if (checkpoint.output.task !== task)
    throw new SpangridError(
      'training.mismatch',
      `The training in ${folder} was started with other data, encoder or settings. Give the same again, or another --out.`,
    );
  return checkpoint.output;
}

/** Puts the parameters of a checkpoint into those in training. Errors: model.invalid, data.invalid. */
export async function restore(folder: string, { tensors }: Checkpoint, trained: readonly Trained[]): Promise<void> {
  const stored = await readTensors(folder, tensors);
  for (const parameter of trained)
    for (const part of PARTS) {
      const to = parameter[part];
      if (to === undefined) continue;
      const from = stored.get(`${part}.${parameter.name}`);
      if (from?.dtype !== 'F32' || from.data.length !== to.length)
        throw new SpangridError('data.invalid', `${join(folder, tensors)} lacks ${parameter.name}. Remove the folder and start again.`);
      to.set(from.data);
    }
}

/**
 * Writes a checkpoint, then removes the files that it no longer names.
 * @param best parameters that are better than any before, to keep
 */
export async function writeCheckpoint(
  folder: string,
  state: Omit<Checkpoint, 'version' | 'tensors'>,
  trained: readonly Trained[],
  best?: ReadonlyMap<string, StoredTensor>,
): Promise<Checkpoint> {
  const tensors = `parameters-${String(state.step)}.safetensors`;
  const all = trained.flatMap((parameter) =>
    PARTS.flatMap((part) => {
      const data = parameter[part];
      return data === undefined ? [] : [[`${part}.${parameter.name}`, { dtype: 'F32', shape: parameter.shape, data }] as const];
    }),
  );
  await atomicWrite(join(folder, tensors), safetensors(new Map(all)));
  const kept =
    best === undefined ? state.best : { epoch: state.epochs.at(-1)?.epoch ?? 0, tensors: `best-${String(state.step)}.safetensors` };
  if (best !== undefined && kept !== undefined) await atomicWrite(join(folder, kept.tensors), safetensors(best));
  const checkpoint = { ...state, version: VERSION, tensors, ...(kept === undefined ? {} : { best: kept }) } as const;
  await atomicWrite(join(folder, FILE), `${JSON.stringify(checkpoint, undefined, 1)}\n`);
  await removeOthers(folder, '.safetensors', kept === undefined ? [tensors] : [tensors, kept.tensors]);
  return checkpoint;
}

/** Removes the checkpoint from a folder, and the files that it names after it. */
export async function removeCheckpoint(folder: string): Promise<void> {
  await removeOthers(folder, FILE, []);
  await removeOthers(folder, '.safetensors', []);
}

/** The tensors of a file of a checkpoint. Errors: file.*, model.invalid. */
export async function readTensors(folder: string, name: string): Promise<ReadonlyMap<string, StoredTensor>> {
  return parseSafetensors(await readBytes(join(folder, name)), join(folder, name));
}
