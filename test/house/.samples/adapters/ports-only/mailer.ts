import { readFileSync } from 'node:fs';
import { Pool } from 'pg';
import type { Mailer } from '../../activities/ports';

/** Adapters may know the ports, and run what reaches the world. */
export const quietMailer = (pool: Pool): Mailer => ({
  send: () => readFileSync(pool.options.database ?? '', 'utf8'),
});
/** A pool of no connections. */
export const emptyPool = (): Pool => new Pool({ max: 0 });
