import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { version } from '../../package.json';
import { CATALOGUE, type Code, CODES, type Severity } from '../annotation/check/catalogue';

/** Where a finding is, as people and tools find it. */
export interface Spot {
  /** The text's file; that of the data where the text has none of its own. */
  readonly file: string;
  /** The text's name within a file of data. */
  readonly within?: string;
  /** In a file of data: which sentence, as people say it, and the line in which its record begins. */
  readonly record?: { readonly sentence: string; readonly line?: number };
  /** From 1, as `column`, which counts UTF-16 units; the end is the place behind the last character. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A finding with its severity. */
export interface Reported extends Spot {
  readonly severity: Exclude<Severity, 'off'>;
  readonly code: Code;
  readonly message: string;
  readonly related?: Spot;
}

const LEVELS = { info: 'note', warning: 'warning', error: 'error' } as const;

/** Findings as a log of the Static Analysis Results Interchange Format (OASIS, version 2.1.0). */
export function toSarif(findings: readonly Reported[]): object {
  const rules = CODES.map((id) => ({
    id,
    shortDescription: { text: `${CATALOGUE[id].title}.` },
    fullDescription: { text: CATALOGUE[id].help },
    help: { text: `${CATALOGUE[id].help} Section "${id}" of docs/check.md says more, and how to turn the rule off.` },
    defaultConfiguration: { level: LEVELS[CATALOGUE[id].severity] },
  }));
  const results = findings.map((finding) => ({
    ruleId: finding.code,
    ruleIndex: CODES.indexOf(finding.code),
    level: LEVELS[finding.severity],
    message: { text: `${finding.message}${finding.record === undefined ? '' : ` (${finding.record.sentence})`}.` },
    locations: [locationOf(finding)],
    ...(finding.related === undefined ? {} : { relatedLocations: [{ ...locationOf(finding.related), message: { text: 'See here.' } }] }),
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'Spangrid', version, rules } }, columnKind: 'utf16CodeUnits', results }],
  };
}

/** A place in a text that stands within a file of data is where its record begins, and is said by name. */
function locationOf({ file, within, record, line, column, endLine, endColumn }: Spot): object {
  const artifactLocation = { uri: uriOf(file) };
  if (within === undefined)
    return { physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column, endLine, endColumn } } };
  const name = `${within}:${String(line)}:${String(column)}`;
  return {
    physicalLocation: { artifactLocation, region: { startLine: record?.line ?? 1 } },
    logicalLocations: [{ fullyQualifiedName: name, kind: 'member' }],
  };
}

/** Relative paths stay relative: code scanning resolves them against the repository. */
function uriOf(path: string): string {
  return isAbsolute(path) ? pathToFileURL(path).href : path.split(sep).map(encodeURIComponent).join('/');
}
