// Entry of the model process: forked by the editor, it leaves when its channel closes.
import { createHash } from 'node:crypto';
import { readManifest } from '../model/folder/folder';
import type { Manifest } from '../model/folder/manifest';
import { segment } from '../text/segment';
import type { Request, Response } from './messages';
import { Server } from './server';

const server = new Server({
  async open(folder, device) {
    // Loaded at the first request for a model: the process is there sooner, and a runtime that does not load has a request to fail.
    const [{ Extractor }, { runtimeVersion }] = await Promise.all([import('../model/extract'), import('../model/runtime/session')]);
    const model = await Extractor.open(folder, { device });
    // The weights as read are garbage now, outside of V8's own heap: it would let 100 MB of it lie.
    globalThis.gc?.();
    return { model, identity: identityOf(model.manifest), runtime: await runtimeVersion() };
  },
  async inspect(folder) {
    const manifest = await readManifest(folder);
    const { name, licence, schema, metrics, trainedOn } = manifest;
    return { name, licence, schema, metrics, data: trainedOn.data, identity: identityOf(manifest) };
  },
  segment,
  heartbeat: 1000,
  send(response: Response) {
    process.send?.(response);
  },
});

/** The hashes of all files are in the manifest. */
function identityOf({ files }: Manifest): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  server.receive(message as Request);
});
process.send?.({ kind: 'ready' } satisfies Response);
