import * as v from 'valibot';
import type { TokenMention, TokenRelation, TokenSentence } from '../annotation/tokenSentence';
import type { AnnotatedText, Format, Reader } from './format';
import type { Intake } from './intake';
import { totalLosses, type Loss } from './losses';
import type { Line } from './pieces';
import { checkType, indexShape, jsonLines, refuseRecord, tokensShape, typeShape } from './records';
import { AMBIGUOUS, countAmbiguous, mentionAt } from './spans';
import { SentenceTexts, toTokenSentences } from './tokenText';

/**
 * CrossRE's JSON lines: a sentence a line, spans of tokens with inclusive ends. What is said to explain a relation is its note; that its
 * annotator was uncertain, its flag to discuss.
 */
export const crossre: Format = {
  name: 'crossre',
  aliases: [],
  title: 'CrossRE JSON lines',
  endings: ['.jsonl', '.json'],
  isFolder: false,
  detect: ({ content }) => /^\s*\{/.test(content) && /"sentence"\s*:\s*\[/.test(content),
  companions: () => [],
  reader: (file, _companions, intake) => sentenceReader(file, intake),
  writer: (file) => ({
    add(text) {
      const { sentences, losses } = toTokenSentences(text, { suggestions: 'none', remarks: 'relations' });
      const name = text.document.text.file.replace(/\.txt$/, '');
      const lines = sentences.map((sentence, index) => `${lineOf(sentence, `${name}-${String(index + 1)}`)}\n`);
      const ambiguous = sentences.map((sentence): Loss => ({ what: AMBIGUOUS, count: countAmbiguous(sentence) }));
      return { pieces: [{ name: file, content: lines.join('') }], losses: totalLosses([...losses, ...ambiguous]) };
    },
    end: () => [],
  }),
};

const flag = v.nullish(v.boolean('must be true or false'), false);
const record = v.object({
  doc_key: v.exactOptional(v.union([v.string(), v.number()])),
  sentence: tokensShape,
  ner: v.nullish(v.array(v.tuple([indexShape, indexShape, typeShape])), []),
  relations: v.nullish(
    v.array(v.tuple([indexShape, indexShape, indexShape, indexShape, typeShape, v.nullish(v.string('must be a string'), ''), flag, flag])),
    [],
  ),
});
type CrossreRecord = v.InferOutput<typeof record>;

function sentenceReader(file: string, intake: Intake): Reader {
  const texts = new SentenceTexts(file);
  const read = (given: CrossreRecord, line: Line): readonly AnnotatedText[] => {
    const problems = misfits(given, intake);
    if (problems.length > 0) {
      refuseRecord(intake, line, problems);
      return [];
    }
    intake.accept();
    return texts.add(sentenceOf(given, intake), line.number);
  };
  return jsonLines(intake, record, read, () => texts.end());
}

/** What is wrong with a record whose shape is right, with the JSON paths. */
function misfits({ sentence: { length }, ner, relations }: CrossreRecord, { schema }: Intake): readonly string[] {
  const found: string[] = [];
  const checkSpan = (at: string, first: number, last: number): void => {
    if (last < first) found.push(`${at}: the last token (${String(last)}) is before the first (${String(first)})`);
    else if (last >= length)
      found.push(`${at}: ${String(last)} is beyond the sentence's ${String(length)} tokens (0 to ${String(length - 1)})`);
  };
  for (const [number, [first, last, name]] of ner.entries()) {
    const at = `ner[${String(number)}]`;
    checkType(name, schema?.entities, `${at}[2]`, found);
    checkSpan(at, first, last);
  }
  for (const [number, [headFirst, headLast, tailFirst, tailLast, name]] of relations.entries()) {
    const at = `relations[${String(number)}]`;
    checkType(name, schema?.relations, `${at}[4]`, found);
    checkSpan(at, headFirst, headLast);
    checkSpan(at, tailFirst, tailLast);
  }
  return found;
}

function sentenceOf({ sentence, ner, relations, doc_key: origId }: CrossreRecord, intake: Intake): TokenSentence {
  const mentions = ner.map(([first, last, type]): TokenMention => ({ type, startToken: first, endToken: last + 1 }));
  const found = relations.flatMap(([headFirst, headLast, tailFirst, tailLast, type, note, isUncertain, isAmbiguous]): TokenRelation[] => {
    const head = mentionAt(mentions, { startToken: headFirst, endToken: headLast + 1 });
    const tail = mentionAt(mentions, { startToken: tailFirst, endToken: tailLast + 1 });
    if (head < 0 || tail < 0) {
      intake.lose('relations of words that are no entity');
      return [];
    }
    if (isAmbiguous) intake.lose('marks of ambiguous syntax');
    return [{ type, head, tail, ...(note === '' ? {} : { note }), ...(isUncertain ? { discuss: true } : {}) }];
  });
  return { tokens: sentence, mentions, relations: found, ...(origId === undefined ? {} : { origId }) };
}

/** @param key for a sentence that has none */
function lineOf({ tokens, mentions, relations, origId }: TokenSentence, key: string): string {
  const ends = (index: number): readonly number[] => {
    const mention = mentions[index];
    return mention === undefined ? [] : [mention.startToken, mention.endToken - 1];
  };
  return JSON.stringify({
    doc_key: origId ?? key,
    sentence: tokens,
    ner: mentions.map(({ type }, index) => [...ends(index), type]),
    relations: relations.map(({ type, head, tail, note = '', discuss = false }) => [
      ...ends(head),
      ...ends(tail),
      type,
      note,
      discuss,
      false,
    ]),
  });
}
