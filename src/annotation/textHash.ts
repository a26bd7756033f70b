import { createHash } from 'node:crypto';
import type { TextReference } from './document';

/** SHA-256 of the text (BOM removed, each line end one LF) in UTF-8, as lower-case hex. */
export function textHash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The reference by which an annotation document names its text. `file` is the file's name without its folder. */
export function textReference(file: string, text: string): TextReference {
  return { file, sha256: textHash(text) };
}
