import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** SHA-256 in lower-case hex; text is hashed as its UTF-8. */
export function sha256Hex(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** SHA-256, in lower-case hex, of a value's canonical JSON: equal values, equal digests. */
export function digestOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
