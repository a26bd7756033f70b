import { describe, expect, it } from 'vitest';
import { segment } from '../../src/text/segment';
import { tokensOf } from '../../src/text/tokens';

/** The tokens of all sentences of a text, as they stand in it. */
function tokens(text: string): string[] {
  return segment(text).flatMap((sentence) => sentence.tokens.map((token) => text.slice(token.startChar, token.endChar)));
}

/** The tokens of `text`, given as they should come out with spaces between. */
function expectTokens(text: string, spaced: string): void {
  expect(tokens(text)).toEqual(spaced.split(' '));
}

describe('tokens as the CoNLL04 corpus has them', () => {
  it('splits clitics before the apostrophe, straight or curly', () => {
    expectTokens("Chicago's mayor didn't say he'd go.", "Chicago 's mayor didn 't say he 'd go .");
    expectTokens('We’re sure it’s theirs, I’ve heard.', 'We ’re sure it ’s theirs , I ’ve heard .');
    expectTokens("EDITOR'S NOTE", "EDITOR 'S NOTE");
    expectTokens("a Beatles' fan", "a Beatles ' fan");
  });

  it('keeps other apostrophes inside and before words', () => {
    expectTokens("Eugene O'Neill met Kevin O 'Brien at ten o'clock", "Eugene O'Neill met Kevin O 'Brien at ten o'clock");
    expectTokens("the '90s and 'em", "the '90s and 'em");
  });

  it('splits quotation marks, TeX ones by the character', () => {
    expectTokens("``Like rabbits,'' he said", "` ` Like rabbits , ' ' he said");
    expectTokens('"Yes," she said', '" Yes , " she said');
    expectTokens("said 'hello' and “bye”", "said ' hello ' and “ bye ”");
  });

  it('leaves a full stop before TeX quotation marks with its word, and splits it before others', () => {
    expectTokens("He came ``back.''", "He came ` ` back. ' '");
    expectTokens('He came "back."', 'He came " back . "');
    expectTokens('He came “back.”', 'He came “ back . ”');
  });

  it('keeps hyphens, slashes and ampersands in words', () => {
    expectTokens('Bosnia-Herzegovina, long- and medium-range, and/or AT&T', 'Bosnia-Herzegovina , long- and medium-range , and/or AT&T');
    expectTokens('the U.S.-led force', 'the U.S.-led force');
  });

  it('splits dashes, also the underscores that stand for them', () => {
    expectTokens('15 April (BTA) -- Today', '15 April ( BTA ) -- Today');
    expectTokens('winds _also called devils_ rise', 'winds _ also called devils _ rise');
    expectTokens('Wait—what? Paris–London', 'Wait — what ? Paris – London');
  });

  it('keeps numbers, money and times together', () => {
    expectTokens('for $62.50 or €1,100 at 10:30, July 1-2', 'for $62.50 or €1,100 at 10:30 , July 1-2');
    expectTokens('a .38-caliber Colt, 5.5% up, -4 °C', 'a .38-caliber Colt , 5.5 % up , -4 °C');
    expectTokens('1998–2003 and 10, 000 acres', '1998–2003 and 10 , 000 acres');
  });

  it('keeps the full stops of abbreviations and initials', () => {
    expectTokens(
      'Sen. J. R. Smith, D-Fla., of Aiken, S.C., left at 5 p.m. with Acme Inc. men',
      'Sen. J. R. Smith , D-Fla. , of Aiken , S.C. , left at 5 p.m. with Acme Inc. men',
    );
    expectTokens('They live in the U.S.', 'They live in the U.S.');
    expectTokens('He said no.', 'He said no .');
    expectTokens('It was plan B.', 'It was plan B .');
  });

  it('splits brackets and ellipses', () => {
    expectTokens('see f(x) and [that]... or {this}', 'see f ( x ) and [ that ] ... or { this }');
    expectTokens('p<0.05', 'p < 0.05');
  });
});

describe('tokens beyond news text', () => {
  it('keeps URLs and e-mail addresses whole, without the punctuation around them', () => {
    expectTokens(
      'See https://example.com/a_(b)?q=1&r=2, or www.example.org.',
      'See https://example.com/a_(b)?q=1&r=2 , or www.example.org .',
    );
    expectTokens('Mail j.doe+x@mail.example.co.uk!', 'Mail j.doe+x@mail.example.co.uk !');
    expectTokens('[here](http://example.com/x).', '[ here ] ( http://example.com/x ) .');
  });

  it('keeps identifiers, tags and language names', () => {
    expectTokens('max_len in C++ and C#, #nlproc @user', 'max_len in C++ and C# , #nlproc @user');
    expectTokens('.NET and `.gitignore`.', '.NET and ` .gitignore ` .');
    expectTokens('**bold** and `code`', '** bold ** and ` code `');
  });

  it('never cuts an emoji or a combined letter', () => {
    expectTokens('Hi👨‍👩‍👧‍👦 🇧🇪🇫🇷 ok👍🏽👍🏽 ❤️x', 'Hi 👨‍👩‍👧‍👦 🇧🇪 🇫🇷 ok 👍🏽 👍🏽 ❤️ x');
    expectTokens('le cafe\u0301, e\u0301clair', 'le cafe\u0301 , e\u0301clair');
    expectTokens('exam\u00ADple', 'exam\u00ADple');
  });

  it('stays within a sentence that ends inside a character', () => {
    expect(tokensOf('So 👩 left', { startChar: 0, endChar: 4 })).toEqual([
      { startChar: 0, endChar: 2 },
      { startChar: 3, endChar: 4 },
    ]);
  });

  it('splits German', () => {
    expectTokens(
      'Er kam am 3. Oktober, z.B. mit Dr. Müller, nach Haus Nr. 7.',
      'Er kam am 3. Oktober , z.B. mit Dr. Müller , nach Haus Nr. 7 .',
    );
    expectTokens('„Ja“, sagte sie.', '„ Ja “ , sagte sie .');
  });

  it('splits French and Italian elisions, and leaves names alone', () => {
    expectTokens("L'homme qu'il a vu s'appelle d'Artagnan aujourd'hui", "L' homme qu' il a vu s' appelle d' Artagnan aujourd'hui");
    expectTokens("L’Oréal, D'Angelo e dell'arte", "L’ Oréal , D'Angelo e dell' arte");
    expectTokens('«\u00A0Quoi\u202F?\u00A0»', '« Quoi ? »');
  });

  it('splits Spanish', () => {
    expectTokens('¿Qué pasa? ¡Hola!', '¿ Qué pasa ? ¡ Hola !');
  });

  it('splits right-to-left scripts and their own marks', () => {
    expectTokens('دخل أحمد، ثم خرج؟', 'دخل أحمد ، ثم خرج ؟');
    expectTokens('ראש צה"ל אמר: "שלום."', 'ראש צה"ל אמר : " שלום . "');
  });

  it('leaves the invisible marks of direction out of tokens', () => {
    expectTokens('\u200Eabc\u200F, \u2067שלום\u2069', 'abc , שלום');
  });

  it('finds words where a script sets no spaces', () => {
    expectTokens('北京是中国的首都。', '北京 是 中国 的 首都 。');
    expectTokens('東京は日本の首都です。', '東京 は 日本 の 首都 です 。');
    expectTokens('使用Python和AI。', '使用 Python 和 AI 。');
    expectTokens('กรุงเทพมหานคร และ', 'กรุงเทพมหานคร และ');
  });
});
