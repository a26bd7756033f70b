import * as vscode from 'vscode';
import type { EntityType } from '../annotation/schema';
import { typeIcon } from './typeIcon';

/** A question for one type out of several. */
export interface TypeQuestion {
  readonly kind: 'mention' | 'relation';
  readonly title: string;
  readonly placeHolder?: string;
  /** The types that may be chosen, by name, in this order. */
  readonly types: Readonly<Record<string, EntityType>>;
  /** The type that the item has now: it is marked, and comes first. */
  readonly current?: string;
}

/** Asks for a type. Each shows its colour, its key, and its guideline (or else its description), so that one who is unsure need not look it up. */
export async function pickType(question: TypeQuestion): Promise<string | undefined> {
  const { title, placeHolder } = question;
  const chosen = await vscode.window.showQuickPick(typeItems(question), {
    title: `Spangrid: ${title}`,
    ...(placeHolder === undefined ? {} : { placeHolder }),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen?.name;
}

/** The entries of a type pick. */
export function typeItems({
  kind,
  types,
  current,
}: Pick<TypeQuestion, 'kind' | 'types' | 'current'>): readonly (vscode.QuickPickItem & { readonly name: string })[] {
  const names = Object.keys(types).sort((a, b) => Number(b === current) - Number(a === current));
  return names.map((name) => {
    const type = types[name];
    const detail = guidelineOf(type);
    const description = [
      ...(type?.verbose === undefined || type.verbose === name ? [] : [plain(type.verbose)]),
      ...(type?.key === undefined || type.key === '' ? [] : [`key ${type.key}`]),
      ...(name === current ? ['now'] : []),
    ].join(' · ');
    return {
      name,
      label: plain(name),
      description,
      ...(detail === undefined ? {} : { detail: plain(detail.replaceAll(/\s+/gu, ' ')) }),
      iconPath: typeIcon(kind, type?.colour),
    };
  });
}

/** What a person needs to know to choose the type: its guideline, or else its description. */
export function guidelineOf(type: EntityType | undefined): string | undefined {
  const words = [type?.guideline, type?.description].find((text) => text !== undefined && text.trim() !== '');
  return words?.trim();
}

/** A text from a file as a label: what VS Code would draw as an icon, `$(name)`, stays the characters that it is. */
export function plain(text: string): string {
  return text.replaceAll('$(', '\\$(');
}

/** Of these types the ones with these names. */
export function typesNamed(types: Readonly<Record<string, EntityType>>, names: readonly string[]): Readonly<Record<string, EntityType>> {
  return Object.fromEntries(Object.entries(types).filter(([name]) => names.includes(name)));
}
