import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CATALOGUE, CODES } from '../../src/annotation/check/catalogue';

test('the page about the linter has a section on each rule, and its severity', () => {
  const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8');
  const sections = Array.from(page.matchAll(/^## ([a-z]+(?:-[a-z]+)*)$/gm), ([, code]) => code);
  expect(sections).toEqual(CODES);
  const rows = Array.from(page.matchAll(/^\| \[`([\w-]+)`\]\(#([\w-]+)\) \| (\w+) \|/gm), ([, code, link, severity]) => [
    code,
    link,
    severity,
  ]);
  const said = { info: 'information', warning: 'warning', error: 'error' };
  expect(rows).toEqual(CODES.map((code) => [code, code, said[CATALOGUE[code].severity]]));
});
