import * as vscode from 'vscode';
import { type ErrorCode, messageOf, SpangridError } from '../errors';

/** What a person can do at once about an error: the button's words and the command behind it. */
const ACTIONS: Partial<Record<ErrorCode, readonly [string, string, ...unknown[]]>> = {
  'engine.crashed': ['Restart Model', 'spangrid.restartModel'],
  'engine.timeout': ['Open Setting', 'workbench.action.openSettings', 'spangrid.timeLimit'],
  'device.unknown': ['Open Setting', 'workbench.action.openSettings', 'spangrid.device'],
  'device.unavailable': ['Open Setting', 'workbench.action.openSettings', 'spangrid.device'],
  'config.invalid': ['Show Problems', 'workbench.actions.view.problems'],
  'model.missing': ['Choose Model', 'spangrid.chooseModel'],
  'model.invalid': ['Choose Model', 'spangrid.chooseModel'],
  'model.damaged': ['Choose Model', 'spangrid.chooseModel'],
  'model.newerVersion': ['Choose Model', 'spangrid.chooseModel'],
  'types.none': ['Edit Types', 'spangrid.editTypes'],
  'setting.invalid': ['Open Settings', 'workbench.action.openSettings', '@ext:spangrid.spangrid'],
  'workspace.untrusted': ['Manage Trust', 'workbench.trust.manage'],
};

/** Says what went wrong: in a message with what can be done, and in the log. */
export class Reporter {
  readonly #log: vscode.LogOutputChannel;
  readonly #reported = new vscode.EventEmitter<{ readonly code: ErrorCode | 'defect'; readonly message: string }>();
  readonly onDidReport = this.#reported.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  /** Runs a command's work. A failure is shown to the person; a cancelled one only logged. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.error(error);
      return undefined;
    }
  }

  error(error: unknown): void {
    const code = error instanceof SpangridError ? error.code : 'defect';
    if (code === 'cancelled') {
      this.#log.info(messageOf(error));
      return;
    }
    if (code === 'defect') this.#log.error(error instanceof Error ? error : String(error));
    else this.#log.error(`${code}: ${messageOf(error)}`);
    const action = code === 'defect' ? undefined : ACTIONS[code];
    const show =
      code === 'text.empty' || code === 'annotation.conflict' ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
    const buttons = [...(action === undefined ? [] : [action[0]]), ...(code === 'text.empty' ? [] : ['Show Log'])];
    void show(`Spangrid: ${messageOf(error)}`, ...buttons).then((chosen) => {
      if (chosen === 'Show Log') this.#log.show();
      else if (chosen !== undefined && action !== undefined) void vscode.commands.executeCommand(action[1], ...action.slice(2));
    });
    this.#reported.fire({ code, message: messageOf(error) });
  }
}
