import type { Pool } from 'pg';
import type { z } from 'zod';
import type { serviceState } from '../contracts/hold-wire';
import { rowsOf } from './database';
import { standingHolds, subject } from './holds';
import { readLiveVersion } from './live-version';

/** What is live, what is held by whom, and the last place in the order of allocations. */
export async function serviceStateNow(pool: Pool): Promise<z.infer<typeof serviceState>> {
  const holds = await standingHolds(pool);
  const { rule, ruleVersion, averages } = await readLiveVersion(pool);
  const [last] = await rowsOf<{ seq: number }>(
    pool,
    'SELECT COALESCE(max(seq), 0) AS seq FROM allocator.deals',
  );
  return {
    frozen: holds.some(({ kind }) => kind === 'service'),
    rule,
    ruleVersion,
    averages,
    holds: holds.map((hold) => ({ ...subject(hold), placedAt: hold.placedAt.toISOString() })),
    lastSeq: last?.seq ?? 0,
  };
}
