import type { Prediction, TablePrediction } from '../annotation/prediction';
import type { Schema } from '../annotation/schema';
import type { ErrorCode } from '../errors';
import type { Tokenizer } from '../text/tokenizer';

/** Devices that a person may ask for. `auto` starts on the CPU and moves to what is faster and agrees with it. */
export const DEVICES = ['auto', 'cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;
export type Device = (typeof DEVICES)[number];

/** A device that work can run on; `auto` is a way to choose one. */
export type RealDevice = Exclude<Device, 'auto'>;

/** Editor to model process. Every request carries an `id` and ends in exactly one `result` or `error` with that id. */
export type Request =
  | { readonly kind: 'load'; readonly id: number; readonly folder: string; readonly device: RealDevice }
  /** What a model folder says of itself, without loading the model. */
  | { readonly kind: 'inspect'; readonly id: number; readonly folder: string }
  | { readonly kind: 'segment'; readonly id: number; readonly text: string; readonly tokenizer: Tokenizer }
  | {
      readonly kind: 'extract';
      readonly id: number;
      /** The tokens of each sentence. */
      readonly sentences: readonly (readonly string[])[];
      /** Whether the schema's head and tail types are respected. */
      readonly constraints: boolean;
      /** Whether each prediction carries its table. */
      readonly tables: boolean;
    }
  /** Ends the request `target` with `cancelled`; has no answer of its own. */
  | { readonly kind: 'cancel'; readonly target: number };

/** What a model's manifest says. */
export interface ModelSummary {
  readonly name: string;
  readonly licence: string;
  readonly schema: Schema;
  /** Changes when any of the model's files does. */
  readonly identity: string;
  /** What it learned from. */
  readonly data: string;
  /** In percent, by data set and split. */
  readonly metrics: Readonly<
    Record<string, Readonly<Record<string, { readonly ner: number; readonly re: number; readonly 're+': number }>>>
  >;
}

/** What a loaded model is. */
export interface LoadedModel {
  readonly name: string;
  readonly device: RealDevice;
  readonly schema: Schema;
  readonly identity: string;
  /** Version of ONNX Runtime: device verdicts are remembered per version. */
  readonly runtime: string;
  readonly milliseconds: number;
}

export interface Results {
  readonly load: LoadedModel;
  readonly inspect: ModelSummary;
  /** As `packSentences` makes it. */
  readonly segment: Int32Array;
  /** One a sentence, in order; those already sent by `progress` included. */
  readonly extract: readonly (Prediction | TablePrediction)[];
}

/** Model process to editor. */
export type Response =
  | { readonly kind: 'ready' }
  /** Sent after each sentence, and at least every second: a sign of life. */
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly kind: 'result'; readonly id: number; readonly result: Results[keyof Results] }
  | { readonly kind: 'error'; readonly id: number; readonly code: ErrorCode; readonly message: string };
