import type { Span } from '../text/span';

/** A list or an object that is open, and where in it the scan stands. */
interface Open {
  readonly isList: boolean;
  /** Of an object: the next text is a key. */
  isKeyDue: boolean;
  key: string | number;
  keySpan: Span;
}

/**
 * Where a path leads to in valid JSON: an entry of an object from its key on, of a list its value; of what is a list or an object itself,
 * the key or the bracket alone. Undefined where there is nothing.
 * @param path keys and indices from the top
 */
export function jsonSpan(json: string, path: readonly (string | number)[]): Span | undefined {
  const open: Open[] = [];
  let found: Span | undefined;
  for (const { 0: token, index: startChar } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const span = { startChar, endChar: startChar + token.length };
    const inner = open.at(-1);
    if (token === ',') {
      if (inner?.isList === true) inner.key = Number(inner.key) + 1;
      else if (inner !== undefined) inner.isKeyDue = true;
    } else if (token === '}' || token === ']') open.pop();
    else if (inner?.isKeyDue === true) {
      inner.isKeyDue = false;
      inner.key = JSON.parse(token) as string;
      inner.keySpan = span;
    } else if (token !== ':') {
      const isOpening = token === '{' || token === '[';
      // Of a key that stands twice, the last counts.
      if (open.length === path.length && open.every(({ key }, depth) => key === path[depth]))
        found = inner?.isList === false ? (isOpening ? inner.keySpan : { ...inner.keySpan, endChar: span.endChar }) : span;
      if (isOpening) open.push({ isList: token === '[', isKeyDue: token === '{', key: 0, keySpan: span });
    }
  }
  return found;
}
