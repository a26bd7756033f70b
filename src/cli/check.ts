import { CATALOGUE, CODES, type Code, type Severities, type Severity, SEVERITIES, severityOf } from '../annotation/check/catalogue';
import { Checker } from '../annotation/check/checker';
import type { Finding } from '../annotation/check/rules';
import { counted } from '../annotation/names';
import type { SpangridError } from '../errors';
import { sourceTexts } from '../exchange/sourceTexts';
import type { AnnotatedText } from '../formats/format';
import { firstIndex } from '../text/firstIndex';
import { formatNamed } from '../formats/all';
import { Lines } from '../text/lines';
import type { Span } from '../text/span';
import { columns } from './columns';
import { command, usageError } from './command';
import { type Reported, type Spot, toSarif } from './sarif';

/** Finds what looks wrong in annotations. */
export const check = command({
  name: 'check',
  summary: 'finds what looks wrong in annotations: overlaps, cut words, unknown types, inconsistent labels and more',
  usage: 'PATH... [OPTION...]',
  takesWords: true,
  options: {
    severity: { type: 'string', value: 'CODE=S,...', help: `what findings of a rule are: ${SEVERITIES.join(', ')}` },
    from: { type: 'string', value: 'FORMAT', help: 'the format of data files (default: found out by their content)' },
    json: { type: 'boolean', help: 'print the findings as JSON' },
    sarif: { type: 'boolean', help: 'print them as SARIF 2.1.0, for code scanning' },
  },
  notes: [
    'A path is an annotation file, a folder of them, or a file of any format that can be imported. All are compared with each other: name the splits of a data set together.',
    `Rules:\n\n${columns(CODES.map((code) => [`  ${code}`, CATALOGUE[code].severity, CATALOGUE[code].title]))}`,
    'Severities also stand under "check" in spangrid.config.json. docs/check.md says more of each rule.',
    'Exit code: 0, 1 where there is a warning or an error, 2 where a file cannot be read.',
  ],
  async run({ severity = '', from, json = false, sarif = false }, paths, terminal) {
    if (paths.length === 0) throw usageError('check', 'Name what to check');
    if (json && sarif) throw usageError('check', 'Choose one of --json and --sarif');
    const given = parseSeverities(severity);
    const checker = new Checker();
    const texts = new Map<string, Known>();
    let bad = 0;
    const onBad = ({ message }: SpangridError, path: string): void => {
      bad += 1;
      terminal.say(`spangrid: ${message}`);
      // Of a data file, texts may have been read before what is bad in it.
      for (const [key, { place }] of texts) if (place.file === path && place.within !== undefined && texts.delete(key)) checker.remove(key);
    };
    const format = from === undefined ? undefined : formatNamed(from);
    for await (const source of sourceTexts([...new Set(paths)], {
      from: format,
      signal: terminal.signal,
      onBad,
      takesUnknownTypes: true,
    })) {
      const { name, path, textPath, text, document, schema, check: agreed } = source;
      // Texts of a data file may have the same name.
      const key = textPath === undefined ? `${name} ${String(texts.size + 1)}` : path;
      const place = textPath === undefined ? { file: path, within: document.text.file } : { file: textPath };
      const records = textPath === undefined ? recordsOf(source) : undefined;
      texts.set(key, { place, severities: { ...agreed, ...given }, lines: new Lines(text), ...(records && { records }) });
      checker.put({ name: key, path: key, text, document, schema });
      terminal.status(`${String(texts.size)} texts`);
    }
    checker.compare();
    terminal.endProgress();
    const reported: Reported[] = [];
    for (const [name, known] of texts) {
      for (const finding of checker.findings(name)) {
        const level = severityOf(finding.code, known.severities);
        if (level !== 'off') reported.push(reportedOf(finding, level, known, texts));
      }
    }
    const counts = countsOf(reported);
    if (json) terminal.print(`${JSON.stringify({ texts: texts.size, unreadable: bad, counts, findings: reported }, undefined, 1)}\n`);
    else if (sarif) terminal.print(`${JSON.stringify(toSarif(reported), undefined, 1)}\n`);
    else terminal.print(`${[...reported.map(lineOf), summary(reported, counts, texts.size)].join('\n')}\n`);
    if (bad > 0) return 2;
    return reported.some((one) => one.severity !== 'info') ? 1 : 0;
  },
});

/** @throws SpangridError usage */
function parseSeverities(given: string): Severities {
  const pairs = given.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair): [Code, Severity] => {
      const [name, level] = pair.split('=').map((word) => word.trim());
      const code = CODES.find((one) => one === name);
      const severity = SEVERITIES.find((one) => one === level);
      if (code === undefined) throw usageError('check', `There is no rule "${name ?? ''}": choose one of ${CODES.join(', ')}`);
      if (severity === undefined)
        throw usageError('check', `--severity ${pair.trim()}: write CODE=SEVERITY, one of ${SEVERITIES.join(', ')}`);
      return [code, severity];
    }),
  );
}

/** A text as places in it are said. */
interface Known {
  readonly place: Pick<Spot, 'file' | 'within'>;
  readonly severities: Severities;
  readonly lines: Lines;
  /** Of a text that stands in data: the offset behind each sentence, and where its record is. */
  readonly records?: {
    readonly ends: readonly number[];
    readonly lines: AnnotatedText['lines'] | undefined;
    readonly sentencesBefore: number | undefined;
  };
}

function recordsOf({ document, lines, sentencesBefore }: AnnotatedText): Known['records'] {
  return { ends: document.sentences.map(({ endChar }) => endChar), lines, sentencesBefore };
}

/** The record of the sentence in which a place lies. */
function recordAt({ place, records }: Known, offset: number): Pick<Spot, 'record'> {
  if (records === undefined || records.ends.length === 0) return {};
  const { ends, lines, sentencesBefore } = records;
  const index = Math.min(
    firstIndex(ends.length, (at) => (ends[at] ?? 0) > offset),
    ends.length - 1,
  );
  const number = String((sentencesBefore ?? 0) + index + 1);
  const line = lines?.[index];
  const sentence = sentencesBefore === undefined ? `sentence ${number} of ${place.within ?? ''}` : `sentence ${number}`;
  return { record: { sentence, ...(line === undefined ? {} : { line }) } };
}

function spotOf(known: Known, { startChar, endChar }: Span): Spot {
  const { place, lines } = known;
  const [start, end] = [lines.at(startChar), lines.at(endChar)];
  return {
    ...place,
    ...recordAt(known, startChar),
    line: start.line + 1,
    column: start.column + 1,
    endLine: end.line + 1,
    endColumn: end.column + 1,
  };
}

function reportedOf(
  { code, span, message, related }: Finding,
  severity: Reported['severity'],
  known: Known,
  texts: ReadonlyMap<string, Known>,
): Reported {
  const other = related && texts.get(related.name);
  const elsewhere = other && spotOf(other, related.span);
  return { ...spotOf(known, span), severity, code, message, ...(elsewhere && { related: elsewhere }) };
}

/** `FILE:LINE:COLUMN`; of data the record's line, where it has one, and the sentence. */
function inWords({ file, record, line, column }: Spot): string {
  if (record === undefined) return `${file}:${String(line)}:${String(column)}`;
  return `${file}${record.line === undefined ? '' : `:${String(record.line)}`} (${record.sentence})`;
}

function lineOf(reported: Reported): string {
  const { severity, code, message, related } = reported;
  return `${inWords(reported)}: ${severity} ${code}: ${message}${related === undefined ? '' : ` (${inWords(related)})`}`;
}

function countsOf(reported: readonly Reported[]): Readonly<Partial<Record<Code, number>>> {
  const counts: Partial<Record<Code, number>> = {};
  for (const { code } of reported) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function summary(reported: readonly Reported[], counts: Readonly<Partial<Record<Code, number>>>, texts: number): string {
  const said = `${counted(reported.length, 'finding')} in ${counted(texts, 'text')}`;
  if (reported.length === 0) return said;
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return `\n${said}\n${columns(
    rows.map(([code, count]) => [`  ${code}`, String(count)]),
    1,
  )}`;
}
