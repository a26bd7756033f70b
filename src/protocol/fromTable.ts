import * as v from 'valibot';
import type { FromTable } from './table';

const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pair = v.tuple([index, index]);
const status = v.picklist(['suggested', 'accepted', 'rejected']);
const state = v.picklist(['new', 'in-progress', 'done', 'skipped']);

const id = v.string();
const type = v.string();

const change = v.variant('kind', [
  v.object({ kind: v.literal('addMention'), startToken: index, endToken: index, type }),
  v.object({ kind: v.literal('addRelation'), head: id, tail: id, type }),
  v.object({ kind: v.literal('setType'), id, type }),
  v.object({ kind: v.literal('setWords'), id, startToken: index, endToken: index }),
  v.object({ kind: v.literal('reverse'), id }),
  v.object({ kind: v.literal('setStatus'), id, status }),
  v.object({ kind: v.literal('remove'), id }),
  v.object({ kind: v.literal('setNote'), id, note: v.string() }),
  v.object({ kind: v.literal('setDiscuss'), id, discuss: v.boolean() }),
  v.object({ kind: v.literal('acceptAll') }),
  v.object({ kind: v.literal('setState'), state }),
]);

const message = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({ kind: v.literal('openDocument'), uri: v.string(), sentence: index }),
  v.object({ kind: v.literal('showSentence'), sentence: index }),
  v.object({ kind: v.literal('focusCell'), sentence: index, cell: pair, row: pair, column: pair }),
  v.object({ kind: v.literal('focus'), inTable: v.boolean() }),
  v.object({ kind: v.literal('revealInText'), sentence: index, startToken: index, endToken: index }),
  v.object({ kind: v.literal('change'), sentence: index, changes: v.array(change) }),
  v.object({ kind: v.literal('command'), command: v.picklist(['extractFile', 'export', 'undo', 'redo']) }),
  v.object({ kind: v.literal('prepare') }),
]);

/** A message from the webview, validated. Throws where it is none: then the page is not ours, or we have a defect. */
export function parseFromTable(data: unknown): FromTable {
  return v.parse(message, data);
}
