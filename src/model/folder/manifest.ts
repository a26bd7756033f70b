import * as v from 'valibot';
import { parseJson } from '../../annotation/parseJson';
import type { Schema } from '../../annotation/schema';
import { SpangridError } from '../../errors';
import { encoderConfig, type EncoderConfig } from '../encoder/config';
import { TableOptionsSchema, type TableOptions } from '../table/options';

/** The version of the model folder that this program reads and writes. */
export const MANIFEST_VERSION = 1;
export const MANIFEST = 'manifest.json';

const Type = {
  colour: v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i)),
  key: v.pipe(v.string(), v.regex(/^[a-z0-9]?$/)),
  short: v.optional(v.string()),
  verbose: v.optional(v.string()),
  description: v.optional(v.string()),
  guideline: v.optional(v.string()),
};

const Percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

/** Strict F1, in percent. */
export const F1ScoresSchema = v.object({ ner: Percent, re: Percent, 're+': Percent });
export type F1Scores = v.InferOutput<typeof F1ScoresSchema>;

/** One epoch of a training: the mean loss over its steps, and the scores on dev after it, where there is one. */
export const EpochReportSchema = v.object({ epoch: v.number(), loss: v.number(), dev: v.exactOptional(F1ScoresSchema) });
export type EpochReport = v.InferOutput<typeof EpochReportSchema>;

const ManifestSchema = v.object({
  format: v.literal('spangrid-model'),
  version: v.literal(MANIFEST_VERSION),
  name: v.pipe(v.string(), v.minLength(1)),
  licence: v.string(),
  encoder: v.record(v.string(), v.unknown()),
  options: TableOptionsSchema,
  schema: v.object({
    entities: v.record(v.string(), v.object(Type)),
    relations: v.record(v.string(), v.object({ ...Type, head: v.array(v.string()), tail: v.array(v.string()), symmetric: v.boolean() })),
  }),
  /** A file name has no path in it: a model cannot reach outside its folder. */
  files: v.record(
    v.pipe(v.string(), v.regex(/^[\w-][\w.-]*$/)),
    v.object({ sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), bytes: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  ),
  trainedOn: v.object({
    data: v.string(),
    terms: v.string(),
    seed: v.union([v.number(), v.string()]),
    from: v.optional(v.string()),
    settings: v.optional(v.record(v.string(), v.union([v.number(), v.boolean(), v.string()]))),
    epochs: v.optional(v.array(EpochReportSchema)),
  }),
  metrics: v.record(v.string(), v.record(v.string(), F1ScoresSchema)),
});

/** What a model folder says of itself. */
export interface Manifest {
  readonly name: string;
  readonly licence: string;
  readonly encoder: EncoderConfig;
  readonly options: TableOptions;
  readonly schema: Schema;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
  readonly trainedOn: {
    readonly data: string;
    readonly terms: string;
    readonly seed: number | string;
    /** Where this project's trainer made the model: what it started from ("encoder minilm", "model fast"), how, and what each epoch came to. */
    readonly from?: string | undefined;
    readonly settings?: Readonly<Record<string, number | boolean | string>> | undefined;
    readonly epochs?: readonly EpochReport[] | undefined;
  };
  /** By data set and split. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, F1Scores>>>>;
}

/**
 * Validates a manifest.
 * @param file named in messages
 * Errors: model.newerVersion, model.invalid (with the JSON path), model.unsupported.
 */
export function parseManifest(json: string, file: string): Manifest {
  const parsed = parseJson(json);
  if ('reason' in parsed) throw new SpangridError('model.invalid', `${file} is ${parsed.reason}. Get the model again.`);
  const version = v.safeParse(v.object({ format: v.literal('spangrid-model'), version: v.number() }), parsed.data);
  if (version.success && version.output.version > MANIFEST_VERSION)
    throw new SpangridError(
      'model.newerVersion',
      `${file} is of version ${version.output.version}; this program reads version ${MANIFEST_VERSION}. Update Spangrid, or choose another model.`,
    );
  const manifest = v.safeParse(ManifestSchema, parsed.data);
  if (!manifest.success) {
    const [issue] = manifest.issues;
    throw new SpangridError('model.invalid', `${file}: ${v.getDotPath(issue) ?? 'contents'}: ${issue.message}. Get the model again.`);
  }
  const { encoder, schema, options, ...rest } = manifest.output;
  const missing = [
    ...options.entityTypes.filter((type) => !(type in schema.entities)),
    ...options.relationTypes.filter((type) => !(type in schema.relations)),
  ];
  if (missing.length > 0)
    throw new SpangridError('model.invalid', `${file}: the schema does not have the types ${missing.join(', ')} that the options list.`);
  return { ...rest, options, encoder: encoderConfig(encoder, `${file} (encoder)`), schema: schema as Schema };
}
