import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { LiveVersionMemory } from './live-version';

/**
 * What the routes work with. Without `publicKey` no instrument is taken.
 *
 * `urgent` are connections for holds alone, so that a flood of other work cannot keep a freeze
 * waiting.
 */
export type AllocatorParts = {
  readonly pool: Pool;
  readonly urgent: Pool;
  readonly live: LiveVersionMemory;
  readonly publicKey: KeyObject | undefined;
};
