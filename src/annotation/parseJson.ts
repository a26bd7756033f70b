import { messageOf } from '../errors';

/** What a string holds as JSON, or why it is none, with the line. A byte order mark is passed over. */
export function parseJson(json: string): { readonly data: unknown } | { readonly reason: string; readonly line: number } {
  const text = json.startsWith('\uFEFF') ? json.slice(1) : json;
  try {
    return { data: JSON.parse(text) };
  } catch (error) {
    // Newer engines add the line themselves, but not where the text ends too early.
    const message = messageOf(error).replace(/ \(line \d+ column \d+\)$/, '');
    const position = /position (\d+)/.exec(message)?.[1];
    const until = position === undefined ? text : text.slice(0, Number(position));
    const line = until.split('\n').length;
    return { reason: `not valid JSON: ${message} (line ${String(line)})`, line };
  }
}

/** Whether what was parsed is an object, and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
