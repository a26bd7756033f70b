import type { StatisticsReport } from '../annotation/statistics';
import type { History } from '../annotation/statisticsTables';

/** What is counted: one text, or all in a folder. */
export type StatisticsScope = 'text' | 'folder';

/** Editor to webview. */
export type ToStatistics =
  | {
      readonly kind: 'statistics';
      /** Of the text or folder. */
      readonly name: string;
      readonly scope: StatisticsScope;
      /** Which scopes can be chosen. */
      readonly scopes: readonly StatisticsScope[];
      readonly report: StatisticsReport;
      readonly history: History;
      /** Annotation files that could not be read, and why. */
      readonly unread: readonly string[];
    }
  /** Something that was counted has changed since. */
  | { readonly kind: 'stale' };

/** Webview to editor. */
export type FromStatistics =
  | { readonly kind: 'ready' }
  | { readonly kind: 'count'; readonly scope: StatisticsScope }
  /** Shows items of a type, with these words where there are any, in the tree of annotations. */
  | { readonly kind: 'filter'; readonly type: string; readonly words: string }
  /** A plot or table to be written to a file, under this name where none else is chosen. */
  | { readonly kind: 'save'; readonly name: string; readonly as: 'svg' | 'csv' | 'json'; readonly content: string };
