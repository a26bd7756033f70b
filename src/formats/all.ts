import { SpangridError } from '../errors';
import { dygie } from './dygie';
import type { Format, NamedContent, ReadableFormat } from './format';
import { jsonl } from './jsonl';
import { spert } from './spert';

/** The interchange formats that are read and written. */
export const FORMATS: readonly Format[] = [jsonl, spert];

/** The formats that are read, in the order in which they are tried on a file of unknown format. */
const READABLE_FORMATS: readonly ReadableFormat[] = [...FORMATS, dygie];

/**
 * The format of this name.
 * @throws SpangridError `usage` for a name that there isn't
 */
export function formatNamed(name: string): Format {
  const found = FORMATS.find((format) => format.name === name || format.aliases.includes(name));
  if (found !== undefined) return found;
  const names = FORMATS.flatMap((format) => [format.name, ...format.aliases]).join(', ');
  throw new SpangridError('usage', `There is no format "${name}". Choose one of: ${names}.`);
}

/** The format that a file looks like, if any. */
export function detectFormat(file: NamedContent): ReadableFormat | undefined {
  return READABLE_FORMATS.find((format) => format.detect(file));
}
