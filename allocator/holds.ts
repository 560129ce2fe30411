import { randomBytes } from 'node:crypto';
import type { Pool, QueryConfig } from 'pg';
import type { z } from 'zod';
import type { holdAnswer, holdLookup, holdRequest, liftAnswer } from '../contracts/hold-wire';
import { rowsOf, whileLocked, type Queryable } from './database';
import { ServiceError } from './service-error';

/** A hold as stored. `deal` stands only on a deal hold. */
export type Hold = {
  readonly token: string;
  readonly kind: 'service' | 'deal';
  readonly deal?: string;
  readonly incident: string;
  readonly reason: string;
  readonly placedAt: Date;
  readonly liftedAt: Date | null;
};

type HoldRow = {
  token: string;
  kind: 'service' | 'deal';
  deal_id: string;
  incident_id: string;
  reason: string;
  placed_at: Date;
  lifted_at: Date | null;
};

const columns = 'token, kind, deal_id, incident_id, reason, placed_at, lifted_at';

/** All holds that stand. Order: the oldest first. */
export async function standingHolds(db: Queryable): Promise<Hold[]> {
  const rows = await rowsOf<HoldRow>(
    db,
    `SELECT ${columns} FROM allocator.holds WHERE lifted_at IS NULL ORDER BY placed_at, token`,
  );
  return rows.map(toHold);
}

/**
 * Passes only while no service hold stands, of whatever incident.
 *
 * Ensures: an error within a second when that cannot be read, because not knowing is a no.
 * @throws ALLOCATIONS_FROZEN (refused) when one stands, the oldest named; as HTTP 503.
 */
export async function refuseWhileFrozen(db: Queryable): Promise<void> {
  // pg takes a time limit with each query, which its types leave out.
  const withinSecond: QueryConfig & { query_timeout: number } = {
    query_timeout: 1000,
    text: `SELECT ${columns} FROM allocator.holds WHERE lifted_at IS NULL AND kind = 'service'
      ORDER BY placed_at, token LIMIT 1`,
  };
  const [row] = (await db.query<HoldRow>(withinSecond)).rows;
  if (!row) return;
  const { incident, reason, placedAt } = toHold(row);
  const since = placedAt.toISOString();
  throw new ServiceError({
    code: 'ALLOCATIONS_FROZEN',
    kind: 'refused',
    status: 503,
    message:
      `Allocations are frozen by ${incident} since ${since}: ${reason}.` +
      ` Nothing was recorded; ask again after ${incident} has lifted its hold.`,
    also: { incident, reason },
  });
}

/** The incidents whose holds stand on a deal. Order: the oldest first. */
export async function incidentsHolding(db: Queryable, deal: string): Promise<string[]> {
  const rows = await rowsOf<{ incident_id: string }>(
    db,
    `SELECT incident_id FROM allocator.holds
      WHERE lifted_at IS NULL AND kind = 'deal' AND deal_id = $1 ORDER BY placed_at, token`,
    [deal],
  );
  return rows.map((row) => row.incident_id);
}

/**
 * Passes unless a hold stands on the deal; an incident's own instrument passes its own hold only.
 *
 * @throws DEAL_HELD (refused) when other incidents are in the way, and names them.
 */
export async function refuseWhileHeld(
  db: Queryable,
  { deal, but }: { readonly deal: string; readonly but?: string },
): Promise<void> {
  const incidents = (await incidentsHolding(db, deal)).filter((incident) => incident !== but);
  if (incidents.length === 0) return;
  throw new ServiceError({
    code: 'DEAL_HELD',
    kind: 'refused',
    message:
      `Deal ${deal} is held by ${incidents.join(', ')}. Only instruments signed for that incident` +
      ' pass; everything else waits until the hold is lifted.',
    also: { incidents },
  });
}

/**
 * Places a hold, or finds the one that stands for the same incident, kind and deal.
 *
 * Retry: safe, with the same token. After a lift it is a new hold with a new token, so that a late
 * repeat of the lift cannot take it down.
 * Order: an allocation under way is finished before; none begins after.
 */
export async function placeHold(
  pool: Pool,
  order: z.infer<typeof holdRequest>,
): Promise<{ placed: boolean; answer: z.infer<typeof holdAnswer> }> {
  const { kind, incident, reason } = order;
  const deal = kind === 'deal' ? order.deal : '';
  const token = randomBytes(24).toString('base64url');
  return whileLocked(pool, async (db) => {
    const { rowCount } = await db.query(
      `INSERT INTO allocator.holds (token, kind, deal_id, incident_id, reason, placed_at)
        VALUES ($1, $2, $3, $4, $5, clock_timestamp())
        ON CONFLICT (incident_id, kind, deal_id) WHERE lifted_at IS NULL DO NOTHING`,
      [token, kind, deal, incident, reason],
    );
    const [row] = await rowsOf<HoldRow>(
      db,
      `SELECT ${columns} FROM allocator.holds
        WHERE lifted_at IS NULL AND incident_id = $1 AND kind = $2 AND deal_id = $3`,
      [incident, kind, deal],
    );
    if (!row) throw new Error(`the hold of ${incident} vanished while it was placed`);
    const hold = toHold(row);
    const answer = { token: hold.token, ...subject(hold), placedAt: hold.placedAt.toISOString() };
    return { placed: rowCount === 1, answer };
  });
}

/**
 * Lifts one hold.
 *
 * Retry: safe.
 * @throws HOLD_UNKNOWN (refused) when nothing was given out under the token; as HTTP 404.
 */
export async function liftHold(pool: Pool, token: string): Promise<z.infer<typeof liftAnswer>> {
  return whileLocked(pool, async (db) => {
    const hold = await holdByToken(db, token);
    await db.query(
      `UPDATE allocator.holds SET lifted_at = clock_timestamp()
        WHERE token = $1 AND lifted_at IS NULL`,
      [token],
    );
    return { lifted: true, ...subject(hold) };
  });
}

/**
 * What became of a hold.
 *
 * @throws HOLD_UNKNOWN (refused) when nothing was given out under the token; as HTTP 404.
 */
export async function lookUpHold(
  db: Queryable,
  token: string,
): Promise<z.infer<typeof holdLookup>> {
  const hold = await holdByToken(db, token);
  const lifted = hold.liftedAt === null ? {} : { liftedAt: hold.liftedAt.toISOString() };
  const placedAt = hold.placedAt.toISOString();
  return { standing: hold.liftedAt === null, ...subject(hold), placedAt, ...lifted };
}

/**
 * The hold a token was given out for.
 *
 * @throws HOLD_UNKNOWN (refused) when there is none; as HTTP 404.
 */
export async function holdByToken(db: Queryable, token: string): Promise<Hold> {
  const [row] = await rowsOf<HoldRow>(
    db,
    `SELECT ${columns} FROM allocator.holds WHERE token = $1`,
    [token],
  );
  if (row) return toHold(row);
  throw new ServiceError({
    code: 'HOLD_UNKNOWN',
    kind: 'refused',
    status: 404,
    message: 'No hold was given out under this token. GET /state lists the holds that stand.',
  });
}

/** What a hold is on and whose it is, without its token. */
export function subject({ kind, deal, incident }: Hold): Pick<Hold, 'kind' | 'deal' | 'incident'> {
  return { kind, ...(deal === undefined ? {} : { deal }), incident };
}

function toHold(row: HoldRow): Hold {
  return {
    token: row.token,
    kind: row.kind,
    ...(row.kind === 'deal' ? { deal: row.deal_id } : {}),
    incident: row.incident_id,
    reason: row.reason,
    placedAt: row.placed_at,
    liftedAt: row.lifted_at,
  };
}
