import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { progressOf } from '../../src/annotation/progress';
import { admits } from '../../src/annotation/schema';
import { AnnotationStore } from '../../src/files/annotationStore';
import { readConfigFile } from '../../src/files/config';
import { readText } from '../../src/files/text';

const FOLDER = 'samples/project';

describe('the sample project', () => {
  test('has types with guidelines that the shipped models know, and annotations that keep to them', async () => {
    const { schema } = (await readConfigFile(`${FOLDER}/spangrid.config.json`)).config;
    if (schema === undefined) throw new Error('it has no types');
    const model = JSON.parse(readFileSync('models/fast/manifest.json', 'utf8')) as { schema: { entities: object; relations: object } };
    expect(Object.keys(schema.entities).sort()).toEqual(Object.keys(model.schema.entities).sort());
    expect(Object.keys(schema.relations).sort()).toEqual(Object.keys(model.schema.relations).sort());
    for (const { guideline } of Object.values(schema.entities)) expect(guideline).not.toBe(undefined);

    const { text } = await readText(`${FOLDER}/harbour.txt`);
    const loaded = await new AnnotationStore(`${FOLDER}/harbour.txt.spangrid.json`).load(text);
    if (loaded === undefined) throw new Error('it has no annotations');
    const { document, isReanchored } = loaded;
    expect(isReanchored).toBe(false);
    expect(progressOf(document)).toEqual({ done: 2, left: 5, skipped: 1, total: 8 });
    for (const { type } of document.mentions.values()) expect(Object.keys(schema.entities)).toContain(type);
    for (const { type, head, tail } of document.relations.values())
      expect(admits(schema, type, document.mentions.get(head)?.type ?? '', document.mentions.get(tail)?.type ?? '')).toBe(true);
  });
});
