import { describe, expect, test } from 'vitest';
import { parseFromTable } from '../../src/protocol/fromTable';

describe('messages from the webview', () => {
  test('a change keeps what it says', () => {
    const changes = [
      { kind: 'addRelation', head: 'a', tail: 'b', type: 'Kill' },
      { kind: 'setState', state: 'done' },
    ];
    const message = { kind: 'change', sentence: 2, changes };
    expect(parseFromTable(message)).toEqual(message);
  });

  test.each([
    ['nothing', undefined],
    ['another kind', { kind: 'delete' }],
    ['a sentence before the first', { kind: 'showSentence', sentence: -1 }],
    ['half a cell', { kind: 'focusCell', sentence: 0, cell: [1], row: [1, 2], column: [1, 2] }],
    ['a word between two words', { kind: 'revealInText', sentence: 0, startToken: 0.5, endToken: 1 }],
    ['no number', { kind: 'showSentence', sentence: Number.NaN }],
    ['a command of its own', { kind: 'command', command: 'workbench.action.terminal.new' }],
    ['an unknown change', { kind: 'change', sentence: 0, changes: [{ kind: 'setText', text: 'x' }] }],
    ['an unknown status', { kind: 'change', sentence: 0, changes: [{ kind: 'setStatus', id: 'a', status: 'gold' }] }],
  ])('%s is refused', (_, message) => {
    expect(() => parseFromTable(message)).toThrow();
  });
});
