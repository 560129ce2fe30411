import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import { appendAllEvidence } from '../../adapters/postgres/evidence';
import { inTransaction } from '../../adapters/postgres/pool';
import { walkChain } from '../../adapters/postgres/walks/walk-chain';

const perTransaction = 5_000;
const page = 1_000;
const at = '2026-11-21T12:00:00.000Z';

/** A chain of `size` entries, as bulk work writes them; gives its name. */
export async function entriesOnFile(pool: Pool, size: number): Promise<string> {
  const chain = 'INC-2026-9999';
  for (let first = 0; first < size; first += perTransaction) {
    const count = Math.min(perTransaction, size - first);
    const entries = Array.from({ length: count }, (_, index) => {
      const digest = createHash('sha256')
        .update(String(first + index))
        .digest('hex');
      const body = { version: 1, count: first + index, digest, totals: { USD: '10632.78' } };
      return { at, actor: 'makewhole', kind: 'payment-intent', body };
    });
    await inTransaction(pool, (tx) => appendAllEvidence(tx, { chain, entries }));
  }
  return chain;
}

/** How long our walk over a chain takes. Units: milliseconds. */
export async function sealedVerification(pool: Pool, chain: string): Promise<number> {
  const start = performance.now();
  const { broken, head } = await walkChain(pool, chain);
  if (broken !== undefined) throw new Error(broken.what);
  return head.seq > 0 ? performance.now() - start : NaN;
}

/** How long reading and hashing the same texts takes. Units: milliseconds. */
export async function plainVerification(pool: Pool, chain: string): Promise<number> {
  const start = performance.now();
  let [after, previous] = ['0', '0'.repeat(64)];
  for (;;) {
    const { rows } = await pool.query<{ seq: string; entry: string; hash: string }>(
      `SELECT seq, entry, hash FROM evidence WHERE chain = $1 AND seq > $2
       ORDER BY seq LIMIT $3`,
      [chain, after, page],
    );
    for (const { entry, hash } of rows) {
      previous = createHash('sha256').update(previous).update(entry).digest('hex');
      if (previous !== hash) throw new Error('the chain breaks');
    }
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < page) return performance.now() - start;
  }
}
