import type { Prediction } from '../annotation/prediction';
import type { TokenAnnotations } from '../annotation/tokenSentence';
import { SpangridError } from '../errors';
import type { Precision } from '../model/encoder/parameters';
import type { Provider } from '../model/runtime/session';
import { DEVICE_OPTION, parseDevice } from './deviceOption';
import { modelFolder } from './models';

/** The options by which commands choose a model and where it runs. */
export const MODEL_OPTIONS = {
  model: {
    type: 'string',
    value: 'MODEL',
    help: 'name of an installed model, or a model folder (default: accurate where it is installed, else fast)',
  },
  device: DEVICE_OPTION,
} as const;

/** The options by which commands choose what is taken of what the model says. */
export const READING_OPTIONS = {
  'no-constraints': { type: 'boolean', help: 'let relations join mentions of types that the schema does not admit' },
  threshold: { type: 'string', value: 'SCORE', help: 'leave out what scores less, from 0 to 1 (default: 0)' },
} as const;

/** A model and where it is to run. */
export interface ModelChoice {
  readonly folder: string;
  readonly device: Provider;
  readonly precision: Precision;
}

/** What the options say, before anything is loaded. Errors: model.missing, device.unknown, usage. */
export async function chooseModel(values: {
  readonly model?: string | undefined;
  readonly device?: string | undefined;
  readonly precision?: string | undefined;
}): Promise<ModelChoice> {
  const device = parseDevice(values.device);
  const precision = parseChoice('precision', ['int8', 'float32'], values.precision) ?? (device === 'cpu' ? 'int8' : 'float32');
  if (precision === 'int8' && device !== 'cpu') {
    throw new SpangridError('usage', `Only the CPU multiplies in 8 bits: leave --precision int8 or --device ${device} out.`);
  }
  return { folder: await modelFolder(values.model), device, precision };
}

/** The lowest score that is taken. Errors: usage. */
export function parseThreshold(given = '0'): number {
  const threshold = given.trim() === '' ? NaN : Number(given);
  if (threshold >= 0 && threshold <= 1) return threshold;
  throw new SpangridError('usage', `--threshold must be a number from 0 to 1, and "${given}" is none.`);
}

/** A whole number from 1 that an option gives. Errors: usage. */
export function parseCount(name: string, given: string): number {
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new SpangridError('usage', `--${name} must be a whole number from 1, and "${given}" is none.`);
}

/** One of the words that an option may have; undefined where it was not given. Errors: usage. */
export function parseChoice<const T extends string>(name: string, choices: readonly T[], given: string | undefined): T | undefined {
  if (given === undefined) return undefined;
  const found = choices.find((choice) => choice === given);
  if (found !== undefined) return found;
  throw new SpangridError('usage', `--${name} must be one of: ${choices.join(', ')}; "${given}" is none of them.`);
}

/**
 * What scores at least the threshold; what has no score is taken. A relation is taken with both its mentions or not at all.
 */
export function scoringAtLeast(threshold: number, annotations: Prediction): Prediction;
export function scoringAtLeast(threshold: number, annotations: TokenAnnotations): TokenAnnotations;
export function scoringAtLeast(threshold: number, { mentions, relations }: TokenAnnotations): TokenAnnotations {
  const taken = ({ score = 1 }: { readonly score?: number }): boolean => score >= threshold;
  const places = new Map<number, number>();
  const kept = mentions.filter((mention, index) => {
    if (taken(mention)) places.set(index, places.size);
    return taken(mention);
  });
  return {
    mentions: kept,
    relations: relations.flatMap((relation) => {
      const [head, tail] = [places.get(relation.head), places.get(relation.tail)];
      return taken(relation) && head !== undefined && tail !== undefined ? [{ ...relation, head, tail }] : [];
    }),
  };
}
