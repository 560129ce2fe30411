import type { Pool } from 'pg';
import type { z } from 'zod';
import type { allocationAnswer, allocationRequest } from '../contracts/allocation-wire';
import { toAsks } from '../domain/asks';
import { formatMinor } from '../domain/money';
import { averagesOf } from './averages';
import { rowsOf, whileLocked, type Queryable } from './database';
import { refuseWhileFrozen, refuseWhileHeld } from './holds';
import { knownRule } from './known-rule';
import { readLiveVersion } from './live-version';
import { recordedRows } from './recorded-deals';
import { fillRegisterWithin } from './register';
import { ServiceError } from './service-error';
import { minorAt } from './wire-amount';

type Answer = z.infer<typeof allocationAnswer>;
type Request = z.infer<typeof allocationRequest>;
type Share = { investorId: string; requested: bigint; average: string; allocated: bigint };

/**
 * Allocates a deal by the live version and records it, averages and register with it, or nothing.
 *
 * Order: the check for a freeze and the record are one transaction under the service's lock.
 * Retry: safe; the same deal with the same content gets the same answer.
 * @throws ALLOCATIONS_FROZEN (refused) when, at its turn, any service hold stands; as HTTP 503.
 * @throws DEAL_EXISTS (refused) when the id was allocated with other content.
 * @throws DEAL_HELD (refused) when the deal itself is held.
 * @throws INPUT_INVALID (rejected) when an amount is none.
 * @throws INVESTOR_UNKNOWN (rejected) when somebody was never announced.
 */
export async function allocateDeal(
  pool: Pool,
  request: Request,
): Promise<{ recorded: boolean; answer: Answer }> {
  const asked = counted(request);
  return whileLocked(pool, async (db) => {
    await refuseWhileFrozen(db);
    const known = await sameDealBefore(db, asked);
    if (known) return { recorded: false, answer: known };
    await refuseWhileHeld(db, { deal: asked.deal.dealId });
    const { seq, ruleVersion, shares } = await divide(db, asked);
    await record(db, { asked, seq, ruleVersion, shares });
    const { dealId, currency } = asked.deal;
    const units = shares.map(({ investorId, allocated }) => [investorId, allocated] as const);
    await fillRegisterWithin(db, { deal: dealId, currency, holdings: units });
    const [answer] = await recordedRows(db, { deal: dealId });
    if (!answer) throw new Error(`deal ${dealId} vanished while it was recorded`);
    return { recorded: true, answer: asAnswer(answer) };
  });
}

type Asked = Pick<Request, 'deal'> & {
  readonly allocation: bigint;
  readonly requests: readonly { readonly investorId: string; readonly requested: bigint }[];
  /** The request in one form, whatever trailing zeros it came with. */
  readonly content: unknown;
};

function counted({ deal, requests }: Request): Asked {
  const { currency } = deal;
  const allocation = minorAt({ amount: deal.allocation, currency, path: 'deal.allocation' });
  const rows = requests.map(({ investorId, requested }, index) => {
    const path = `requests[${String(index)}].requested`;
    return { investorId, requested: minorAt({ amount: requested, currency, path }) };
  });
  const content = {
    deal: { ...deal, allocation: formatMinor(allocation, currency) },
    requests: rows.map((row) => [row.investorId, formatMinor(row.requested, currency)]),
  };
  return { deal, allocation, requests: rows, content };
}

async function sameDealBefore(db: Queryable, asked: Asked): Promise<Answer | undefined> {
  const { dealId } = asked.deal;
  const [known] = await rowsOf<{ same: boolean }>(
    db,
    'SELECT request = $2::jsonb AS same FROM allocator.deals WHERE deal_id = $1',
    [dealId, JSON.stringify(asked.content)],
  );
  if (!known) return undefined;
  if (!known.same) {
    throw new ServiceError({
      code: 'DEAL_EXISTS',
      kind: 'refused',
      message:
        `Deal ${dealId} was allocated with other content. What is recorded stays; allocate other` +
        ' content under another id.',
    });
  }
  const [row] = await recordedRows(db, { deal: dealId });
  return row && asAnswer(row);
}

async function divide(
  db: Queryable,
  { deal, allocation, requests }: Asked,
): Promise<{ seq: number; ruleVersion: string; shares: Share[] }> {
  const { currency, closedOn } = deal;
  const live = await readLiveVersion(db);
  const investors = requests.map((row) => row.investorId);
  const averages = await averagesOf(db, { live, investors, currency, closedOn });
  const rows = requests.map((row) => ({ ...row, average: averages.get(row.investorId) ?? '0' }));
  const units = knownRule(live.rule).allocate(allocation, toAsks(currency, rows));
  const shares = rows.map((row) => ({ ...row, allocated: units.get(row.investorId) ?? 0n }));
  const [last] = await rowsOf<{ seq: number }>(
    db,
    'SELECT COALESCE(max(seq), 0) AS seq FROM allocator.deals',
  );
  return { seq: (last?.seq ?? 0) + 1, ruleVersion: live.ruleVersion, shares };
}

type Recording = { asked: Asked; seq: number; ruleVersion: string; shares: Share[] };

async function record(db: Queryable, { asked, seq, ruleVersion, shares }: Recording) {
  const { deal, allocation, content } = asked;
  await db.query(
    `INSERT INTO allocator.deals (deal_id, seq, name, company, closed_on, currency,
        allocation_minor, rule_version, facts, request, allocated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp())`,
    [
      deal.dealId,
      seq,
      deal.name,
      deal.company,
      deal.closedOn,
      deal.currency,
      allocation.toString(),
      ruleVersion,
      JSON.stringify(factsOf(deal)),
      JSON.stringify(content),
    ],
  );
  await db.query(
    `INSERT INTO allocator.commitments (deal_id, investor_id, row_number, requested_minor, average,
        allocated_minor)
      SELECT $1, row.investor_id, row.place, row.requested, row.average, row.allocated
      FROM unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[])
        WITH ORDINALITY AS row(investor_id, requested, average, allocated, place)`,
    [
      deal.dealId,
      shares.map((share) => share.investorId),
      shares.map((share) => share.requested.toString()),
      shares.map((share) => share.average),
      shares.map((share) => share.allocated.toString()),
    ],
  );
}

/** The deal's further columns, by the names they have in an export. */
function factsOf(deal: Request['deal']): Record<string, string> {
  const { stage, policy, agreementOn = '', errorClause = '', mark = '', facts } = deal;
  return { stage, policy, agreement_on: agreementOn, error_clause: errorClause, mark, ...facts };
}

function asAnswer(row: Awaited<ReturnType<typeof recordedRows>>[number]): Answer {
  const { seq, deal: dealId, ruleVersion, rule, allocations } = row;
  return { seq, dealId, ruleVersion, rule, allocations };
}
