import type { ApprovedVersion, DealState } from '../../activities/ports/settlements';
import { settlementOf } from '../../domain/settlement-order';
import { paymentKey, transferKey } from '../../proof/payment-key';
import type { Queryable } from './pool';

type Of = { incidentId: string; versions: readonly ApprovedVersion[] };

/**
 * How each deal found wrong stands, by the lines of approved versions.
 *
 * Order: by deal. Ensures: a deal in which somebody wronged has no approved line yet is not done.
 */
export async function dealStates(db: Queryable, of: Of): Promise<DealState[]> {
  const lines = of.versions.flatMap((version) => version.lines);
  const approved = new Set(lines.map(({ deal }) => deal));
  const covered = new Set(lines.map(({ deal, investor }) => `${deal}/${investor}`));
  const open = await openDeals(db, of);
  const { rows } = await db.query<{ deal: string; investors: string[] }>(affectedSql, [
    of.incidentId,
  ]);
  return rows.map(({ deal, investors }) => {
    const everybody = investors.every((investor) => covered.has(`${deal}/${investor}`));
    return {
      dealId: deal,
      approved: approved.has(deal),
      terminal: everybody && approved.has(deal) && !open.has(deal),
    };
  });
}

const affectedSql = `
  SELECT w.deal_id AS deal, array_agg(w.investor_id::text ORDER BY w.investor_id) AS investors
  FROM impacts w JOIN incidents i USING (incident_id)
  WHERE w.incident_id = $1 AND w.recorded_minor <> CASE i.basis WHEN 'asRecorded'
    THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END
  GROUP BY w.deal_id ORDER BY w.deal_id`;

/** Deals with a line that is not done; a line nobody has booked yet is not. */
async function openDeals(db: Queryable, { incidentId, versions }: Of): Promise<Set<string>> {
  const items = versions.flatMap(({ lines }) => {
    const { payments, calls, transfers } = settlementOf(lines);
    return [
      ...payments.map((line) => ({ deal: line.deal, key: paymentKey(incidentId, line) })),
      ...calls.map((line) => ({ deal: line.deal, key: paymentKey(incidentId, line) })),
      ...transfers.map((move) => ({ deal: move.deal, key: transferKey(incidentId, move) })),
    ];
  });
  const { rows } = await db.query<{ deal: string }>(
    `SELECT DISTINCT k.deal FROM unnest($1::text[], $2::bpchar[]) AS k (deal, key)
     LEFT JOIN payments p ON p.payment_key = k.key AND p.state = 'settled'
     LEFT JOIN invoices i ON i.invoice_key = k.key AND i.state IN ('paid', 'over')
     LEFT JOIN unit_transfers t ON t.transfer_key = k.key AND t.state = 'confirmed'
     WHERE p.payment_key IS NULL AND i.invoice_key IS NULL AND t.transfer_key IS NULL`,
    [items.map(({ deal }) => deal), items.map(({ key }) => key)],
  );
  return new Set(rows.map(({ deal }) => deal));
}
