import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyDocument } from '../../src/annotation/document';
import { textReference } from '../../src/annotation/textHash';
import { Importing } from '../../src/exchange/importing';
import { StagedFiles } from '../../src/files/stagedFiles';
import { temporaryFolder } from './cliProcess';

test('a text that is called like a file of the product gets another name', async () => {
  const folder = join(temporaryFolder(), 'texts');
  mkdirSync(folder);
  const files = new StagedFiles(folder);
  const importing = new Importing(files, folder, (path) => `${path}.spangrid.json`);
  const names = ['spangrid.config.json', 'a.txt', 'a.txt.spangrid.json'];
  for (const name of names) await importing.add({ text: name, document: emptyDocument(textReference(name, name)) });
  await importing.addTypes();
  await files.commit();
  expect(readdirSync(folder).filter((name) => !name.endsWith('.spangrid.json'))).toEqual([
    'a.txt',
    'a.txt.spangrid.json.txt',
    'spangrid.config-2.json',
    'spangrid.config.json',
  ]);
  expect(readFileSync(join(folder, 'a.txt.spangrid.json.txt'), 'utf8')).toBe('a.txt.spangrid.json');
  expect(JSON.parse(readFileSync(join(folder, 'a.txt.spangrid.json'), 'utf8'))).toMatchObject({ text: { file: 'a.txt' } });
  expect(JSON.parse(readFileSync(join(folder, 'spangrid.config.json'), 'utf8'))).toMatchObject({ entities: {} });
});
