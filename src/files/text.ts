import { isUtf8 } from 'node:buffer';
import { textHash } from '../annotation/textHash';
import { SpangridError } from '../errors';
import { normaliseText } from '../text/lineEnds';
import { readBytes } from './read';

/** A text as the product counts it: no byte order mark, each line end one LF. */
export interface ReadText {
  readonly text: string;
  /** SHA-256 of `text` in UTF-8, lower-case hex. */
  readonly sha256: string;
}

/**
 * Reads a text file in UTF-8.
 * @throws SpangridError `file.missing`, `file.unreadable`, and what `decodeText` throws
 */
export async function readText(path: string): Promise<ReadText> {
  return decodeText(await readBytes(path), path);
}

/**
 * Decodes the bytes of a text. The bytes decide: UTF-8 with or without a byte order mark is read, nothing is guessed.
 * @param name names the source in messages
 * @throws SpangridError `text.encoding` for UTF-16, UTF-32 and bytes that are not UTF-8, `text.binary` for bytes with a NUL
 */
export function decodeText(bytes: Uint8Array, name: string): ReadText {
  const encoding = wideEncoding(bytes);
  if (encoding !== undefined) throw wrongEncoding(name, `is in ${encoding}`);
  if (bytes.includes(0)) throw new SpangridError('text.binary', `${name} is not text: it holds NUL bytes. Choose a text file in UTF-8.`);
  if (!isUtf8(bytes)) throw wrongEncoding(name, `is not UTF-8 (${firstBadByte(bytes)})`);
  const text = normaliseText(new TextDecoder().decode(bytes));
  return { text, sha256: textHash(text) };
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
function firstBadByte(bytes: Uint8Array): string {
  const again = Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes), 'utf8');
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  const line = bytes.subarray(0, at).reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 1);
  return `byte 0x${(bytes[at] ?? 0).toString(16).toUpperCase()} in line ${String(line)}`;
}
