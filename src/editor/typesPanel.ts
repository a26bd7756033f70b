import * as vscode from 'vscode';
import { isRenaming, renamesOf, type TypesForm, useOf, writeForm } from '../annotation/typesForm';
import { SpangridError } from '../errors';
import { parseFromTypes } from '../protocol/fromTypesForm';
import type { ToTypes } from '../protocol/typesForm';
import { requireTrust } from './corrections';
import { openPage } from './pages';
import { documentsOf, projectOf, renameIn, renamesIn, useIn, writeProject, type Project } from './projectTypes';
import type { Services } from './services';

/** The form in which a project's types are edited. What is not saved yet is kept as long as the window lives. */
export class TypesPanel implements vscode.Disposable {
  readonly #services: Services;
  readonly #drafts = new Map<string, TypesForm>();
  #open: { readonly panel: vscode.WebviewPanel; project: Project } | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Opens the form of a text's project. Errors: what reading its file gives. */
  async show(text: vscode.Uri | undefined): Promise<void> {
    const project = await projectOf(this.#services, text);
    if (this.#open !== undefined) {
      this.#open.project = project;
      this.#open.panel.reveal();
      await this.#send();
      return;
    }
    const panel = openPage(this.#services, {
      page: 'types',
      title: 'Spangrid Types',
      column: vscode.ViewColumn.Active,
      receive: (message) => this.receive(message),
      onClosed: () => {
        this.#open = undefined;
      },
    });
    this.#open = { panel, project };
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  /** What the page asks for; the tests in the extension host ask the same. */
  async receive(message: unknown): Promise<void> {
    const parsed = parseFromTypes(message);
    const project = this.#open?.project;
    if (project === undefined) return;
    switch (parsed.kind) {
      case 'ready':
        await this.#send();
        return;
      case 'draft':
        this.#drafts.set(project.path, parsed.form);
        return;
      case 'discard':
        await this.#reload(project);
        return;
      case 'openFile':
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(project.path));
        return;
      case 'save':
        await this.#save(project, parsed.form, parsed.confirmed);
    }
  }

  async #save(project: Project, form: TypesForm, isConfirmed: boolean): Promise<void> {
    requireTrust();
    const now = await projectOf(this.#services, vscode.Uri.file(project.path));
    if (now.json !== project.json)
      throw new SpangridError(
        'annotation.conflict',
        `${project.path} was changed meanwhile. Nothing was saved: discard the changes in the form, or put the file back.`,
      );
    const written = writeForm(form, project.json);
    if ('problems' in written) {
      this.#post({ kind: 'problems', problems: written.problems });
      return;
    }
    const { documents, unread } = await documentsOf(this.#services, project);
    const renames = renamesOf(form);
    const changes = isRenaming(renames) ? renamesIn(documents, renames) : [];
    const use = useIn(documents);
    const gone = (['entities', 'relations'] as const).flatMap((kind) => {
      const kept = new Set((form[kind] as readonly { readonly was?: string }[]).map(({ was }) => was));
      return project.form[kind].map(({ name }) => name).filter((name) => !kept.has(name) && useOf(use[kind], name) > 0);
    });
    if (!isConfirmed && changes.length + gone.length > 0) {
      this.#post({ kind: 'preview', documents: changes, unlisted: gone });
      return;
    }
    await writeProject(project, written.json);
    const { renamed, failed } = await renameIn(this.#services, documents, renames);
    const missed = [...failed, ...(isRenaming(renames) ? unread : [])];
    await this.#reload(project);
    const inDocuments = renamed === 0 ? '' : ` Renamed in ${renamed} ${renamed === 1 ? 'document' : 'documents'}.`;
    this.#post({ kind: 'saved', message: `Saved.${inDocuments}` });
    if (missed.length > 0)
      throw new SpangridError(
        'annotation.conflict',
        `Types were saved, but not renamed in: ${missed.join('; ')}. Correct these files, then rename once more.`,
      );
  }

  async #reload(project: Project): Promise<void> {
    this.#drafts.delete(project.path);
    const again = await projectOf(this.#services, vscode.Uri.file(project.path));
    if (this.#open !== undefined) this.#open.project = again;
    await this.#send();
  }

  async #send(): Promise<void> {
    const project = this.#open?.project;
    if (project === undefined) return;
    const { documents } = await documentsOf(this.#services, project);
    const draft = this.#drafts.get(project.path);
    this.#post({
      kind: 'types',
      path: vscode.workspace.asRelativePath(project.path),
      isFile: project.json !== undefined,
      form: draft ?? project.form,
      use: useIn(documents),
    });
  }

  #post(message: ToTypes): void {
    void this.#open?.panel.webview.postMessage(message);
  }
}
