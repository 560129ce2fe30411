import type { Pool } from 'pg';
import type { DealState } from '../../activities/ports/settlements';
import type { PlanLine } from '../../domain/plan-line';
import { settlementOf } from '../../domain/settlement-order';
import { paymentKey, transferKey } from '../../proof/payment-key';
import { postgresApprovals } from './approvals';
import { affectedDeals, type AffectedDeal } from './line-states';
import type { Queryable } from './pool';
import { readHead, verifiedLines } from './verified-lines';

type Approved = { version: number; deals: Set<string> };

/**
 * How each deal found wrong stands, by the lines and votes of approved versions.
 *
 * Order: by deal; those last that only a signed plan still names.
 * Ensures: a deal in which somebody wronged has no approved line yet is not done.
 */
export async function dealStates(pool: Pool, incidentId: string): Promise<DealState[]> {
  const approved = await approvedDeals(pool, incidentId);
  const versions = approved.map(({ version }) => version);
  const states: DealState[] = [];
  const signed = new Set(approved.flatMap(({ deals }) => [...deals]));
  for (const affected of await affectedDeals(pool, { incidentId, versions })) {
    const within = approved.filter(({ deals }) => deals.has(affected.deal));
    const terminal = await isTerminal(pool, { incidentId, affected, within });
    states.push({ dealId: affected.deal, approved: within.length > 0, terminal });
    signed.delete(affected.deal);
  }
  // People signed that it is wrong, and no row says so any more: it is not done, whoever says it.
  return [...states, ...[...signed].map((dealId) => ({ dealId, approved: true, terminal: false }))];
}

/** Deals by version, for versions whose signed votes are on exactly this manifest. */
async function approvedDeals(pool: Pool, incidentId: string): Promise<Approved[]> {
  const approvals = postgresApprovals(pool);
  const { rows } = await pool.query<{ version: number }>(
    'SELECT version FROM plans WHERE incident_id = $1 ORDER BY version',
    [incidentId],
  );
  const approved: Approved[] = [];
  for (const { version } of rows) {
    const { digest, manifest } = await readHead(pool, { incidentId, version });
    const wanted = { incidentId, gateId: 'plan', subject: digest };
    if (!(await approvals.standing(wanted)).approved) continue;
    approved.push({ version, deals: new Set(manifest.deals.map(({ deal }) => deal)) });
  }
  return approved;
}

/** Cheap questions first: only a deal that seems done is verified, until it is let go. */
async function isTerminal(
  pool: Pool,
  of: { incidentId: string; affected: AffectedDeal; within: readonly Approved[] },
): Promise<boolean> {
  const { incidentId, affected, within } = of;
  const { deal, investors, seemsDone, lifted } = affected;
  if (within.length === 0 || !seemsDone) return false;
  if (lifted) return true;
  const lines: PlanLine[] = [];
  for (const { version } of within) {
    const verified = await verifiedLines(pool, { incidentId, version, deals: [deal] });
    lines.push(...verified.lines);
  }
  const covered = new Set(lines.map(({ investor }) => investor));
  if (!investors.every((investor) => covered.has(investor))) return false;
  return (await openAmong(pool, keysOf(incidentId, lines))).length === 0;
}

function keysOf(incidentId: string, lines: readonly PlanLine[]): string[] {
  const { payments, calls, transfers } = settlementOf(lines);
  return [
    ...[...payments, ...calls].map((line) => paymentKey(incidentId, line)),
    ...transfers.map((move) => transferKey(incidentId, move)),
  ];
}

/** Which of these keys are not done; one that nobody has booked yet is not. */
export async function openAmong(db: Queryable, keys: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>(
    `SELECT k AS key FROM unnest($1::bpchar[]) AS k
     LEFT JOIN payments p ON p.payment_key = k AND p.state = 'settled'
     LEFT JOIN invoices i ON i.invoice_key = k AND i.state IN ('paid', 'over')
     LEFT JOIN unit_transfers t ON t.transfer_key = k AND t.state = 'confirmed'
     WHERE p.payment_key IS NULL AND i.invoice_key IS NULL AND t.transfer_key IS NULL`,
    [keys],
  );
  return rows.map(({ key }) => key);
}
