// Entry of the command line.
import { version } from '../../package.json';
import { messageOf, SpangridError } from '../errors';
import { agree } from './agree';
import { bench } from './bench';
import { check } from './check';
import { columns } from './columns';
import type { Command } from './command';
import { convert } from './convert';
import { evaluate } from './eval';
import { extract } from './extract';
import { info } from './info';
import { mergeFiles } from './merge';
import { predict } from './predict';
import { stats } from './stats';
import { Terminal } from './terminal';
import { train } from './train';

const COMMANDS: readonly Command[] = [extract, predict, evaluate, train, convert, agree, mergeFiles, stats, check, info, bench];

const HELP = `spangrid COMMAND [OPTION...]

Finds entities and relations in text, on this machine: no network, no server.

${columns(COMMANDS.map(({ name, summary }) => [`  ${name}`, summary]))}

"spangrid COMMAND --help" says more of each. --version prints the version; --debug, after a command, where a failure comes from.
Exit code: 0, 1 where a check finds something, 2 for bad use or input, 70 for a defect of Spangrid, 130 when it was cancelled.
`;

/** Exit codes beside those that a command gives. */
const EXIT = { badUseOrInput: 2, defect: 70, cancelled: 130 };

/** Runs one command line. */
async function main(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined) {
    terminal.say(HELP.trimEnd());
    return EXIT.badUseOrInput;
  }
  if (['--help', '-h', 'help'].includes(name)) {
    terminal.print(HELP);
    return 0;
  }
  if (['--version', '-v'].includes(name)) {
    terminal.print(`${version}\n`);
    return 0;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((one) => one.name).join(', ');
    throw new SpangridError('usage', `There is no command "${name}". Choose one of: ${names}. "spangrid --help" says what they do.`);
  }
  return command.run(rest, terminal);
}

/** Says what went wrong; gives the exit code. */
function report(error: unknown, terminal: Terminal, isDebug: boolean): number {
  const isExpected = error instanceof SpangridError;
  terminal.say(`spangrid: ${messageOf(error)}`);
  if (isDebug) terminal.say(error instanceof Error ? (error.stack ?? '') : '');
  else if (!isExpected) terminal.say('This is a defect of Spangrid: please report it. Run the same with --debug to see where it happened.');
  if (!isExpected) return EXIT.defect;
  return error.code === 'cancelled' ? EXIT.cancelled : EXIT.badUseOrInput;
}

const cancel = new AbortController();
// A second Ctrl+C ends the process at once.
process.once('SIGINT', () => {
  cancel.abort();
});
// Whoever reads our output may stop reading: `| head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
const terminal = new Terminal(cancel.signal);
const given = process.argv.slice(2);
const words = given.filter((word) => word !== '--debug');
// Stands where the work never comes to an end, and nothing is left to wait for.
process.exitCode = EXIT.defect;
void main(words, terminal)
  .catch((error: unknown) => report(error, terminal, words.length < given.length))
  .then((code) => {
    process.exitCode = code;
  });
