import { expect, test } from 'vitest';
import { checkOffsets, fromJson, toJson } from '../../src/annotation/json';
import { schemaOf } from '../../src/annotation/schema';
import { SpangridError } from '../../src/errors';
import { FORMATS } from '../../src/formats/all';
import type { Format, NamedContent } from '../../src/formats/format';
import { fromTokenSentences } from '../../src/formats/tokenText';
import { readWhole, writeWhole } from './wholeFiles';
import { randomNumbers } from './randomNumbers';

const FILES = 1000;
const SCHEMA = schemaOf({ Peop: {}, Loc: {}, Org: {} }, { Live_In: {}, Work_For: {} });

const TEXTS = ['a.txt', 'b.txt'].map((name) =>
  fromTokenSentences(name, [
    {
      tokens: ['Ann', 'Lee', '(', '🙂', ')', 'lives', 'in', 'New', 'York', ',', 'as', 'Acme', 'says', '.'],
      mentions: [
        { type: 'Peop', startToken: 0, endToken: 2 },
        { type: 'Loc', startToken: 7, endToken: 9, score: 0.75 },
        { type: 'Org', startToken: 11, endToken: 12, note: 'a company; or not?' },
      ],
      relations: [
        { type: 'Live_In', head: 0, tail: 1, score: 0.5 },
        { type: 'Work_For', head: 0, tail: 2, note: 'it says | so', discuss: true },
      ],
      origId: 7,
    },
    { tokens: ['It', 'rained', '.'], mentions: [], relations: [], origId: 8 },
    {
      tokens: ['Bob', 'e\u0301', 'left', 'Oslo'],
      mentions: [
        { type: 'Peop', startToken: 0, endToken: 1 },
        { type: 'Peop', startToken: 0, endToken: 2 },
        { type: 'Loc', startToken: 3, endToken: 4 },
      ],
      relations: [
        { type: 'Live_In', head: 1, tail: 2 },
        { type: 'Work_For', head: 1, tail: 2 },
        { type: 'Live_In', head: 2, tail: 2 },
      ],
      origId: 9,
    },
  ]),
);

/** What nobody expects at any place. */
const ODD = [
  ...[
    '',
    ' ',
    '\n',
    '\n\n',
    '\t',
    '\u0000',
    '\uD83D',
    '\uFEFF',
    '\u2028',
    '"',
    '\\',
    '/',
    '|',
    ';',
    '_',
    '*',
    '#',
    '-',
    '0',
    '9',
    '99999',
    '-1',
    '0.5',
  ],
  ...[
    '1e999',
    'null',
    '{}',
    '[]',
    '[',
    ']',
    '{',
    '}',
    ',',
    ':',
    'O',
    'B-',
    'T1',
    'R1',
    '__proto__',
    'constructor',
    '[[',
    '[1]',
    '->',
    'x'.repeat(2000),
  ],
];

/** The content with something in it put in, taken out, doubled, exchanged or cut off. */
function spoiled(content: string, random: (below: number) => number): string {
  const [a, b] = [random(content.length + 1), random(content.length + 1)].sort((x, y) => x - y) as [number, number];
  const near = Math.min(content.length, a + random(12));
  const odd = ODD[random(ODD.length)]!;
  const lines = content.split('\n');
  const at = random(lines.length);
  switch (random(9)) {
    case 0:
      return content.slice(0, a) + odd + content.slice(a);
    case 1:
      return content.slice(0, a) + odd + content.slice(near);
    case 2:
      return content.slice(0, a) + content.slice(near);
    case 3:
      return content.slice(0, a) + content.slice(b);
    case 4:
      return content.slice(0, b) + content.slice(a);
    case 5:
      return content.slice(0, a);
    case 6:
      return lines.toSpliced(at, 1).join('\n');
    case 7:
      return lines.toSpliced(at, 1, lines[random(lines.length)]!).join('\n');
    default: {
      // Another number, where there is one: that is what offsets and indices are.
      const numbers = [...content.matchAll(/\d+/g)];
      const chosen = numbers[random(Math.max(1, numbers.length))];
      if (chosen === undefined) return content + odd;
      return content.slice(0, chosen.index) + String(random(40)) + content.slice(chosen.index + chosen[0].length);
    }
  }
}

function spoiledFiles(files: readonly NamedContent[], random: (below: number) => number): readonly NamedContent[] {
  const at = random(files.length);
  let content = files[at]!.content;
  for (let times = 1 + random(3); times > 0; times -= 1) content = spoiled(content, random);
  return files.with(at, { name: files[at]!.name, content });
}

/** What went wrong with the files, or undefined where they are read. Fails where that is not said as it must be. */
function said(format: Format, files: readonly NamedContent[]): string | undefined {
  let read;
  try {
    read = readWhole(format, files);
  } catch (error) {
    if (!(error instanceof SpangridError)) throw error;
    return error.message;
  }
  for (const { text, document } of read.texts) {
    fromJson(toJson(document), 'the document');
    checkOffsets(document, text, 'the document');
  }
  return undefined;
}

test.each(FORMATS.map((format) => [format.title, format] as const))(
  `%s: ${FILES} spoiled files are read, or named with the place and the number of good records`,
  (_, format) => {
    const { files } = writeWhole(format, TEXTS, SCHEMA, `F${format.endings[0]}`);
    expect(said(format, files)).toBeUndefined();
    const isCompanion = new Set(files.flatMap(({ name }) => format.companions(name)));
    let refused = 0;
    for (let seed = 1; seed <= FILES; seed += 1) {
      const message = said(format, spoiledFiles(files, randomNumbers(seed)));
      if (message === undefined) continue;
      refused += 1;
      const name = files.map((file) => file.name).find((one) => message.startsWith(`${one}: `));
      expect(name, `seed ${seed}: ${message}`).toBeDefined();
      if (isCompanion.has(name!)) continue;
      expect(message, `seed ${seed}`).toMatch(/line \d|\[\d+\]|must be one JSON array|has no documents/);
      expect(message, `seed ${seed}`).toMatch(/\d+ (are good|records before it are good)|No record was read/);
    }
    expect(refused).toBeGreaterThan(FILES / 20);
  },
);
