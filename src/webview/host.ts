import * as v from 'valibot';
import type { FromTable } from '../protocol/table';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const index = v.pipe(v.number(), v.integer(), v.minValue(0));

const savedState = v.object({
  uri: v.string(),
  sentence: index,
  cell: v.optional(v.tuple([index, index])),
  mode: v.picklist(['labels', 'heat', 'both']),
  list: v.boolean(),
});

/** What survives a reload of the window: the document, where in it the person was, and how it was shown. */
export type SavedState = v.InferOutput<typeof savedState>;

/** The editor, seen from the webview. */
export interface Host {
  /** Sends a message to the editor. */
  post(message: FromTable): void;
  /** What `save` kept, unless there is nothing or it was kept by a version that wrote something else. */
  restore(): SavedState | undefined;
  save(state: SavedState): void;
}

/** Connects to the editor; possible once in a page's life. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => {
      api.postMessage(message);
    },
    restore: () => {
      const state = v.safeParse(savedState, api.getState());
      return state.success ? state.output : undefined;
    },
    save: (state) => {
      api.setState(state);
    },
  };
}
