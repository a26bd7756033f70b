import { describe, expect, it } from 'vitest';
import { segment, sentenceAt } from '../../src/text/segment';

function sentences(text: string): string[] {
  return segment(text).map((sentence) => text.slice(sentence.startChar, sentence.endChar));
}

/** Expects the sentences that `|` marks, between spaces, in one line of text. */
function expectSentences(marked: string): void {
  expect(sentences(marked.replaceAll(' | ', ' '))).toEqual(marked.split(' | '));
}

describe('sentence ends', () => {
  it('understands titles, initials and other abbreviations', () => {
    expectSentences('Gov. J. R. Smith met Dr. Jones on Jan. 5 at 10 a.m. in St. Louis. | They talked.');
    expectSentences('John F. Kennedy was shot by L. H. Oswald, see Fig. 2 and No. 7. | He died.');
    expectSentences('Smith et al. showed this, e.g. in mice, i.e. not in men, cf. Roe v. Wade. | It holds.');
    expectSentences('The U.S. Army and U.N. Secretary-General met Acme Inc. Chairman Lee. | The talks failed.');
  });

  it('ends a sentence after an abbreviation when the next word shows it', () => {
    expectSentences('She works for Acme Corp. | The firm is large.');
    expectSentences('He lives in the U.S. | His wife does not.');
    expectSentences('They met at 5 p.m. | "It was late," he said.');
    expectSentences('He was born in Aiken, S.C. | Reporters came.');
    expectSentences('They sang until 1865 in plan B. | Then they left.');
  });

  it('takes no acronym for a title, and no word for an abbreviation', () => {
    expectSentences('She has MS. | The disease is rare.');
    expectSentences('He said no. | They left in case no. 2 was lost, at No. 3.');
    expectSentences('The gene is known. | mRNA was found. | p53 was not.');
  });

  it('takes closing quotation marks and brackets along', () => {
    expectSentences('He said "Go." | She went. | (He stayed.) | ``All is well.\'\' | [Sic.] | The end.');
    expectSentences('“Go!” | ‘No.’ | End.');
    expectSentences('It was shown.[12] | Others agree.[3,4] | End.');
  });

  it('goes on after a quotation that is not the end', () => {
    expectSentences('"What?" he asked. | "Stop!" she cried.');
    expectSentences('The word Yahoo! is a name. | Is it? | Yes!');
  });

  it('reads ellipses by what follows', () => {
    expectSentences('He waited ... and waited... | Nothing came. | So …');
  });

  it('splits text that has no capitals', () => {
    expectSentences('i went home. | then i slept. | e.g. until ten.');
  });

  it('keeps numbered items and ordinals whole', () => {
    expectSentences('1. The first item.');
    expectSentences('Er kam am 3. Oktober im 19. Jahrhundert, geb. am 5. 3. 1850. | Dann starb er.');
  });

  it('understands other European languages', () => {
    expectSentences('Das gilt z.B. für Dr. Müller, d.h. u.a. Frauen bzw. Männer usw. | Die Leute gingen.');
    expectSentences('„Komm her.“ | Er kam nach Haus Nr. 7.');
    expectSentences('« Quoi ? » dit-il. | « Oui. » | Elle partit chez M. Dupont.');
    expectSentences('¿Qué pasa? | ¡Hola, Sr. García! | Vea la pág. 5.');
    expectSentences('В 2020 г. Москва и А. С. Пушкин. | Он умер.');
  });

  it('understands the marks of other scripts', () => {
    expect(sentences('他来了。她走了！真的？')).toEqual(['他来了。', '她走了！', '真的？']);
    expect(sentences('“你好。”他说。')).toEqual(['“你好。”他说。']);
    expectSentences('هل جاء د. أحمد؟ | نعم، جاء.');
    expectSentences('राम घर गया। | वह सो गया।');
  });
});

describe('lines', () => {
  it('ends a sentence at a blank line, not at a line that wraps', () => {
    expect(
      sentences('The quick brown fox jumps over the lazy\ndog, said Mary Smith of Acme, and then\nBob went home\n \nNext one'),
    ).toEqual(['The quick brown fox jumps over the lazy\ndog, said Mary Smith of Acme, and then\nBob went home', 'Next one']);
  });

  it('takes list items, headings and table rows apart, without their marks', () => {
    expect(
      sentences('# A heading\nSome text that\ngoes on.\n- first item\n- second item, which\n  wraps\n1. One\n2) Two\n| a | b |\n| c | d |'),
    ).toEqual([
      'A heading',
      'Some text that\ngoes on.',
      'first item',
      'second item, which\n  wraps',
      '1. One',
      '2) Two',
      '| a | b |',
      '| c | d |',
    ]);
  });

  it('takes a headline and lines of names apart', () => {
    expect(
      sentences('Acme opens office in Ghent\nThe company said on Monday that it would open an office in Ghent, where its founder lives.'),
    ).toEqual(['Acme opens office in Ghent', 'The company said on Monday that it would open an office in Ghent, where its founder lives.']);
    expect(sentences('John Smith\nMary Jones\nAcme Corp.')).toEqual(['John Smith', 'Mary Jones', 'Acme Corp.']);
  });

  it('reads a comment of several lines as running text', () => {
    expect(sentences('// The parser reads\n// tokens. It is\n// fast.\n//\n// Next\nconst x = 1;')).toEqual([
      'The parser reads\n// tokens.',
      'It is\n// fast.',
      'Next',
      'const x = 1;',
    ]);
    expect(sentences('/**\n * Bob wrote\n * this. Mary\n * did not.\n */\nrun();')).toEqual([
      'Bob wrote\n * this.',
      'Mary\n * did not.',
      'run();',
    ]);
    expect(sentences('> Quoted text\n> goes on. Then\n> ends.')).toEqual(['Quoted text\n> goes on.', 'Then\n> ends.']);
  });
});

describe('what makes no sentence', () => {
  it.each(['', ' ', '\n\n', ' \t\u00A0\n', '---', '!!! *** ???', '😀😀', '\u200E\u200B', '- \n* \n', '\u0000\u0001'])('%j', (text) => {
    expect(segment(text)).toEqual([]);
    expect(sentenceAt(text, 0)).toBeUndefined();
  });

  it('symbols after a sentence belong to it', () => {
    expect(sentences('Well done! 😀\n\n***\n\nBye.')).toEqual(['Well done! 😀', 'Bye.']);
  });
});

describe('segment of a range', () => {
  it('looks at the range alone and counts from the start of the text', () => {
    const text = 'One is here. Two is there. Three.';
    const found = segment(text, undefined, { startChar: 13, endChar: 24 });
    expect(found.map((sentence) => [sentence.startChar, sentence.endChar])).toEqual([[13, 24]]);
    expect(found[0]?.tokens.map((token) => text.slice(token.startChar, token.endChar))).toEqual(['Two', 'is', 'ther']);
  });
});

describe('sentenceAt', () => {
  const text = 'One is here.  Two is there.\n\n  - Three\n\nFour.';
  const at = (offset: number): string | undefined => {
    const sentence = sentenceAt(text, offset);
    return sentence && text.slice(sentence.startChar, sentence.endChar);
  };

  it('finds the sentence that holds the offset or ends at it', () => {
    expect(at(0)).toBe('One is here.');
    expect(at(5)).toBe('One is here.');
    expect(at(12)).toBe('One is here.');
    expect(at(14)).toBe('Two is there.');
    expect(at(27)).toBe('Two is there.');
    expect(at(text.length)).toBe('Four.');
  });

  it('takes the sentence before a gap, and the one after a mark at the line start', () => {
    expect(at(13)).toBe('One is here.');
    expect(at(29)).toBe('Three');
    expect(at(31)).toBe('Three');
  });

  it('finds none on a blank line', () => {
    expect(at(28)).toBeUndefined();
  });
});

describe('long text', () => {
  it('keeps a sentence of 3,000 words whole', () => {
    const text = `${Array.from({ length: 3000 }, (_, index) => `word${String(index)}`).join(' ')}.`;
    const found = segment(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.tokens).toHaveLength(3001);
  });

  it('takes 5 MB in one line, and 1 MB without a space', () => {
    const line = 'Gov. J. Smith of Aiken, S.C., said "no." ';
    const text = line.repeat(Math.ceil(5e6 / line.length));
    expect(segment(text)).toHaveLength(Math.ceil(5e6 / line.length));
    expect(segment('a'.repeat(1e6))).toHaveLength(1);
    expect(segment(`${'. '.repeat(5e5)}a`)).toHaveLength(1);
    expect(segment(`e${'\u0301'.repeat(1e6)}`)[0]?.tokens).toHaveLength(1);
    expect(segment('กรุงเทพมหานคร'.repeat(1e4))[0]?.tokens).toHaveLength(1e4);
  });
});

describe('a text whose words were told apart before', () => {
  const words = (text: string): string[][] =>
    segment(text, 'whitespace').map(({ tokens }) => tokens.map(({ startChar, endChar }) => text.slice(startChar, endChar)));

  it('has a sentence a line, and a word between white space, whatever it ends with', () => {
    expect(words(" Mr. Lee didn't go .  He stayed.\n\nIn Rome\u00a0he 'd\tcost $100 🧪\n--- !\n")).toEqual([
      ['Mr.', 'Lee', "didn't", 'go', '.', 'He', 'stayed.'],
      ['In', 'Rome', 'he', "'d", 'cost', '$100', '🧪'],
    ]);
    expect(words('')).toEqual([]);
  });

  it('gives the line at an offset, without the white space around it', () => {
    const text = 'Ann left .\n  Bob stayed . \n';
    expect(sentenceAt(text, 11, 'whitespace')).toEqual({ ...segment(text, 'whitespace')[1] });
    expect(segment(text, 'whitespace')[1]).toMatchObject({ startChar: 13, endChar: 25 });
    expect(sentenceAt(text, text.length, 'whitespace')).toBeUndefined();
  });

  it('looks at a range alone', () => {
    expect(segment('One two.\nThree four.\n', 'whitespace', { startChar: 9, endChar: 20 })).toEqual([
      {
        startChar: 9,
        endChar: 20,
        tokens: [
          { startChar: 9, endChar: 14 },
          { startChar: 15, endChar: 20 },
        ],
      },
    ]);
  });
});
