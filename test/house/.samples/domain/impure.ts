// flagged in this file: imports/domain-may-run, imports/domain-may-know
// flagged in this file: imports/domain-without-node
import { createHash } from 'node:crypto'; // flagged: @typescript-eslint/no-restricted-imports
import { z } from 'zod';

/** Answers otherwise tomorrow. */
export const today = (): string => new Date().toISOString(); // flagged: no-restricted-globals
/** Answers otherwise the next time. */
export const chance = (): number => Math.random(); // flagged: no-restricted-properties
/** Answers otherwise elsewhere. */
export const place = (): string => process.cwd(); // flagged: no-restricted-globals
/** Is no part of the arithmetic. */
export const shape = z.string();
/** Is no part of the arithmetic either. */
export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
