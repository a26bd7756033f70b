import { SpangridError } from '../errors';
import { openedDocument } from './offsets';
import type { Annotated, Store } from './store';
import type { Texts } from './texts';

/** A text and its annotations, as they are now. */
export interface Subject extends Annotated {
  /** URI of the text, as a string. */
  readonly uri: string;
  readonly text: string;
}

/**
 * The annotations of an open text as they are now.
 * @throws SpangridError annotation.conflict where there are none (any more)
 */
export function subjectOf({ store, texts }: { readonly store: Store; readonly texts: Texts }, uri: string): Subject {
  const annotated = store.get(uri);
  const document = openedDocument(uri);
  if (annotated === undefined || document === undefined)
    throw new SpangridError('annotation.conflict', 'This text has no annotations any more. Open it again.');
  return { ...annotated, uri, text: texts.of(document) };
}
