// flagged in this file: imports/proof-without-node
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The digest of a file, though proof/ may hash and not read. */
export const digest = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');
