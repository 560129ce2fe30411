import type { Pool } from 'pg';
import type {
  Opinion,
  OpinionDifference,
  SecondOpinions,
} from '../../activities/ports/second-opinions';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import * as sql from './second-opinion-sql';
import { want } from './waits';

const commitmentsPerBatch = 20_000;
/** Where so much differs, the rest of it says nothing new. */
const differencesMax = 1_000;
/** Named to whoever is waited for, and in evidence; the table has them all. */
const namedMax = 5;
const waitPrefix = 'askSecondOpinion/';

/** A second computation of what was found wrong, in SQL, which shares no arithmetic with us. */
export function postgresSecondOpinions(pool: Pool): SecondOpinions {
  return {
    agreed: (incidentId) => readAgreed(pool, incidentId),
    ask: (of) => inTransaction(pool, (tx) => ask(tx, of)),
    differs: (incidentId) => readDiffers(pool, incidentId),
  };
}

/** Whether a difference was found, and no later opinion has agreed. */
export async function readDiffers(db: Queryable, incidentId: string): Promise<boolean> {
  const { rows } = await db.query<{ differs: boolean }>(
    `SELECT EXISTS (SELECT FROM second_opinion_differences WHERE incident_id = $1)
       AND NOT EXISTS (SELECT FROM second_opinions JOIN scans USING (incident_id, impact_digest)
         WHERE incident_id = $1) AS differs`,
    [incidentId],
  );
  return rows[0]?.differs === true;
}

/** What both computations of an incident agreed on; null before, and while they do not. */
export async function readAgreed(db: Queryable, incidentId: string): Promise<Opinion | null> {
  const { rows } = await db.query<Opinion>(
    `SELECT json_build_object('affected', deals_affected, 'sampled', deals_sampled) AS deals,
       commitment_count AS commitments, ARRAY[]::text[] AS differences
     FROM second_opinions JOIN scans USING (incident_id, impact_digest) WHERE incident_id = $1`,
    [incidentId],
  );
  return rows[0] ?? null;
}

type Asked = Parameters<SecondOpinions['ask']>[0];
type Results = { incidentId: string; snapshotId: string; impactDigest: string };

async function ask(tx: Queryable, asked: Asked): Promise<Opinion> {
  const { incidentId, restSampled } = asked;
  const { rows } = await tx.query<Results>(
    `SELECT incident_id AS "incidentId", snapshot_id AS "snapshotId",
       impact_digest AS "impactDigest" FROM scans WHERE incident_id = $1`,
    [incidentId],
  );
  const [results] = rows;
  if (results === undefined) throw new Error(`${incidentId} has no results to be compared`);
  const opinion = await compute(tx, { results, restSampled });
  if (opinion.differences.length > 0) await keepDifferences(tx, { asked, opinion });
  else await keepAgreement(tx, { asked, opinion, impactDigest: results.impactDigest });
  return opinion;
}

/** Results never change once they are stored, so every statement looks at the same. */
async function compute(
  tx: Queryable,
  { results, restSampled }: { results: Results; restSampled: number },
): Promise<Opinion> {
  const { incidentId, snapshotId, impactDigest } = results;
  const of = [incidentId, snapshotId];
  await tx.query(`SET LOCAL work_mem = '64MB'`);
  await tx.query(sql.chooseDeals, [...of, restSampled, impactDigest, commitmentsPerBatch]);
  await tx.query('ANALYZE second_deals');
  await tx.query(sql.followHistories, of);
  await tx.query('ANALYZE second_lines');
  const { rows } = await tx.query<{
    affected: number;
    sampled: number;
    commitments: number;
    batches: number[] | null;
  }>(sql.countChosen);
  const [chosen] = rows;
  if (chosen === undefined) throw new Error('a count without a row');
  const differences = await compare(tx, { statement: sql.compareRecorded, parameters: of });
  for (const batch of chosen.batches ?? []) {
    for (const statement of [sql.compareAverages, sql.divideShares]) {
      if (differences.length >= differencesMax) break;
      differences.push(...(await compare(tx, { statement, parameters: [incidentId, batch] })));
    }
  }
  const { affected, sampled, commitments } = chosen;
  return { deals: { affected, sampled }, commitments, differences };
}

async function compare(
  tx: Queryable,
  { statement, parameters }: { statement: string; parameters: readonly unknown[] },
): Promise<OpinionDifference[]> {
  const { rows } = await tx.query<OpinionDifference>(statement, [...parameters]);
  return rows;
}

async function keepAgreement(
  tx: Queryable,
  { asked, opinion, impactDigest }: { asked: Asked; opinion: Opinion; impactDigest: string },
): Promise<void> {
  const { incidentId, at } = asked;
  const { deals, commitments } = opinion;
  const { rowCount } = await tx.query(
    `INSERT INTO second_opinions (incident_id, impact_digest, deals_affected, deals_sampled,
       commitment_count, agreed_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [incidentId, impactDigest, deals.affected, deals.sampled, commitments, at],
  );
  if (rowCount === 0) return;
  await tx.query(
    `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'person'
       AND wait_id LIKE '${waitPrefix}%' AND over_at IS NULL`,
    [incidentId, at],
  );
  const compared = { shares: 2 * commitments, averages: commitments };
  const body = { agrees: true, deals, compared, differences: 0, impactDigest };
  await appendOpinion(tx, { incidentId, at, body });
}

async function keepDifferences(
  tx: Queryable,
  { asked: { incidentId, at }, opinion }: { asked: Asked; opinion: Opinion },
): Promise<void> {
  const { deals, differences } = opinion;
  const { rowCount } = await tx.query(
    `INSERT INTO second_opinion_differences
     SELECT $1, deal, investor, figure, ours, second, $2 FROM jsonb_to_recordset($3)
       AS rows (deal text, investor text, figure text, ours text, second text)
     ON CONFLICT DO NOTHING`,
    [incidentId, at, JSON.stringify(differences)],
  );
  const named = differences.slice(0, namedMax);
  // The id goes to Temporal's board, where nobody is named; the question stays here.
  const wanted = named.map(({ deal, investor, figure, ours, second }, index) => ({
    id: `${waitPrefix}${String(index + 1)}`,
    role: 'engineering',
    question: `${investor} in ${deal}, ${figure}: we say ${ours}, the second computation ${second}`,
  }));
  await want(tx, { incidentId, waitingFor: 'person', at, wanted });
  if (rowCount === 0) return;
  const body = { agrees: false, deals, differences: differences.length, first: named };
  await appendOpinion(tx, { incidentId, at, body });
}

function appendOpinion(
  tx: Queryable,
  { incidentId, at, body }: { incidentId: string; at: string; body: Record<string, unknown> },
) {
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'second-opinion', body };
  return appendEvidence(tx, entry);
}
