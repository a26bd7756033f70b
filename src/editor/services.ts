import type * as vscode from 'vscode';
import type { Annotations } from './annotations';
import type { Corrections } from './corrections';
import type { Decorations } from './decorations';
import type { ExtractionService } from './extraction';
import type { Configs } from './configs';
import type { ModelService } from './modelService';
import type { Reporter } from './report';
import type { Store } from './store';
import type { Texts } from './texts';
import type { Types } from './types';

/** What the commands and views share; made once, when the extension is activated. */
export interface Services {
  readonly extensionUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly reporter: Reporter;
  readonly store: Store;
  readonly texts: Texts;
  readonly configs: Configs;
  readonly models: ModelService;
  readonly types: Types;
  readonly annotations: Annotations;
  readonly corrections: Corrections;
  readonly extraction: ExtractionService;
  readonly decorations: Decorations;
}
