import { setImmediate as yieldToEvents, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../src/annotation/prediction';
import type { Response } from '../../src/engine/messages';
import { unpackSentences } from '../../src/engine/packing';
import { Server, type ServedModel } from '../../src/engine/server';
import { SpangridError } from '../../src/errors';

const nothing: Prediction = { mentions: [], relations: [] };

/** A model that yields after each sentence, as the real one does between pieces. */
function model(events: string[] = [], name = 'tiny'): ServedModel {
  return {
    name,
    device: 'cpu',
    schema: { entities: {}, relations: {} },
    async extract(sentences, { signal, onSentence }) {
      const predictions = [];
      for (const [index, [first]] of sentences.entries()) {
        await yieldToEvents();
        if (signal.aborted) throw new SpangridError('cancelled', 'Cancelled.');
        if (first === 'BUG') throw new TypeError('undefined is not a function');
        events.push(`${name} ${first ?? ''}`);
        predictions.push(nothing);
        onSentence(index, nothing);
      }
      return predictions;
    },
    dispose() {
      events.push(`${name} disposed of`);
      return Promise.resolve();
    },
  };
}

function start(open: (folder: string) => Promise<ServedModel> = () => Promise.resolve(model())) {
  const sent: Response[] = [];
  const server = new Server({
    open: async (folder) => ({ model: await open(folder), identity: 'x', runtime: '1.30.0' }),
    inspect: () => Promise.reject(new SpangridError('model.missing', 'There is no model.')),
    segment: (text) => [{ startChar: 0, endChar: text.length, tokens: [{ startChar: 0, endChar: 3 }] }],
    heartbeat: 20,
    send(response) {
      sent.push(response);
      if (response.kind === 'progress') listen();
    },
  });
  let listen = (): void => undefined;
  const onProgress = (listener: () => void): void => {
    listen = listener;
  };
  /** The answers (results and errors) once there are so many. */
  const answers = async (count: number): Promise<Response[]> => {
    const found = (): Response[] => sent.filter(({ kind }) => kind === 'result' || kind === 'error');
    await expect.poll(() => found().length).toBe(count);
    return found();
  };
  return { server, sent, answers, onProgress };
}

const load = (id: number, folder = 'tiny') => ({ kind: 'load', id, folder, device: 'cpu' }) as const;
const extract = (id: number, ...words: string[]) =>
  ({ kind: 'extract', id, sentences: words.map((word) => [word]), constraints: true, tables: false }) as const;

describe('the model process answers', () => {
  test('a load with what the model is', async () => {
    const { server, answers } = start();
    server.receive(load(1));
    expect(await answers(1)).toMatchObject([{ kind: 'result', id: 1, result: { name: 'tiny', device: 'cpu', runtime: '1.30.0' } }]);
  });

  test('one request at a time, in order, with progress', async () => {
    const { server, sent, answers } = start();
    for (const request of [load(1), extract(2, 'a', 'b'), extract(3, 'c')]) server.receive(request);
    await answers(3);
    // On a busy machine there are signs of life between, which say again how far it is.
    const told = sent.map(
      (one) => `${one.kind} ${'id' in one ? String(one.id) : ''}${one.kind === 'progress' ? `: ${String(one.done)}` : ''}`,
    );
    expect([...new Set(told)].filter((line) => !line.endsWith(': 0'))).toEqual([
      'result 1',
      'progress 2: 1',
      'progress 2: 2',
      'result 2',
      'progress 3: 1',
      'result 3',
    ]);
  });

  test('signs of life while it works on something long', async () => {
    const silent: ServedModel = {
      ...model(),
      async extract(sentences) {
        for (let piece = 0; piece < 10; piece += 1) await sleep(10);
        return sentences.map(() => nothing);
      },
    };
    const { server, sent, answers } = start(() => Promise.resolve(silent));
    for (const request of [load(1), extract(2, 'a')]) server.receive(request);
    await answers(2);
    expect(sent).toContainEqual({ kind: 'progress', id: 2, done: 0, total: 1 });
  });

  test('sentences of a text as numbers that give back the same sentences', async () => {
    const { server, answers } = start();
    server.receive({ kind: 'segment', id: 1, text: 'Bob lives.', tokenizer: 'words' });
    const [answer] = await answers(1);
    const packed = answer?.kind === 'result' ? (answer.result as Int32Array) : new Int32Array();
    expect(unpackSentences(packed)).toEqual([{ startChar: 0, endChar: 10, tokens: [{ startChar: 0, endChar: 3 }] }]);
  });

  test('a cancelled request with an error of that name, between two pieces', async () => {
    const events: string[] = [];
    const { server, answers, onProgress } = start(() => Promise.resolve(model(events)));
    onProgress(() => {
      server.receive({ kind: 'cancel', target: 2 });
    });
    for (const request of [load(1), extract(2, 'a', 'b', 'c'), extract(3, 'z')]) server.receive(request);
    expect((await answers(3)).slice(1)).toMatchObject([
      { kind: 'error', id: 2, code: 'cancelled' },
      { kind: 'result', id: 3 },
    ]);
    expect(events).toEqual(['tiny a', 'tiny z']);
  });

  test('a request that was cancelled while it waited without working on it', async () => {
    const events: string[] = [];
    const { server, answers } = start(() => Promise.resolve(model(events)));
    for (const request of [load(1), extract(2, 'a'), extract(3, 'b'), { kind: 'cancel', target: 3 } as const]) server.receive(request);
    expect((await answers(3))[2]).toMatchObject({ kind: 'error', id: 3, code: 'cancelled' });
    expect(events).toEqual(['tiny a']);
  });

  test('a model that does not load with the error that names why, and the next request as usual', async () => {
    const { server, answers } = start((folder) =>
      folder === 'tiny'
        ? Promise.resolve(model())
        : Promise.reject(new SpangridError('model.damaged', 'head.safetensors is not what it was.')),
    );
    for (const request of [load(1, 'broken'), extract(2, 'a'), load(3), extract(4, 'a')]) server.receive(request);
    expect(await answers(4)).toMatchObject([
      { kind: 'error', code: 'model.damaged', message: 'head.safetensors is not what it was.' },
      { kind: 'error', code: 'model.missing' },
      { kind: 'result' },
      { kind: 'result' },
    ]);
  });

  test('a defect of ours with a named error, too', async () => {
    const { server, answers } = start();
    for (const request of [load(1), extract(2, 'BUG'), extract(3, 'a')]) server.receive(request);
    expect(await answers(3)).toMatchObject([{ kind: 'result' }, { kind: 'error', code: 'runtime.failed' }, { kind: 'result', id: 3 }]);
  });

  test('another model after it has let the old one go', async () => {
    const events: string[] = [];
    const { server, answers } = start((folder) => {
      events.push(`${folder} opened`);
      return Promise.resolve(model(events, folder));
    });
    server.receive(load(1, 'old'));
    server.receive(load(2, 'new'));
    await answers(2);
    expect(events).toEqual(['old opened', 'old disposed of', 'new opened']);
  });
});
