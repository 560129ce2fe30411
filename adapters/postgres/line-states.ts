import type { SettlementState } from '../../contracts/activities';
import type { Queryable } from './pool';

/**
 * The lines of versions $2 of incident $1 that something has to be done for, each with its state.
 *
 * Method: rows are found by what the lines are, so that a row no line asks for counts nowhere, and
 * a line that nobody has booked is `planned`.
 */
const lineStates = `
  SELECT l.deal_id, coalesce(p.state, i.state, t.state, 'planned') AS state,
    CASE l.leg WHEN 'call' THEN 'invoice' WHEN 'transfer-out' THEN 'transfer' ELSE 'payment' END
      AS what
  FROM plan_lines l
  LEFT JOIN payments p ON l.leg <> 'call' AND l.payer <> '' AND p.incident_id = l.incident_id
    AND p.deal_id = l.deal_id AND p.investor_id = l.investor_id AND p.leg = l.leg
    AND p.sequence = l.sequence
  LEFT JOIN invoices i ON l.leg = 'call' AND i.incident_id = l.incident_id
    AND i.deal_id = l.deal_id AND i.investor_id = l.investor_id AND i.sequence = l.sequence
  LEFT JOIN unit_transfers t ON l.leg = 'transfer-out' AND t.incident_id = l.incident_id
    AND t.deal_id = l.deal_id AND t.sequence = l.sequence AND t.from_holder = l.investor_id
  WHERE l.incident_id = $1 AND l.version = ANY ($2::int[]) AND l.branch = 'always'
    AND (l.payer <> '' OR l.leg = 'transfer-out')`;

const done = `('settled', 'paid', 'over', 'confirmed')`;

/** How many lines of one version are open, and how. */
export async function openCounts(
  db: Queryable,
  { incidentId, version }: { incidentId: string; version: number },
): Promise<SettlementState['open']> {
  const { rows } = await db.query<{ what: string; state: string; n: number }>(
    `SELECT what, state, count(*)::int AS n FROM (${lineStates}) AS lines
     WHERE state NOT IN ${done} GROUP BY what, state`,
    [incidentId, [version]],
  );
  const open = { payments: 0, invoices: 0, transfers: 0, unknown: 0, refused: 0 };
  for (const { what, state, n } of rows) open[countFor(what, state)] += n;
  return open;
}

function countFor(what: string, state: string): keyof SettlementState['open'] {
  if (what === 'invoice') return 'invoices';
  if (what === 'transfer') return 'transfers';
  if (state === 'unknown') return 'unknown';
  return ['planned', 'reserved', 'sending'].includes(state) ? 'payments' : 'refused';
}

/** A deal found wrong on the incident's basis, as its rows have it. */
export type AffectedDeal = {
  deal: string;
  investors: string[];
  /** Everybody wronged in it has a line in one of the versions, and no line is open. */
  seemsDone: boolean;
  /** Its hold was lifted, which needed all of this verified. */
  lifted: boolean;
};

/** Every deal found wrong on the incident's basis, by the lines of `versions`. Order: by deal. */
export async function affectedDeals(
  db: Queryable,
  { incidentId, versions }: { incidentId: string; versions: readonly number[] },
): Promise<AffectedDeal[]> {
  const { rows } = await db.query<AffectedDeal>(affectedSql, [incidentId, versions]);
  return rows;
}

const affectedSql = `
  WITH open AS (SELECT DISTINCT deal_id FROM (${lineStates}) AS lines WHERE state NOT IN ${done}),
  covered AS (
    SELECT DISTINCT deal_id, investor_id FROM plan_lines
    WHERE incident_id = $1 AND version = ANY ($2::int[]))
  SELECT w.deal_id AS deal, array_agg(w.investor_id::text ORDER BY w.investor_id) AS investors,
    bool_and(c.deal_id IS NOT NULL AND o.deal_id IS NULL) AS "seemsDone",
    bool_or(h.state IS NOT DISTINCT FROM 'lifted') AS lifted
  FROM impacts w JOIN incidents i USING (incident_id)
  LEFT JOIN covered c ON c.deal_id = w.deal_id AND c.investor_id = w.investor_id
  LEFT JOIN open o ON o.deal_id = w.deal_id
  LEFT JOIN holds h ON h.incident_id = w.incident_id AND h.kind = 'deal' AND h.deal_id = w.deal_id
  WHERE w.incident_id = $1 AND w.recorded_minor <> CASE i.basis WHEN 'asRecorded'
    THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END
  GROUP BY w.deal_id ORDER BY w.deal_id`;
