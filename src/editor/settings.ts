import * as v from 'valibot';
import * as vscode from 'vscode';
import { parseDevice } from '../engine/devices';
import type { Device } from '../engine/messages';
import { SpangridError } from '../errors';

export interface Settings {
  /** Name of a model, or path of its folder; empty: the best that is installed. */
  readonly model: string;
  readonly device: Device;
  /** Lowest score that an export takes, in [0, 1]. */
  readonly threshold: number;
  /** Whether a relation's head and tail must have the types that the schema admits. */
  readonly constraints: boolean;
  /** Milliseconds without a sign of life after which the model process is stopped. */
  readonly timeLimit: number;
  /** Relative to the workspace folder; empty: beside each text. */
  readonly annotationsDir: string;
  /** Written to what a person sets; empty: no name. */
  readonly annotator: string;
}

const SCHEMAS = {
  model: { schema: v.string(), what: 'the name of a model or the path of its folder' },
  threshold: { schema: v.pipe(v.number(), v.minValue(0), v.maxValue(1)), what: 'a number from 0 to 1' },
  constraints: { schema: v.boolean(), what: 'true or false' },
  timeLimit: { schema: v.pipe(v.number(), v.minValue(1)), what: 'a number of seconds, 1 or more' },
  annotator: { schema: v.string(), what: 'a name, or empty for none' },
  annotationsDir: { schema: v.string(), what: 'the path of a folder, relative to the workspace folder' },
} as const;

/**
 * The settings that hold for a text.
 * @throws SpangridError setting.invalid or device.unknown, naming the setting and what it may be
 */
export function settingsFor(scope: vscode.Uri | undefined): Settings {
  const values = vscode.workspace.getConfiguration('spangrid', scope);
  const read = <K extends keyof typeof SCHEMAS>(key: K): v.InferOutput<(typeof SCHEMAS)[K]['schema']> => {
    const { schema, what } = SCHEMAS[key];
    const parsed = v.safeParse(schema, values.get(key));
    if (parsed.success) return parsed.output;
    throw new SpangridError('setting.invalid', `The setting spangrid.${key} must be ${what}. Change it in the settings.`);
  };
  return {
    model: read('model'),
    device: parseDevice(values.get('device')),
    threshold: read('threshold'),
    constraints: read('constraints'),
    timeLimit: read('timeLimit') * 1000,
    annotationsDir: read('annotationsDir'),
    annotator: read('annotator').trim(),
  };
}
