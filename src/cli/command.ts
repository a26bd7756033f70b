import { parseArgs } from 'node:util';
import { messageOf, SpangridError } from '../errors';
import { columns } from './columns';
import type { Terminal } from './terminal';

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Runs it on the words after its name; gives the exit code. Errors: usage, and those of its work. */
  run(words: readonly string[], terminal: Terminal): Promise<number>;
}

/** An option: a switch, or one that takes a value (`value` is how help calls it). */
export type Option =
  { readonly type: 'boolean'; readonly help: string } | { readonly type: 'string'; readonly value: string; readonly help: string };
type Options = Readonly<Record<string, Option>>;

/** What was given on the command line. */
export type Values<T extends Options> = { readonly [Name in keyof T]?: T[Name]['type'] extends 'boolean' ? boolean : string };

/** A command from the table of its options: the same table is parsed by and printed as help. */
export function command<const T extends Options>(definition: {
  readonly name: string;
  readonly summary: string;
  /** How it is called, after its name. */
  readonly usage: string;
  /** Whether it takes words that are not options. */
  readonly takesWords: boolean;
  readonly options: T;
  /** Further paragraphs of the help. */
  readonly notes: readonly string[];
  readonly run: (values: Values<T>, words: readonly string[], terminal: Terminal) => Promise<number>;
}): Command {
  const { name, summary, usage, takesWords, options, notes } = definition;
  const all: Options = { ...options, help: { type: 'boolean', help: 'print this and do nothing else' } };
  const rows = Object.entries(all).map(([key, option]) => [`  --${key}${option.type === 'string' ? ` ${option.value}` : ''}`, option.help]);
  const help = [`spangrid ${name} ${usage}`, `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`, columns(rows), ...notes].join(
    '\n\n',
  );
  return {
    name,
    summary,
    help,
    async run(words, terminal) {
      const { values, positionals } = parse(name, all, words);
      if (values['help'] === true) {
        terminal.print(`${help}\n`);
        return 0;
      }
      const [stray] = takesWords ? [] : positionals;
      if (stray !== undefined) throw usageError(name, `"${stray}" is no option`);
      return definition.run(values as Values<T>, positionals, terminal);
    },
  };
}

function parse(name: string, options: Options, words: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const config = Object.fromEntries(
    Object.entries(options).map(([key, { type }]) => [key, key === 'help' ? { type, short: 'h' } : { type }]),
  );
  try {
    return parseArgs({ args: [...words], options: config, allowPositionals: true });
  } catch (error) {
    // What follows the first sentence is advice on "--", which is rarely what went wrong.
    throw usageError(name, messageOf(error).split('. ')[0] ?? '', { cause: error });
  }
}

/** A command that was called the wrong way. */
export function usageError(name: string, problem: string, options?: ErrorOptions): SpangridError {
  return new SpangridError('usage', `${problem.replace(/\.$/, '')}. "spangrid ${name} --help" lists what there is.`, options);
}
