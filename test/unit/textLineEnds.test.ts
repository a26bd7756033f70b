import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseText } from '../../src/text/lineEnds';

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
