import { verifyPlan } from '../plans';
import type { Queryable } from '../pool';
import { Refused } from '../refused';
import type { Break, Sealed } from './sealed';

/** A payment whose version was drafted, and which is not one of its lines as they are. */
const strayPayments = `
  SELECT payment_key AS key, plan_version AS version FROM payments p
  WHERE p.incident_id = $1 AND p.plan_version = ANY ($2) AND NOT EXISTS (
    SELECT FROM plan_lines l WHERE (l.incident_id, l.version, l.deal_id, l.investor_id, l.leg,
        l.sequence, l.amount_minor, l.currency, l.payer, l.payee)
      = (p.incident_id, p.plan_version, p.deal_id, p.investor_id, p.leg,
        p.sequence, p.amount_minor, p.currency, p.payer, p.payee))
  ORDER BY payment_key LIMIT 1`;

/**
 * Walks from each draft that the chain names to its lines, up to its digest, and from each payment
 * to the line it pays.
 */
export async function walkPlans(db: Queryable, { chain }: Sealed): Promise<Break | undefined> {
  const { rows: drafts } = await db.query<{ seq: number; version: number; digest: string }>(
    `SELECT seq::int, (entry::jsonb #>> '{body,version}')::int AS version,
       entry::jsonb #>> '{body,digest}' AS digest
     FROM evidence WHERE chain = $1 AND kind = 'plan-drafted' ORDER BY seq`,
    [chain],
  );
  for (const { seq, version, digest } of drafts) {
    const flaw = await draftFlaw(db, { incidentId: chain, version, digest });
    if (flaw !== undefined) return { seq, what: flaw };
  }
  const versions = drafts.map(({ version }) => version);
  const { rows } = await db.query<{ key: string; version: number }>(strayPayments, [
    chain,
    versions,
  ]);
  const [stray] = rows;
  if (stray === undefined) return undefined;
  const { key, version } = stray;
  return { seq: 0, what: `payment ${key} is no line of version ${String(version)} of the plan` };
}

async function draftFlaw(
  db: Queryable,
  { digest, ...of }: { incidentId: string; version: number; digest: string },
): Promise<string | undefined> {
  try {
    const plan = await verifyPlan(db, of);
    if (plan.digest === digest) return undefined;
    const drafted = `version ${String(of.version)} of the plan was drafted as ${digest}`;
    return `${drafted}, found ${plan.digest}`;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
