import * as vscode from 'vscode';
import type { ModelService, ModelStatus } from './modelService';

/** The model, its device and whether it works, at the bottom of the window; a click opens the menu. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('spangrid.model', vscode.StatusBarAlignment.Right, 50);
  readonly #subscription: vscode.Disposable;

  constructor(models: ModelService) {
    this.#item.name = 'Spangrid Model';
    this.#item.command = 'spangrid.showMenu';
    this.#subscription = models.onDidChange((status) => {
      this.#show(status);
    });
    this.#show(models.status);
    this.#item.show();
  }

  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #show({ model, device, isBusy, isProbing }: ModelStatus): void {
    const icon = isBusy ? '$(sync~spin)' : '$(table)';
    this.#item.text = `${icon} ${model === undefined ? 'Spangrid' : `${model} · ${device ?? ''}`}`;
    const what =
      model === undefined ? 'No model is loaded yet: that happens at the first extraction.' : `Model ${model} on ${device ?? ''}.`;
    const doing = isProbing ? ' Trying faster devices.' : isBusy ? ' Working.' : '';
    this.#item.tooltip = `Spangrid: ${what}${doing} Click for the menu.`;
    this.#item.accessibilityInformation = { label: `Spangrid. ${what}${doing}`, role: 'button' };
  }
}
