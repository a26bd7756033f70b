import { describe, expect, it } from 'vitest';
import { MentionReplacement } from '../../src/model/training/mentionReplacement';
import { Random } from '../../src/model/training/random';

const SENTENCES = [
  {
    // The second mention stands first in the list: its relations keep their indices.
    tokens: ['Ann', 'Lee', 'works', 'for', 'Acme', '.'],
    mentions: [
      { type: 'Org', startToken: 4, endToken: 5 },
      { type: 'Peop', startToken: 0, endToken: 2 },
    ],
    relations: [{ type: 'Work_For', head: 1, tail: 0 }],
    origId: 7,
  },
  { tokens: ['Bob', 'left', 'Bolt', '&', 'Sons', 'today', '.'], mentions: [at('Peop', 0, 1), at('Org', 2, 5)], relations: [] },
  { tokens: ['Nobody', 'came', '.'], mentions: [], relations: [] },
];

function at(type: string, startToken: number, endToken: number): { type: string; startToken: number; endToken: number } {
  return { type, startToken, endToken };
}

const words = ({ tokens, mentions }: (typeof SENTENCES)[number] | ReturnType<MentionReplacement['draw']>[number]): string[] =>
  mentions.map(({ type, startToken, endToken }) => `${type} ${tokens.slice(startToken, endToken).join(' ')}`);

describe('MentionReplacement', () => {
  const replacement = new MentionReplacement(SENTENCES);

  it('changes nothing with a probability of 0', () => {
    expect(replacement.draw(0, new Random(1))).toEqual(SENTENCES);
  });

  it('puts words of mentions of the same type in the place of others, and leaves all else as it is', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed++)
      for (const [index, sentence] of replacement.draw(0.9, new Random(seed)).entries()) {
        const { tokens, mentions, relations, origId } = sentence;
        const before = SENTENCES[index] as (typeof SENTENCES)[number];
        expect({ relations, origId }).toEqual({ relations: before.relations, origId: before.origId });
        expect(mentions.map(({ type }) => type)).toEqual(before.mentions.map(({ type }) => type));
        const around = (one: { tokens: readonly string[]; mentions: readonly { startToken: number; endToken: number }[] }): string[] =>
          one.tokens.filter((_, token) => !one.mentions.some(({ startToken, endToken }) => startToken <= token && token < endToken));
        expect(around({ tokens, mentions })).toEqual(around(before));
        for (const mention of words(sentence)) seen.add(`${String(index)} ${mention}`);
      }
    expect([...seen].sort()).toEqual([
      ...['0 Org Acme', '0 Org Bolt & Sons', '0 Peop Ann Lee', '0 Peop Bob'],
      ...['1 Org Acme', '1 Org Bolt & Sons', '1 Peop Ann Lee', '1 Peop Bob'],
    ]);
  });

  it('replaces as often as it is asked to', () => {
    const many = new MentionReplacement(
      Array.from({ length: 2000 }, (_, index) => ({ tokens: [`name-${String(index)}`], mentions: [at('Peop', 0, 1)], relations: [] })),
    );
    const replaced = many.draw(0.3, new Random(3)).filter(({ tokens }, index) => tokens[0] !== `name-${String(index)}`);
    // Three standard deviations to either side of 600.
    expect(Math.abs(replaced.length - 600)).toBeLessThan(62);
  });
});
