import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { normaliseText, unifyLineEnds } from '../text/lineEnds';
import { readBytes, readError } from './read';

/** A text as the product counts it: no byte order mark, each line end one LF. */
export interface ReadText {
  readonly text: string;
  /** SHA-256 of `text` in UTF-8, lower-case hex. */
  readonly sha256: string;
}

/** A larger text is refused: it would not fit into memory several times over. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a text file in UTF-8.
 * @throws SpangridError `file.missing`, `file.unreadable`, and what `decodeText` throws
 */
export async function readText(path: string): Promise<ReadText> {
  return decodeText(await readBytes(path, MAX_BYTES, tooLarge), path);
}

function tooLarge(name: string): SpangridError {
  return new SpangridError('text.tooLarge', `${name} is larger than 256 MB. Split it into several files.`);
}

/**
 * Decodes the bytes of a text. The bytes decide: UTF-8 with or without a byte order mark is read, nothing is guessed.
 * @param name names the source in messages
 * @throws SpangridError `text.encoding` for UTF-16, UTF-32 and bytes that are not UTF-8, `text.binary` for bytes with a NUL, `text.tooLarge`
 */
export function decodeText(bytes: Uint8Array, name: string): ReadText {
  if (bytes.length > MAX_BYTES) throw tooLarge(name);
  checkMark(bytes, name);
  const text = normaliseText(decodePiece(bytes, name, 1));
  return { text, sha256: textHash(text) };
}

/**
 * The text of a file in UTF-8, in pieces: no byte order mark, each line end one LF. The next piece is read when it is asked for.
 * @param onBytes is told how many bytes were read so far, and of how many
 * @throws SpangridError as `readText`; `cancelled`
 */
export async function* textPieces(
  path: string,
  { signal, onBytes }: { readonly signal?: AbortSignal; readonly onBytes?: (done: number, total: number) => void } = {},
): AsyncGenerator<string, void, undefined> {
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  try {
    const { size } = await file.stat();
    let [rest, line, done] = [Buffer.alloc(0), 1, 0];
    for (let isLast = false; !isLast;) {
      if (signal?.aborted === true) throw new SpangridError('cancelled', 'Cancelled. Nothing was written.');
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, null).catch((error: unknown) => {
        throw readError(path, error);
      });
      const isFirst = done === 0;
      isLast = bytesRead === 0;
      done += bytesRead;
      onBytes?.(done, size);
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const whole = isLast ? bytes : bytes.subarray(0, endOfWhole(bytes));
      rest = bytes.subarray(whole.length);
      if (isFirst) checkMark(whole, path);
      const raw = decodePiece(whole, path, line);
      const piece = isFirst ? normaliseText(raw) : unifyLineEnds(raw);
      line += piece.split('\n').length - 1;
      if (piece !== '') yield piece;
    }
  } finally {
    await file.close();
  }
}

/** Size of a piece in bytes. */
const PIECE = 1024 * 1024;

/** Where bytes can be cut: behind the last character that is whole, and not between a CR and its LF. */
function endOfWhole(bytes: Uint8Array): number {
  let start = bytes.length - 1;
  // All bytes of a character but its first begin with the bits 10; it has at most four.
  while (start > bytes.length - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const first = bytes[start] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const end = start + length > bytes.length ? start : bytes.length;
  return bytes[end - 1] === 0x0d ? end - 1 : end;
}

function checkMark(bytes: Uint8Array, name: string): void {
  const encoding = wideEncoding(bytes);
  if (encoding !== undefined) throw wrongEncoding(name, `is in ${encoding}`);
}

/** @param line in which the bytes begin */
function decodePiece(bytes: Uint8Array, name: string, line: number): string {
  if (bytes.includes(0)) throw new SpangridError('text.binary', `${name} is not text: it holds NUL bytes. Choose a text file in UTF-8.`);
  if (!isUtf8(bytes)) throw wrongEncoding(name, `is not UTF-8 (${firstBadByte(bytes, line)})`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The encoding that a byte order mark other than UTF-8's names. UTF-32's begins with UTF-16's. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'UTF-32' : undefined;
}

function wrongEncoding(name: string, what: string): SpangridError {
  return new SpangridError('text.encoding', `${name} ${what}. Save it as UTF-8 and try again.`);
}

/** Where the bytes stop being UTF-8: the first place at which decoding and encoding again gives something else. */
function firstBadByte(bytes: Uint8Array, firstLine: number): string {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'utf8');
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  const line = bytes.subarray(0, at).reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), firstLine);
  return `byte 0x${(bytes[at] ?? 0).toString(16).toUpperCase()} in line ${String(line)}`;
}
