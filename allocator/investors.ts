import type { Pool } from 'pg';
import type { z } from 'zod';
import type { investorsRequest } from '../contracts/allocation-wire';
import { whileLocked } from './database';
import { minorAt } from './wire-amount';

/**
 * Writes investors, new ones and known ones alike, all or none.
 *
 * Retry: safe; the last writing of an investor stands.
 * @throws INPUT_INVALID (rejected) on an opening history that is no amount.
 */
export async function putInvestors(
  pool: Pool,
  investors: z.infer<typeof investorsRequest>,
): Promise<{ investors: number }> {
  const rows = investors.map(({ historyTotal, historyCurrency, ...row }, index) => {
    if (historyTotal === undefined || historyCurrency === undefined) return { ...row };
    const path = `[${String(index)}].historyTotal`;
    const total = minorAt({ amount: historyTotal, currency: historyCurrency, path });
    return { ...row, historyTotalMinor: total.toString(), historyCurrency };
  });
  return whileLocked(pool, async (db) => {
    await db.query(
      `INSERT INTO allocator.investors
        SELECT r->>'investorId', r->>'name', r->>'email', r->>'locale', r->>'class', r->>'status',
          (r->>'historyTotalMinor')::bigint, (r->>'historyCount')::integer,
          r->>'historyCurrency', COALESCE(r->'facts', '{}')
        FROM jsonb_array_elements($1::jsonb) AS r
        ON CONFLICT (investor_id) DO UPDATE SET name = excluded.name, email = excluded.email,
          locale = excluded.locale, class = excluded.class, status = excluded.status,
          history_total_minor = excluded.history_total_minor,
          history_count = excluded.history_count, history_currency = excluded.history_currency,
          facts = excluded.facts`,
      [JSON.stringify(rows)],
    );
    return { investors: rows.length };
  });
}
