import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../src/text/lineEnds';
import { LineIndex } from '../../src/text/lines';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('\n', '\r', '\r\n', '\uFEFF', '😀', ' '), fc.string({ unit: 'binary', maxLength: 1 })),
});

describe('normaliseText', () => {
  it('counts CRLF, CR and LF as one line end each and removes a byte order mark', () => {
    expect(normaliseText('\uFEFFa\r\nb\rc\nd\r\r\n\n')).toBe('a\nb\nc\nd\n\n\n');
  });

  it('keeps a zero-width no-break space that is not at the start', () => {
    expect(normaliseText('a\uFEFFb')).toBe('a\uFEFFb');
  });

  it('leaves nothing to normalise', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const text = normaliseText(raw.replace(/^\uFEFF+/, ''));
        expect(text).not.toContain('\r');
        expect(normaliseText(text)).toBe(text);
      }),
    );
  });
});

describe('LineIndex', () => {
  it('counts characters in UTF-16 units', () => {
    const index = new LineIndex('a😀b\n\nc');
    expect(index.positionAt(3)).toEqual({ line: 0, character: 3 });
    expect(index.positionAt(4)).toEqual({ line: 0, character: 4 });
    expect(index.positionAt(5)).toEqual({ line: 1, character: 0 });
    expect(index.positionAt(7)).toEqual({ line: 2, character: 1 });
    expect(index.offsetAt(2, 1)).toBe(7);
  });

  it('moves what lies outside to the nearer end', () => {
    const index = new LineIndex('ab\ncd');
    expect(index.positionAt(-1)).toEqual({ line: 0, character: 0 });
    expect(index.positionAt(99)).toEqual({ line: 1, character: 2 });
    expect(index.offsetAt(-1, 5)).toBe(0);
    expect(index.offsetAt(9, 0)).toBe(5);
    expect(index.offsetAt(0, 99)).toBe(2);
    expect(index.offsetAt(1, -1)).toBe(3);
  });

  it('has one place in an empty text', () => {
    const index = new LineIndex('');
    expect(index.positionAt(0)).toEqual({ line: 0, character: 0 });
    expect(index.offsetAt(0, 0)).toBe(0);
  });

  it('gives every offset back', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const text = normaliseText(raw);
        const index = new LineIndex(text);
        const lines = text.split('\n');
        for (let offset = 0; offset <= text.length; offset++) {
          const { line, character } = index.positionAt(offset);
          expect(index.offsetAt(line, character)).toBe(offset);
          expect(text.slice(offset - character, offset)).toBe(lines[line]?.slice(0, character));
        }
      }),
    );
  });

  it('means the same place in a document with CRLF as in the normalised text', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const text = normaliseText(raw);
        const index = new LineIndex(text);
        // As an editor has the document: lines without their ends, however they end.
        const lines = raw.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
        lines.forEach((content, line) => {
          const offset = index.offsetAt(line, content.length);
          expect(text.slice(index.offsetAt(line, 0), offset)).toBe(content);
        });
      }),
    );
  });
});
