import { SpangridError } from '../errors';
import { bio } from './bio';
import { brat } from './brat';
import { corp } from './corp';
import { crossre } from './crossre';
import { dygie } from './dygie';
import type { Format, NamedContent } from './format';
import { jsonl } from './jsonl';
import { labelStudio } from './labelStudio';
import { prodigy } from './prodigy';
import { spert } from './spert';
import { webanno } from './webanno';

/** The interchange formats, in the order in which they are tried on a file of unknown format. */
export const FORMATS: readonly Format[] = [jsonl, spert, dygie, crossre, corp, brat, bio, prodigy, labelStudio, webanno];

/**
 * The format of this name.
 * @throws SpangridError `usage` for a name that there isn't
 */
export function formatNamed(name: string): Format {
  const found = FORMATS.find((format) => format.name === name || format.aliases.includes(name));
  if (found !== undefined) return found;
  throw new SpangridError('usage', `There is no format "${name}". Choose one of: ${FORMAT_NAMES.join(', ')}.`);
}

/** All names of formats. */
export const FORMAT_NAMES: readonly string[] = FORMATS.flatMap((format) => [format.name, ...format.aliases]);

/** The format that a file looks like, if any. @param file its content may be cut anywhere */
export function detectFormat(file: NamedContent): Format | undefined {
  return FORMATS.find((format) => format.detect(file));
}
