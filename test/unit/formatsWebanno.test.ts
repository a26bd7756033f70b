import { expect, test } from 'vitest';
import { schemaOf } from '../../src/annotation/schema';
import { detectFormat } from '../../src/formats/all';
import { webanno } from '../../src/formats/webanno';
import { readWhole, writeWhole } from './wholeFiles';
import { failure } from './failure';
import { checkFidelity, itemsOf } from './offsetFormats';

const NO_TYPES = schemaOf({}, {});
const DKPRO = 'de.tudarmstadt.ukp.dkpro.core.api';
const NAMED_ENTITY = `${DKPRO}.ner.type.NamedEntity`;

/**
 * As INCEpTION exports it: stacked and nested annotations with numbers, a relation to an annotation behind it, one across sentences, a
 * part of a token, an annotation without a value, escapes, a tab and a line end in a sentence, two sentences without anything between.
 */
const TSV = `#FORMAT=WebAnno TSV 3.3
#T_SP=${DKPRO}.lexmorph.type.pos.POS|PosValue
#T_SP=${NAMED_ENTITY}|identifier|value
#T_CH=${DKPRO}.coref.type.CoreferenceLink|referenceType|referenceRelation
#T_RL=${DKPRO}.syntax.type.dependency.Dependency|DependencyType|BT_${DKPRO}.lexmorph.type.pos.POS
#T_RL=webanno.custom.Relation|value|BT_${NAMED_ENTITY}


#Sentence.id=s1
#Text=🙂 Ann lives in New York.
1-1	0-2	🙂	_	_	_	_	_	_	_	_	_	
1-2	3-6	Ann	NNP	http://x[1]|*[2]	PER[1]|Na\\|me[2]	pr[1]	coref->1-1	nsubj	1-3	_	_	
1-3	7-12	lives	VBZ	_	_	_	_	_	_	_	_	
1-4	13-15	in	_	_	_	_	_	_	_	_	_	
1-5	16-19	New	_	*[3]	LOC[3]	_	_	_	_	Live\\_In|Born	1-2[1_3]|2-1[0_3]	
1-6	20-24	York	_	*[3]|*[4]	LOC[3]|CITY[4]	_	_	_	_	_	_	
1-7	24-25	.	_	_	_	_	_	_	_	_	_	

#Text=Bob\\tmet her
#Text=in Oslo-Nord.
2-1	26-29	Bob	_	*	PER	_	_	_	_	Kin	2-3	
2-2	30-33	met	_	_	_	_	_	_	_	_	_	
2-3	34-37	her	_	*	*	pr[1]	*->1-2	_	_	*	1-2[1_0]	
2-4	38-40	in	_	_	_	_	_	_	_	_	_	
2-5	41-50	Oslo-Nord	_	_	_	_	_	_	_	_	_	
2-5.1	41-45	Oslo	_	*	LOC	_	_	_	_	Near	2-5.1	
2-6	50-51	.	_	_	_	_	_	_	_	_	_	

#Text=Ann!
3-1	51-54	Ann	_	_	_	_	_	_	_	_	_	
3-2	54-55	!	_	_	_	_	_	_	_	_	_	

#Text=Bye
4-1	58-61	Bye	_	_	_	_	_	_	_	_	_	
`;
const TEXT = '🙂 Ann lives in New York.\nBob\tmet her\nin Oslo-Nord.Ann!\n  Bye';
const ITEMS = [
  'Born 26-29 16-24',
  "CITY 20-24 'York'",
  'Kin 34-37 26-29',
  "LOC 16-24 'New York'",
  "LOC 41-45 'Oslo'",
  'Live_In 3-6 16-24',
  "NamedEntity 34-37 'her'",
  "Na|me 3-6 'Ann'",
  'Near 41-45 41-45',
  "PER 26-29 'Bob'",
  "PER 3-6 'Ann'",
  'Relation 3-6 34-37',
];
const file = (content: string): { name: string; content: string }[] => [{ name: 'news.tsv', content }];

test('text, sentences, tokens and the annotations of the chosen layers are read; others are counted', () => {
  const { texts, losses } = readWhole(webanno, file(TSV));
  const [{ text, document, origIds }] = texts as [(typeof texts)[0]];
  expect([document.text.file, text]).toEqual(['news.txt', TEXT]);
  expect(itemsOf(document)).toEqual(ITEMS);
  expect(origIds).toEqual(['s1', undefined, undefined, undefined]);
  expect(
    document.sentences.map(({ startChar, endChar, tokens }) => [
      startChar,
      endChar,
      tokens.map((token) => text.slice(token.startChar, token.endChar)).join('|'),
    ]),
  ).toEqual([
    [0, 25, '🙂|Ann|lives|in|New|York|.'],
    [26, 51, 'Bob|met|her|in|Oslo|-Nord|.'],
    [51, 55, 'Ann|!'],
    [58, 61, 'Bye'],
  ]);
  expect(Object.fromEntries(losses.map(({ what, count }) => [what, count]))).toEqual({
    [`annotations of the layer ${DKPRO}.lexmorph.type.pos.POS`]: 2,
    [`annotations of the layer ${DKPRO}.coref.type.CoreferenceLink`]: 2,
    [`annotations of the layer ${DKPRO}.syntax.type.dependency.Dependency`]: 1,
    'values of the feature identifier': 1,
    'sentences of which a token was cut, where an annotation begins or ends in it': 1,
  });
});

test('a file is written as INCEpTION has it', () => {
  const { texts } = readWhole(webanno, file(TSV));
  const { files, losses } = writeWhole(webanno, texts, NO_TYPES, '');
  expect(losses).toEqual([]);
  expect(files).toEqual([
    {
      name: 'news.tsv',
      content: `#FORMAT=WebAnno TSV 3.3
#T_SP=${NAMED_ENTITY}|value
#T_RL=webanno.custom.Relation|value|BT_${NAMED_ENTITY}


#Sentence.id=s1
#Text=🙂 Ann lives in New York.
1-1	0-2	🙂	_	_	_	
1-2	3-6	Ann	Na\\|me[1]|PER[2]	_	_	
1-3	7-12	lives	_	_	_	
1-4	13-15	in	_	_	_	
1-5	16-19	New	LOC[3]	Live\\_In|Born	1-2[2_3]|2-1[0_3]	
1-6	20-24	York	LOC[3]|CITY[4]	_	_	
1-7	24-25	.	_	_	_	

#Text=Bob\\tmet her
#Text=in Oslo-Nord.
2-1	26-29	Bob	PER	Kin	2-3	
2-2	30-33	met	_	_	_	
2-3	34-37	her	NamedEntity	Relation	1-2[2_0]	
2-4	38-40	in	_	_	_	
2-5	41-45	Oslo	LOC	Near	2-5	
2-6	45-50	-Nord	_	_	_	
2-7	50-51	.	_	_	_	

#Text=Ann!
#Text=  
3-1	51-54	Ann	_	_	_	
3-2	54-55	!	_	_	_	

#Text=Bye
4-1	58-61	Bye	_	_	_	
`,
    },
  ]);
  const back = readWhole(webanno, files).texts[0]!;
  expect(back.text).toBe(TEXT);
  expect(itemsOf(back.document)).toEqual(ITEMS);
});

test('a mention inside a token gets a row of its own', () => {
  const { texts } = readWhole(webanno, file(TSV));
  const [{ text, document }] = texts as [(typeof texts)[0]];
  const whole = document.sentences.map((sentence, index) =>
    index === 1
      ? { ...sentence, tokens: [...sentence.tokens.slice(0, 4), { startChar: 41, endChar: 50 }, { startChar: 50, endChar: 51 }] }
      : sentence,
  );
  const { files, losses } = writeWhole(webanno, [{ text, document: { ...document, sentences: whole } }], NO_TYPES, '');
  expect(files[0]!.content).toContain('2-5\t41-50\tOslo-Nord\t_\t_\t_\t\n2-5.1\t41-45\tOslo\tLOC\tNear\t2-5.1\t\n2-6\t50-51');
  expect(losses).toEqual([{ what: 'sentences that get other tokens when they are read', count: 1 }]);
});

test('the relations choose the layer of spans, else it is that of entities, else the first', () => {
  const types = (header: string, cells: string): string[] => {
    const { texts } = readWhole(webanno, file(`#FORMAT=WebAnno TSV 3.2\n${header}\n\n\n#Text=Ann\n1-1\t0-3\tAnn\t${cells}\n`));
    return itemsOf(texts[0]!.document);
  };
  const layers = `#T_SP=${DKPRO}.segmentation.type.Lemma|value\n#T_SP=webanno.custom.Span|\n#T_SP=${NAMED_ENTITY}|value`;
  expect(types(layers, 'ann\t*\tPER\t')).toEqual(["PER 0-3 'Ann'"]);
  expect(types(`${layers}\n#T_RL=webanno.custom.Rel|BT_webanno.custom.Span`, 'ann\t*\tPER\t1-1\t')).toEqual([
    'Rel 0-3 0-3',
    "Span 0-3 'Ann'",
  ]);
  expect(types(`#T_SP=${DKPRO}.segmentation.type.Lemma|value\n#T_SP=webanno.custom.Span|`, 'ann\t*')).toEqual(["Span 0-3 'Ann'"]);
  expect(types(`#T_SP=${DKPRO}.segmentation.type.Lemma|value`, 'ann\t')).toEqual(["ann 0-3 'Ann'"]);
  const frames = `#T_SP=custom.Frame|ROLE_custom.Frame:Roles_custom.Link|custom.Lu|FE`;
  expect(types(frames, 'seller;buyer\t1-1[2];1-1\tsale\t')).toEqual(["sale 0-3 'Ann'"]);
});

test.each([
  ['other words', '1-3	7-12	lives', '1-3	7-12	loves', "line 13: its word is 'loves', but 7-12 of the text is 'lives'"],
  // Offsets in code points.
  ['another unit', '1-2	3-6	Ann', '1-2	2-5	Ann', "line 12: its word is 'Ann', but 2-5 of the text is ' An'"],
  ['a column less', '1-4	13-15	in	_	_', '1-4	13-15	in', 'line 14: 8 columns behind the word; the layers have 9'],
  ['no offsets', '1-4	13-15	in', '1-4	in	in', 'line 14: not a token'],
  ['tokens in disorder', '1-4	13-15	in', '1-4	11-13	in', 'line 14: 11-13 is empty or before the end of the token before'],
  ['a sentence too early', '2-1	26-29', '2-1	20-23', 'line 21: the sentence begins at 20, the one before ends at 26'],
  ['a sentence too late', '4-1	58-61', '4-1	99999999-100000002', 'line 34: the sentence begins at 99999999'],
  ['no tokens', '4-1	58-61	Bye	_	_	_	_	_	_	_	_	_	\n', '', 'line 33: the sentence has no tokens'],
  ['no text', '#Text=Bye\n', '', 'line 33: there is no "#Text=" line before it'],
  ['a relation of nothing', '2-1[0_3]', '2-9[0_3]', "line 15: there is no NamedEntity '2-9[0_3]' to relate to"],
  ['a relation of an unknown number', '1-2[1_3]', '1-2[9_3]', "line 15: there is no NamedEntity '1-2[9_3]' to relate to"],
])('%s: the line is named', (_, was, is, message) => {
  expect(TSV).toContain(was);
  const error = failure(() => readWhole(webanno, file(TSV.replace(was, is))));
  expect(error.code).toBe('data.invalid');
  expect(error.message).toContain(`news.tsv: ${message}`);
  expect(error.message).toMatch(/\d+ of \d+ records are bad, \d+ are good/);
});

test('another file is none, a text without sentences is empty', () => {
  expect(failure(() => readWhole(webanno, file('#FORMAT=WebAnno TSV 2.0\n'))).message).toContain(
    'line 1: it must be "#FORMAT=WebAnno TSV 3.3"',
  );
  const { files } = writeWhole(webanno, [readWhole(webanno, file('#FORMAT=WebAnno TSV 3.3\n\n\n')).texts[0]!], NO_TYPES, '');
  expect(readWhole(webanno, files).texts[0]!.text).toBe('');
});

test('backslashes that older versions did not escape stay', () => {
  const { texts } = readWhole(
    webanno,
    file(`#FORMAT=WebAnno TSV 3.1\n#T_SP=${NAMED_ENTITY}|value\n\n\n#Text=C:\\temp x\n1-1\t0-7\tC:\\temp\tPATH\n1-2\t8-9\tx\t_\n`),
  );
  expect(itemsOf(texts[0]!.document)).toEqual(["PATH 0-7 'C:\\temp'"]);
});

test('the format is known by its first line', () => {
  expect(detectFormat({ name: 'a.tsv', content: TSV })?.name).toBe('webanno');
  expect(detectFormat({ name: 'a.tsv', content: TSV.slice(0, 30) })?.name).toBe('webanno');
});

test('export then import gives back the document, up to what is counted', () => {
  checkFidelity(webanno, {
    file: '',
    simplified: () => ({ status: 'accepted', score: undefined, model: undefined, note: undefined }),
    changes: /^characters/,
  });
});
