import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { LiveVersionMemory } from './live-version';

/** What the routes work with. Without `publicKey` no instrument is taken. */
export type AllocatorParts = {
  readonly pool: Pool;
  readonly live: LiveVersionMemory;
  readonly publicKey: KeyObject | undefined;
};
