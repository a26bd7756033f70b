import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJsonLine } from '../../src/annotation/json';
import { FORMATS } from '../../src/formats/all';
import type { AnnotatedText, Format, NamedContent } from '../../src/formats/format';
import { Intake } from '../../src/formats/intake';
import { writeWhole } from './wholeFiles';
import { annotated } from './annotationArbitraries';

const NO_TYPES = { entities: {}, relations: {} };

/** Everything that reading a data file comes to. */
function readIn(format: Format, { name }: NamedContent, companions: readonly NamedContent[], pieces: readonly string[]): unknown {
  const intake = new Intake();
  const reader = format.reader(name, companions, intake);
  const texts = pieces.flatMap((piece): readonly AnnotatedText[] => reader.push(piece)).concat(reader.end());
  return {
    texts: texts.map(({ text, document, origIds }) => [toJsonLine(document, text), origIds]),
    findings: intake.findings,
    counts: [intake.good, intake.bad],
    losses: intake.losses,
    schema: intake.schema,
  };
}

function cut(content: string, places: readonly number[]): readonly string[] {
  const cuts = [0, ...places.map((place) => place % (content.length + 1)).sort((a, b) => a - b), content.length];
  return cuts.slice(1).map((end, index) => content.slice(cuts[index], end));
}

test.each(FORMATS.map((format) => [format.title, format] as const))(
  '%s: read in pieces of any size, a file is what it is when it is read at once',
  (_, format) => {
    fc.assert(
      fc.property(
        fc.array(annotated, { maxLength: 3 }),
        fc.oneof({ weight: 4, arbitrary: fc.array(fc.nat(), { maxLength: 20 }) }, fc.constant('each')),
        // What is wrong with a file is the same, too.
        fc.option(fc.tuple(fc.nat(), fc.nat({ max: 5 }), fc.constantFrom('', '"', '\\', '[', ']}', '\t', '\n\n', '7'))),
        (texts, places, fault) => {
          const named = texts.map(({ text, document }, index) => ({
            text,
            document: { ...document, text: { ...document.text, file: `t${index}.txt` } },
          }));
          const { files } = writeWhole(format, named, NO_TYPES, `F${format.endings[0]}`);
          const belongs = new Set(files.flatMap(({ name }) => format.companions(name)));
          for (const file of files.filter(({ name }) => !belongs.has(name))) {
            const own = new Set(format.companions(file.name));
            const companions = files.filter(({ name }) => own.has(name));
            const [at, length, instead] = fault ?? [0, 0, ''];
            const start = at % (file.content.length + 1);
            const content = file.content.slice(0, start) + instead + file.content.slice(start + length);
            const pieces =
              places === 'each' ? Array.from({ length: content.length }, (__, index) => content.charAt(index)) : cut(content, places);
            expect(readIn(format, file, companions, pieces)).toEqual(readIn(format, file, companions, [content]));
          }
        },
      ),
      { numRuns: 200 },
    );
  },
);
