import type { Pool } from 'pg';
import type { Hold, HoldSubject, Holds } from '../../activities/ports/holds';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';

type Keyed = Pick<Hold, 'kind' | 'dealId'>;
const dealOf = (subject: HoldSubject) => (subject.kind === 'deal' ? subject.dealId : '');
const namesOf = (holds: readonly Keyed[]) => {
  return holds
    .map(({ kind, dealId }) => (kind === 'service' ? 'service' : `deal:${dealId}`))
    .sort();
};

/** The books of holds in Postgres; every change stands in evidence, committed with it. */
export function postgresHolds(pool: Pool): Holds {
  return {
    async ask({ incidentId, subjects, again = false, at }) {
      const kinds = subjects.map(({ kind }) => kind);
      await pool.query(
        `INSERT INTO holds (incident_id, kind, deal_id, asked_at)
         SELECT $1, kind, deal_id, $4 FROM unnest($2::text[], $3::text[]) AS t (kind, deal_id)
         ON CONFLICT (incident_id, kind, deal_id) DO UPDATE
           SET state = 'asked', token = NULL, held_at = NULL, lifted_at = NULL
           WHERE holds.state = 'lifted' AND $5`,
        [incidentId, kinds, subjects.map(dealOf), at, again],
      );
    },
    async open(incidentId) {
      const { rows } = await pool.query<Hold>(
        `SELECT kind, deal_id AS "dealId", token, state FROM holds
         WHERE incident_id = $1 AND state <> 'lifted' ORDER BY kind DESC, deal_id`,
        [incidentId],
      );
      return rows;
    },
    async placed(placed) {
      if (placed.holds.length > 0) await inTransaction(pool, (tx) => book(tx, placed));
    },
    async lapsed({ incidentId, holds, at }) {
      if (holds.length === 0) return;
      await inTransaction(pool, async (tx) => {
        const set = `state = 'lapsed', lapsed_count = lapsed_count + 1`;
        const gone = await setState(tx, { incidentId, holds, set, from: ['held'] });
        if (gone.length === 0) return;
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'freeze-lapsed' };
        await appendEvidence(tx, { ...entry, body: { holds: namesOf(gone) } });
      });
    },
    async verified({ incidentId, at }) {
      await pool.query(
        `UPDATE holds SET verified_at = $2 WHERE incident_id = $1 AND state = 'held'`,
        [incidentId, at],
      );
    },
    async lifting(lift) {
      const step = { from: ['asked', 'held', 'lapsed'], set: `state = 'lifting'` } as const;
      await inTransaction(pool, (tx) => letGo(tx, { ...lift, ...step, kind: 'lifting' }));
    },
    async lifted(lift) {
      const step = { from: ['lifting'], set: `state = 'lifted', lifted_at = now()` } as const;
      await inTransaction(pool, (tx) => letGo(tx, { ...lift, ...step, kind: 'lifted' }));
    },
    async onlineAfter(incidentId) {
      const { rows } = await pool.query<{ last: number | null }>(
        `SELECT (entry::jsonb #>> '{body,lastSeq}')::int AS last FROM evidence
         WHERE chain = $1 AND kind = 'lifting' AND entry::jsonb -> 'body' ? 'lastSeq'
         ORDER BY seq DESC LIMIT 1`,
        [incidentId],
      );
      return rows[0]?.last ?? null;
    },
  };
}

type Lift = Parameters<Holds['lifting']>[0] & Pick<Change, 'set' | 'from'> & { kind: string };

/** One step of letting go; evidence names those that took it now, so that a retry adds nothing. */
async function letGo(tx: Queryable, { incidentId, at, kind, why, ...lift }: Lift): Promise<void> {
  const { holds, set, from, lastSeq } = lift;
  const gone = await setState(tx, { incidentId, holds, set, from });
  if (gone.length === 0) return;
  const body = { holds: namesOf(gone), why, ...(lastSeq === undefined ? {} : { lastSeq }) };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind, body });
}

async function book(
  tx: Queryable,
  { incidentId, holds, at }: Parameters<Holds['placed']>[0],
): Promise<void> {
  const kinds = holds.map(({ kind }) => kind);
  const dealIds = holds.map(({ dealId }) => dealId);
  const tokens = holds.map(({ token }) => token);
  await tx.query(
    `UPDATE holds SET token = t.token, state = 'held', held_at = $5, verified_at = $5
     FROM unnest($2::text[], $3::text[], $4::text[]) AS t (kind, deal_id, token)
     WHERE incident_id = $1 AND holds.kind = t.kind AND holds.deal_id = t.deal_id`,
    [incidentId, kinds, dealIds, tokens, at],
  );
  await witness(tx, { incidentId, at, of: holds, service: 'frozen', deals: 'held' });
}

type Change = {
  incidentId: string;
  holds: readonly Keyed[];
  set: string;
  from: readonly Hold['state'][];
};

/** Gives those that were still in a state it may come from. */
async function setState(db: Queryable, change: Change): Promise<Keyed[]> {
  const { incidentId, holds, set, from } = change;
  const { rows } = await db.query<Keyed>(
    `UPDATE holds SET ${set} FROM unnest($2::text[], $3::text[]) AS t (kind, deal_id)
     WHERE incident_id = $1 AND holds.kind = t.kind AND holds.deal_id = t.deal_id
       AND holds.state = ANY ($4::text[])
     RETURNING holds.kind, holds.deal_id AS "dealId"`,
    [incidentId, holds.map(({ kind }) => kind), holds.map(({ dealId }) => dealId), from],
  );
  return rows;
}

type Witnessed = {
  incidentId: string;
  at: string;
  of: readonly Keyed[];
  service: string;
  deals: string;
};

/** The service and the deals are told apart in evidence: they are lifted by different decisions. */
async function witness(
  tx: Queryable,
  { incidentId, at, of, service, deals }: Witnessed,
): Promise<void> {
  const entry = { chain: incidentId, at, actor: 'makewhole' };
  const dealIds = of.filter(({ kind }) => kind === 'deal').map(({ dealId }) => dealId);
  if (of.some(({ kind }) => kind === 'service')) {
    await appendEvidence(tx, { ...entry, kind: service, body: { subject: 'service' } });
  }
  if (dealIds.length > 0) {
    const body = { count: dealIds.length, deals: dealIds.sort().slice(0, 1000) };
    await appendEvidence(tx, { ...entry, kind: deals, body });
  }
}
