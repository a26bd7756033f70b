import { SpangridError } from '../errors';
import type { Format, NamedContent } from './format';
import { jsonl } from './jsonl';
import { spert } from './spert';

/** The interchange formats, in the order in which they are tried on a file of unknown format. */
export const FORMATS: readonly Format[] = [jsonl, spert];

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
export function detectFormat(file: NamedContent): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
