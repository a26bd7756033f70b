import { expect, test } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { detectFormat } from '../../src/formats/all';
import { brat } from '../../src/formats/brat';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { checkFidelity, itemsOf } from './offsetFormats';

/** An emoji of two UTF-16 units stands before everything else; a line end lies in a mention. */
const TEXT = '🙂 Bob Smith lives in\nNew York City.\nNorth and South America met Ann.\n';
const ANN = `R1	Live_In Arg1:T1 Arg2:T2	
T1	Peop 2 11	Bob Smith
T2	Loc 18 20;21 29	in New York
T3	Loc 36 41;52 59	North America
T4	Loc 46 59	South America
T5	Peop 64 67	Ann
R2	Kin Arg2:T1 Arg1:T5
R3	Kin Arg1:T5 Arg2:T5
T6	Meet 60 63	met
E1	Meet:T6 Agent:T4 Agent2:T5
R4	Kin Arg1:E1 Arg2:T1
R5	Coref Anaphora:T5 Antecedent:T1
A1	Negation E1
M2	Speculation T1
N1	Reference T1 Wikipedia:534366	Bob Smith
*	Equiv T1 T5
#1	AnnotatorNotes T1	the elder,
#2	AnnotatorNotes T1	or the younger?
#3	AnnotatorNotes R1	since 1970
#4	AutoComment A1	sure
`;
const files = (ann: string, text = TEXT): { name: string; content: string }[] => [
  { name: 'a.ann', content: ann },
  { name: 'a.txt', content: text },
];

test('entities, relations and notes are read, offsets in code points become ours, and the rest is counted', () => {
  const { texts, losses } = readWhole(brat, files(ANN));
  expect(texts).toHaveLength(1);
  const [{ text, document }] = texts as [(typeof texts)[0]];
  expect(text).toBe(TEXT);
  expect(document.text.file).toBe('a.txt');
  expect(itemsOf(document)).toEqual([
    'Coref 65-68 3-12',
    'Kin 61-64 3-12',
    'Kin 65-68 3-12',
    'Kin 65-68 65-68',
    'Live_In 3-12 19-30 (since 1970)',
    "Loc 19-30 'in\nNew York'",
    "Loc 37-42+53-60 'North America'",
    "Loc 47-60 'South America'",
    "Meet 61-64 'met'",
    "Peop 3-12 'Bob Smith' (the elder,\nor the younger?)",
    "Peop 65-68 'Ann'",
  ]);
  expect(document.sentences.map(({ state }) => state)).toEqual(document.sentences.map(() => 'done'));
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    attributes: 2,
    'comments that are no notes about entities or relations': 1,
    equivalences: 1,
    events: 1,
    "names of relations' arguments": 1,
    normalisations: 1,
  });
});

test('annotations are written as brat has them', () => {
  const { texts } = readWhole(brat, files(ANN));
  const schema = schemaOf(
    { Peop: {}, Loc: {}, Meet: {} },
    { Live_In: { head: ['Peop'], tail: ['Loc', 'Org'] }, Kin: { symmetric: true }, Coref: {} },
  );
  const { files: written, losses } = writeWhole(brat, [...texts, ...texts], schema, '');
  expect(losses).toEqual([]);
  expect(written.map(({ name }) => name)).toEqual(['a.txt', 'a.ann', 'a-2.txt', 'a-2.ann', 'annotation.conf']);
  expect(written[0]!.content).toBe(TEXT);
  expect(written[1]!.content).toBe(`T1	Peop 2 11	Bob Smith
T2	Loc 18 20;21 29	in New York
T3	Loc 36 41;52 59	North America
T4	Loc 46 59	South America
T5	Meet 60 63	met
T6	Peop 64 67	Ann
R1	Live_In Arg1:T1 Arg2:T2	
R2	Kin Arg1:T5 Arg2:T1	
R3	Coref Arg1:T6 Arg2:T1	
R4	Kin Arg1:T6 Arg2:T1	
R5	Kin Arg1:T6 Arg2:T6	
#1	AnnotatorNotes T1	the elder,
#2	AnnotatorNotes T1	or the younger?
#3	AnnotatorNotes R1	since 1970
`);
  expect(written[4]!.content).toBe(`[entities]
Peop
Loc
Meet

[relations]
<OVERLAP>	Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>
Live_In	Arg1:Peop, Arg2:Loc|Org
Kin	Arg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric
Coref	Arg1:<ENTITY>, Arg2:<ENTITY>

[events]

[attributes]
`);
});

test('annotation.conf says which types there are', () => {
  const conf = `# of our project
<PLACE>=Loc|GPE

[entities]
!Thing
	Peop
	Loc
GPE
-----
[relations]

<OVERLAP> Arg1:Peop, Arg2:Loc, <OVL-TYPE>:contain
Live_In	Arg1:Peop, Arg2:<PLACE>
Kin Arg1:Peop, Arg2:Peop, <REL-TYPE>:symmetric-transitive
Near	Arg1:Loc, Arg2:Loc
Near	Arg1:GPE, Arg2:<ENTITY>
[events]
Meet	Agent+:Peop
[attributes]
Negation	Arg:<EVENT>
`;
  const withConf = (ann: string): ReturnType<typeof readWhole> =>
    readWhole(brat, [...files(ann), { name: 'annotation.conf', content: conf }]);
  const { schema } = withConf('T1\tPeop 2 11\tBob Smith\nT2\tMeet 60 63\tmet\n');
  expect(Object.keys(schema!.entities)).toEqual(['Peop', 'Loc', 'GPE', 'Meet']);
  expect(Object.entries(schema!.relations).map(([name, { head, tail, symmetric }]) => [name, head, tail, symmetric])).toEqual([
    ['Live_In', ['Peop'], ['Loc', 'GPE'], false],
    ['Kin', ['Peop'], ['Peop'], true],
    ['Near', ['Loc', 'GPE'], [], false],
  ]);
  expect(failure(() => withConf('T1\tPep 2 11\tBob Smith\n')).message).toBe(
    'a.ann: line 1: unknown type "Pep" (known: Peop, Loc, GPE, Meet). 1 of 1 records are bad, 0 are good; nothing was taken over.',
  );
});

test.each([
  ['other words', 'T1	Peop 2 11	Bob Smit', "line 2: its words are 'Bob Smit', but 2 11 of the text is 'Bob Smith'"],
  // Offsets in UTF-16 units, as careless tools write them.
  ['another unit', 'T1	Peop 3 12	Bob Smith', "line 2: its words are 'Bob Smith', but 3 12 of the text is 'ob Smith '"],
  ['an end beyond the text', 'T1	Peop 2 1100	Bob Smith', 'line 2: 2 1100 is outside the text, which has 69 characters'],
  ['no character', 'T1	Peop 2 2	', 'line 2: 2 2 is empty'],
  ['pieces that overlap', 'T1	Peop 2 5;4 11	Bob b Smith', 'line 2: its pieces 2 5;4 11 overlap'],
  ['a type with a blank', 'T1	Some Body 2 11	Bob Smith', 'line 2: not an entity: it must be like'],
  ['blanks for tabs', 'T1 Peop 2 11 Bob Smith', 'line 2: there is no tab behind its id'],
  ['an id that stands already', 'T9	Peop 2 11	Bob Smith', 'line 2: T9 stands twice'],
  ['another kind of id', 'X1	Peop 2 11	Bob Smith', "line 2: 'X1' is no id"],
  ['a relation of nothing', 'R1	Kin Arg1:T9 Arg2:T10', 'line 2: there is no entity T10'],
  ['a relation of one', 'R1	Kin Arg1:T9', 'line 2: not a relation'],
  ['an event without a trigger', 'E1	Meet', 'line 2: not an event'],
])('%s: the line is named, and how many were good', (_, line, message) => {
  const error = failure(() => readWhole(brat, files(`T9\tPeop 64 67\tAnn\n${line}\n`)));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`a.ann: ${message}`);
  expect(error.message).toContain('1 of 2 records are bad, 1 are good');
});

test('a text that is not beside its annotations is named', () => {
  expect(failure(() => readWhole(brat, [{ name: 'a.ann', content: ANN }])).message).toBe(
    'a.ann: its text a.txt is not beside it. No record was read.',
  );
});

test('the format is known by name and content, also of a text without annotations', () => {
  expect(detectFormat({ name: 'x/a.ann', content: ANN })?.name).toBe('brat');
  expect(detectFormat({ name: 'a.ann', content: '' })?.name).toBe('brat');
  expect(detectFormat({ name: 'a.tsv', content: ANN })).toBeUndefined();
  // Its last column looks like a label.
  expect(detectFormat({ name: 'a.ann', content: 'T1\tWeapon 4 8\tB-52\n' })?.name).toBe('brat');
  const [{ document }] = readWhole(brat, files('')).texts as [ReturnType<typeof readWhole>['texts'][0]];
  expect([document.mentions.size, document.sentences.length]).toEqual([0, 2]);
});

test('types without blanks, suggestions, flags and lost mentions: what is not held is counted', () => {
  const { texts } = readWhole(brat, files('T1\tPeop 2 11\tBob Smith\nT2\tPeop 64 67\tAnn\nR1\tKin Arg1:T1 Arg2:T2\n'));
  const [{ text, document }] = texts as [(typeof texts)[0]];
  const [bob, ann] = [...document.mentions.values()] as [never, never];
  const change = (mention: typeof bob, changes: object): never => ({ ...(mention as object), ...changes }) as never;
  const changed = [
    change(bob, { type: 'Some body', status: 'suggested', score: 0.5, discuss: true }),
    change(ann, { spans: [{ startChar: 5, endChar: 5 }] }),
  ];
  const mentions = new Map(changed.map((mention: { id: string }) => [mention.id, mention as never]));
  const { files: written, losses } = writeWhole(brat, [{ text, document: { ...document, mentions } }], schemaOf({}, {}), '');
  expect(written[1]!.content).toBe('T1\tSome_body 2 11\tBob Smith\n');
  expect(losses.map(({ what, count }) => `${count} ${what}`).sort()).toEqual([
    '1 flags to discuss',
    '1 marks of suggestions: they count as accepted',
    '1 mentions whose words were deleted from the text',
    '1 relations of mentions that are left out',
    '1 types with blanks in their names: they are written with "_"',
  ]);
});

test('export then import gives back the document, up to what is counted', () => {
  checkFidelity(brat, {
    file: '',
    simplified: (item) => ({
      status: 'accepted' as const,
      score: undefined,
      model: undefined,
      note: item.note?.replace(/\r\n?/g, '\n'),
    }),
    changes: /^line ends at the edges|^gaps in discontinuous/,
  });
});
