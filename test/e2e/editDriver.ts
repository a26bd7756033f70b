import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Mention } from '../../src/annotation/document';
import type { SpangridApi } from '../../src/extension';
import type { Applied, Plan, Snapshot } from './edits';
import { correctionOf, isDone } from './edits';

/*
 * An extension that stands in for a person who corrects: it takes up the session that `plan.json` describes where its annotations are, and
 * writes down what it finds, and when it made which edit. Killed and started again, it goes on.
 */

const FOLDER = '.edits';

export async function activate(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const path = (name: string): string => join(folder, FOLDER, name);
  if (!existsSync(path('plan.json'))) return;
  const extension = vscode.extensions.getExtension<SpangridApi>('spangrid.spangrid');
  if (extension === undefined) throw new Error('spangrid.spangrid is not installed');
  const api = await extension.activate();
  // A window whose browser was killed lives on for a while: only the last one goes on.
  const life = String(process.pid);
  writeFileSync(path('life'), life);
  const isLast = (): boolean => readFileSync(path('life'), 'utf8') === life;
  for (let session = -1; isLast();) {
    await wait(50);
    const plan = JSON.parse(readFileSync(path('plan.json'), 'utf8')) as Plan;
    if (plan.session === session) continue;
    session = plan.session;
    await work(api, vscode.Uri.file(join(folder, plan.file)), plan, { life, path, isLast });
  }
}

interface Here {
  readonly life: string;
  readonly path: (name: string) => string;
  readonly isLast: () => boolean;
}

async function work(api: SpangridApi, uri: vscode.Uri, plan: Plan, { life, path, isLast }: Here): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  await api.services.corrections.prepare(document);
  const mentions = (): readonly Mention[] => [...(api.services.store.get(uri.toString())?.document.mentions.values() ?? [])];
  const found: Snapshot = { life, session: plan.session, mentions: mentions().map(({ text, type }) => ({ text, type })) };
  writeFileSync(path('found.partial'), JSON.stringify(found));
  renameSync(path('found.partial'), path('found.json'));
  for (let number = 0; number < plan.edits; number += 1) {
    if (isDone(number, mentions())) continue;
    await wait(plan.pause);
    if (!isLast()) return;
    const at = Date.now();
    api.services.corrections.apply(uri, [correctionOf(number, document.getText(), mentions())]);
    const applied: Applied = { session: plan.session, number, at };
    appendFileSync(path('applied.jsonl'), `${JSON.stringify(applied)}\n`);
  }
  writeFileSync(path(`ended-${plan.session}`), '');
}
