import type { ConfigProblem } from '../annotation/config';
import type { TypesForm, TypeUse } from '../annotation/typesForm';

/** What a renaming changes in one document. */
export interface RenamedDocument {
  readonly name: string;
  readonly mentions: number;
  readonly relations: number;
}

/** Editor to webview. */
export type ToTypes =
  | {
      readonly kind: 'types';
      /** Path of the project file, as people read it. */
      readonly path: string;
      /** Whether the file is there already. */
      readonly isFile: boolean;
      readonly form: TypesForm;
      readonly use: TypeUse;
    }
  /** What saving would rename, and what would no longer be among the types: nothing is written yet. */
  | { readonly kind: 'preview'; readonly documents: readonly RenamedDocument[]; readonly unlisted: readonly string[] }
  | { readonly kind: 'saved'; readonly message: string }
  | { readonly kind: 'problems'; readonly problems: readonly ConfigProblem[] };

/** Webview to editor. */
export type FromTypes =
  | { readonly kind: 'ready' }
  /** What stands in the form, not saved yet: kept until the form is opened again. */
  | { readonly kind: 'draft'; readonly form: TypesForm }
  /** `confirmed`: the person has seen what it changes. */
  | { readonly kind: 'save'; readonly form: TypesForm; readonly confirmed: boolean }
  | { readonly kind: 'discard' }
  | { readonly kind: 'openFile' };
