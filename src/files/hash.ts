import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readError } from './read';

/**
 * SHA-256 (lower-case hex) and size of a file, read in pieces: the weights of a model never stand in memory for it.
 * @throws SpangridError `file.missing` or `file.unreadable`
 */
export async function hashFile(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    throw readError(path, error);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** SHA-256 of bytes in memory, in lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
