// Entry of the model process: forked by the editor, it leaves when its channel closes.
import { segment } from '../text/segment';
import type { Request, Response } from './messages';
import { Server } from './server';

const server = new Server({
  async open(folder, device) {
    // Loaded at the first request for a model: the process is there sooner, and a runtime that does not load has a request to fail.
    const [{ Extractor }, { runtimeVersion }] = await Promise.all([import('../model/extract'), import('../model/runtime/session')]);
    return { model: await Extractor.open(folder, { device }), runtime: await runtimeVersion() };
  },
  segment,
  send(response: Response) {
    process.send?.(response);
  },
});

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  server.receive(message as Request);
});
process.send?.({ kind: 'ready' } satisfies Response);
