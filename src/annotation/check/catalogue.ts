/** How much a finding matters: `off` is not looked at, `info` fails no check. */
export type Severity = 'off' | 'info' | 'warning' | 'error';

export const SEVERITIES: readonly Severity[] = ['off', 'info', 'warning', 'error'];

/** A rule as people see it; docs/check.md has a section for each. */
export interface Rule {
  /** How much its findings matter where nothing else is said. */
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What it means and what to do, in a sentence or two. */
  readonly help: string;
}

/** The rules of the linter, by their codes. */
export const CATALOGUE = {
  'stale-anchor': {
    severity: 'warning',
    title: 'The words of a mention are no longer in the text',
    help: 'The text was changed, and the words were not found again. Put the mention where it belongs now, or delete it.',
  },
  'unknown-type': {
    severity: 'error',
    title: 'A type is not in the schema',
    help: 'No model can learn it, and most formats refuse it. Change the type, or add it to the types of the project.',
  },
  constraint: {
    severity: 'error',
    title: 'A relation joins mentions that its type does not admit',
    help: 'The types say which mentions may be head and tail. Reverse the relation, change its type or that of a mention, or delete it.',
  },
  duplicate: {
    severity: 'warning',
    title: 'The same mention or relation stands twice',
    help: 'It counts twice in training and in scores. Remove one of them.',
  },
  overlap: {
    severity: 'warning',
    title: 'Two mentions share characters',
    help: 'A model holds one label a word and learns only one of them. Keep one, or turn the rule off where mentions are meant to nest.',
  },
  'token-boundary': {
    severity: 'warning',
    title: 'A mention begins or ends inside a word',
    help: 'It cannot be said in words, so it is left out of training and of most formats. Widen it to whole words.',
  },
  'edge-punctuation': {
    severity: 'warning',
    title: 'A mention begins or ends with punctuation or white space',
    help: 'A model learns the mark as part of the name, and exact scores count a name without it as wrong. Trim it.',
  },
  'done-with-suggestions': {
    severity: 'warning',
    title: 'A sentence that is done has open suggestions',
    help: 'In a done sentence only what is accepted counts: what is still suggested is learned as wrong. Accept or reject it.',
  },
  'train-test-overlap': {
    severity: 'warning',
    title: 'A sentence of one split stands in another, too',
    help: 'A model has seen the answer, and the score comes out too high. Skip the sentence in one of them, or report scores without it.',
  },
  'inconsistent-type': {
    severity: 'info',
    title: 'The same text is labelled differently elsewhere',
    help: 'Some texts have two readings; others were labelled wrong once. Use the type that is used elsewhere if this is the same thing.',
  },
  'unlabelled-repeat': {
    severity: 'info',
    title: 'A text that is labelled in most places is not labelled here',
    help: 'In a done sentence a missing label is learned as wrong. Label it, too, if this is the same thing.',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type Code = keyof typeof CATALOGUE;

export const CODES = Object.keys(CATALOGUE) as readonly Code[];

/** Severities that differ from the catalogue's. */
export type Severities = Readonly<Partial<Record<Code, Severity>>>;

/** The severity of a rule where these are set. */
export function severityOf(code: Code, set: Severities = {}): Severity {
  return set[code] ?? CATALOGUE[code].severity;
}
