import type { Schema } from '../annotation/schema';
import { SpangridError, type ErrorCode } from '../errors';
import type { Tokenizer } from '../text/tokenizer';
import type { Loss } from './losses';

/** As many findings of a file are kept; further ones are counted. */
const MAX_FINDINGS = 1000;

/** Beside the first finding, so many are listed. */
const SHOWN_FINDINGS = 19;

/** What comes to light while a file is read: how many of its records are good, what is wrong with the others, what is left out. */
export class Intake {
  /** The types that the file, or one that belongs to it, names. Where they are known, others are refused. */
  schema: Schema | undefined;
  /** How words are told apart in texts that come without tokens. */
  tokenizer: Tokenizer = 'words';
  good = 0;
  bad = 0;
  readonly #findings: string[] = [];
  readonly #losses = new Map<string, number>();
  #code: ErrorCode = 'data.invalid';

  constructor(schema?: Schema) {
    this.schema = schema;
  }

  /** What is wrong, each with its place in the file: `[3].entities[0].type: must not be empty`, `line 5: ...`. */
  get findings(): readonly string[] {
    return this.#findings;
  }

  /** What the good records hold that is not taken over. */
  get losses(): readonly Loss[] {
    return Array.from(this.#losses, ([what, count]) => ({ what, count }));
  }

  /** A record is good. @param losses what of it is not taken over */
  accept(losses: readonly Loss[] = []): void {
    this.good += 1;
    for (const { what, count } of losses) this.lose(what, count);
  }

  /** A record is bad. */
  refuse(findings: readonly string[], code: ErrorCode = 'data.invalid'): void {
    if (this.bad === 0) this.#code = code;
    this.bad += 1;
    for (const finding of findings) if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
  }

  /** The file can't be read as records (any further), and why. */
  giveUp(reason: string): void {
    this.#findings.unshift(`${reason}${this.good + this.bad === 0 ? '. No record was read' : ''}`);
  }

  /** Something of a good record is not taken over. @param what in the plural */
  lose(what: string, count = 1): void {
    if (count > 0) this.#losses.set(what, (this.#losses.get(what) ?? 0) + count);
  }

  /** @throws SpangridError as `checkAllGood`, or a record's own code */
  check(name: string): void {
    checkAllGood(name, this.#findings, this.good, this.bad, this.#code);
  }
}

/**
 * @param name of the file
 * @throws SpangridError `data.invalid` where not every record is good: with file, place, reason and counts
 */
export function checkAllGood(
  name: string,
  [first, ...others]: readonly string[],
  good: number,
  bad: number,
  code: ErrorCode = 'data.invalid',
): void {
  if (first === undefined) return;
  const about =
    bad === 0
      ? `The ${String(good)} records before it are good`
      : `${String(bad)} of ${String(bad + good)} records are bad, ${String(good)} are good`;
  const counts = good + bad === 0 ? '' : `. ${about}; nothing was taken over`;
  const more = others.length > SHOWN_FINDINGS ? [`and ${String(others.length - SHOWN_FINDINGS)} more`] : [];
  const listed = others.length === 0 ? '' : ` Also bad:\n${[...others.slice(0, SHOWN_FINDINGS), ...more].join('\n')}`;
  throw new SpangridError(code, `${name}: ${first.replace(/\.$/, '')}${counts}.${listed}`);
}
