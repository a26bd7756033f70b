import type { Schema } from '../../src/annotation/schema';
import type { AnnotatedText, Format, NamedContent } from '../../src/formats/format';
import { Intake } from '../../src/formats/intake';
import { totalLosses, type Loss } from '../../src/formats/losses';

/** What was read. */
export interface Imported {
  readonly texts: readonly AnnotatedText[];
  /** Where the format (or a file beside the data) says which types there are. */
  readonly schema?: Schema;
  /** What the files hold that is not taken over. */
  readonly losses: readonly Loss[];
}

/**
 * Reads files that are in memory: a data file, or several, and what belongs to them.
 * @throws SpangridError `data.invalid` with the file, the line or JSON path, the reason, and how many records were good
 */
export function readWhole(format: Format, files: readonly NamedContent[]): Imported {
  const belongs = new Set(files.flatMap(({ name }) => format.companions(name)));
  const read = files
    .filter(({ name }) => !belongs.has(name))
    .map(({ name, content }) => {
      const intake = new Intake();
      const own = new Set(format.companions(name));
      const reader = format.reader(
        name,
        files.filter((file) => own.has(file.name)),
        intake,
      );
      const texts = [...reader.push(content), ...reader.end()];
      intake.check(name);
      return { texts, intake };
    });
  const schema = read.find(({ intake }) => intake.schema !== undefined)?.intake.schema;
  return {
    texts: read.flatMap(({ texts }) => texts),
    losses: totalLosses(read.flatMap(({ intake }) => intake.losses)),
    ...(schema === undefined ? {} : { schema }),
  };
}

/** The files of an export, the data first, and what they leave out. */
export function writeWhole(
  format: Format,
  texts: readonly AnnotatedText[],
  schema: Schema,
  file: string,
): { readonly files: readonly NamedContent[]; readonly losses: readonly Loss[] } {
  const writer = format.writer(file);
  const written = texts.map((text) => writer.add(text));
  const contents = new Map<string, string>(format.isFolder ? [] : [[file, '']]);
  for (const { name, content } of [...written.flatMap(({ pieces }) => pieces), ...writer.end(schema)])
    contents.set(name, (contents.get(name) ?? '') + content);
  return {
    files: Array.from(contents, ([name, content]) => ({ name, content })),
    losses: totalLosses(written.flatMap(({ losses }) => losses)),
  };
}
