import type { EntityGraph } from '../annotation/entityGraph';
import type { Schema } from '../annotation/schema';

/** Editor to webview. */
export type ToGraph =
  | {
      readonly kind: 'graph';
      /** What the graph is of: a document's name, or a selection in it. */
      readonly name: string;
      readonly graph: EntityGraph;
      readonly schema: Schema;
    }
  | { readonly kind: 'empty'; readonly message: string };

/** Webview to editor. */
export type FromGraph =
  | { readonly kind: 'ready' }
  /** Shows a mention or relation, by its id, in the text. */
  | { readonly kind: 'reveal'; readonly id: string }
  /** The picture, as an SVG document of its own. */
  | { readonly kind: 'save'; readonly svg: string };
