import type { Queryable } from './pool';

/**
 * Records the register lines that an incident has put right by now, in the caller's transaction.
 *
 * Order: a holder's line is restated once, when the last unit and, before a closing, the last money
 * of theirs in the deal has moved; until then it stands as recorded.
 */
export async function restate(
  tx: Queryable,
  { incidentId, at, deals }: { incidentId: string; at: string; deals: readonly string[] },
): Promise<void> {
  if (deals.length > 0) await tx.query(restateSql, [incidentId, deals, at]);
}

const restateSql = `
  WITH moves AS (
    SELECT deal_id, from_holder AS holder, -units_minor AS change, state = 'confirmed' AS done
    FROM unit_transfers WHERE incident_id = $1 AND deal_id = ANY ($2::text[])
    UNION ALL
    SELECT deal_id, to_holder, units_minor, state = 'confirmed'
    FROM unit_transfers WHERE incident_id = $1 AND deal_id = ANY ($2::text[])
    UNION ALL
    SELECT deal_id, investor_id, -amount_minor, state = 'settled' FROM payments
    WHERE incident_id = $1 AND deal_id = ANY ($2::text[]) AND leg = 'refund'
      AND payer = 'escrow:' || deal_id
    UNION ALL
    SELECT deal_id, investor_id, amount_minor, state IN ('paid', 'over') FROM invoices
    WHERE incident_id = $1 AND deal_id = ANY ($2::text[]) AND payee = 'escrow:' || deal_id)
  INSERT INTO restatements (incident_id, deal_id, investor_id, recorded_minor, restated_minor,
    currency, restated_at)
  SELECT $1, i.deal_id, i.investor_id, i.recorded_minor, i.recorded_minor + sum(m.change),
    i.currency, $3
  FROM moves m JOIN impacts i
    ON i.incident_id = $1 AND i.deal_id = m.deal_id AND i.investor_id = m.holder
  GROUP BY i.deal_id, i.investor_id, i.recorded_minor, i.currency HAVING bool_and(m.done)
  ON CONFLICT (incident_id, deal_id, investor_id) DO NOTHING`;
