import { createHash } from 'node:crypto';
import type { Impacts, Recomputation } from '../../activities/ports/impacts';
import { compareCodePoints } from '../../domain/code-points';
import { basesOf, impactLines } from '../../domain/scan';
import type { ReplayedDeal } from '../../domain/replay';
import { canonicalJson } from '../../proof/canonical-json';
import { digestOf } from '../../proof/digest';
import { merkleRoot } from '../../proof/merkle';
import { appendEvidence } from './evidence';
import {
  certificateLeaf,
  findingRows,
  insertCertificates,
  insertFindings,
  type CertificateRow,
} from './impact-rows';
import type { Queryable } from './pool';
import { Refused } from './refused';

const dealsPerInsert = 50;
const rowsPerInsert = 5_000;
const rule = 'prorate@1';

type Given = Parameters<Impacts['saveRecomputation']>[0];

/**
 * Stores a replay as it is read: certificates of both bases, findings, differences, the summary,
 * then one entry of evidence with the digest of it all.
 *
 * Method: the impact digest is of {snapshot, rule, rows, content}; content is SHA-256 over the
 * canonical JSON of each difference, a line each, deals by closing, investors by code point.
 */
export async function saveRecomputation(tx: Queryable, given: Given): Promise<Recomputation> {
  const { incidentId, at, snapshot } = given;
  await refuseSecondTry(tx, incidentId);
  const sealing = { content: createHash('sha256'), rows: 0, leaves: [] as string[] };
  const wrong = new Set<string>();
  let scanned = 0;
  for await (const deals of inPages(given.deals)) {
    scanned += deals.length;
    for (const deal of deals) if (!deal.certificates.recorded.holds) wrong.add(deal.dealId);
    await insertPage(tx, { incidentId, deals, sealing });
  }
  await refuseOtherScan(tx, { incidentId, wrong, scanned });
  const summary = given.conclude();
  const content = sealing.content.digest('hex');
  const { rows } = sealing;
  const impactDigest = digestOf({ snapshot: snapshot.digest, rule, rows, content });
  await tx.query(
    `INSERT INTO scans (incident_id, snapshot_id, summary, impact_digest, finished_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [incidentId, snapshot.snapshotId, JSON.stringify(summary), impactDigest, at],
  );
  const { basis } = await readBasis(tx, incidentId);
  const body = {
    snapshot: snapshot.digest,
    rule,
    deals: summary.deals,
    investors: summary.investors,
    commitments: summary.commitments,
    certificates: merkleRoot(sealing.leaves),
    impactDigest,
  };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'recomputed', body });
  return { basis, summary, impactDigest };
}

/** A worker that was given up may still be at it; two at once would write everything twice. */
async function refuseSecondTry(tx: Queryable, incidentId: string): Promise<void> {
  const { rows } = await tx.query<{ ours: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('recompute/' || $1, 0)) AS ours`,
    [incidentId],
  );
  if (rows[0]?.ours === true) return;
  throw new Error(`another try still recomputes ${incidentId}: try again when it has ended`);
}

async function* inPages(deals: AsyncIterable<ReplayedDeal>): AsyncGenerator<ReplayedDeal[]> {
  let [page, rows]: [ReplayedDeal[], number] = [[], 0];
  for await (const deal of deals) {
    page.push(deal);
    rows += deal.lines.length;
    if (page.length < dealsPerInsert && rows < rowsPerInsert) continue;
    yield page;
    [page, rows] = [[], 0];
  }
  if (page.length > 0) yield page;
}

type Page = {
  incidentId: string;
  deals: readonly ReplayedDeal[];
  sealing: { content: ReturnType<typeof createHash>; rows: number; leaves: string[] };
};

async function insertPage(tx: Queryable, { incidentId, deals, sealing }: Page): Promise<void> {
  for (const deal of deals) {
    const lines = [...impactLines(deal)].sort((a, b) => compareCodePoints(a.investor, b.investor));
    for (const line of lines) sealing.content.update(`${canonicalJson(line)}\n`);
    sealing.rows += lines.length;
  }
  const certificates = deals.flatMap(
    ({ dealId, certificates: { asRecorded, asShouldHaveBeen } }) => [
      { dealId, basis: 'asRecorded', certificate: asRecorded } satisfies CertificateRow,
      { dealId, basis: 'asShouldHaveBeen', certificate: asShouldHaveBeen } satisfies CertificateRow,
    ],
  );
  sealing.leaves.push(...certificates.map(certificateLeaf));
  await insertCertificates(tx, { incidentId, rows: certificates });
  const findings = deals.flatMap((deal) => findingRows(deal, deal.findings));
  await insertFindings(tx, { incidentId, rows: findings });
  await insertImpacts(tx, { incidentId, deals });
}

async function insertImpacts(
  tx: Queryable,
  { incidentId, deals }: { incidentId: string; deals: readonly ReplayedDeal[] },
): Promise<void> {
  // Minor units travel as text: JSON numbers end at 2^53.
  const rows = deals.flatMap(({ dealId, currency, lines }) =>
    lines
      .filter((line) => basesOf(line).length > 0)
      .map(({ investorId, recorded, asRecorded, asShouldHaveBeen }) => {
        const minor = [recorded, asRecorded, asShouldHaveBeen].map(String);
        return { dealId, investorId, currency, minor };
      }),
  );
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO impacts (incident_id, deal_id, investor_id, currency, recorded_minor,
       as_recorded_minor, as_should_have_been_minor)
     SELECT $1, "dealId", "investorId", currency, (minor ->> 0)::bigint, (minor ->> 1)::bigint,
       (minor ->> 2)::bigint
     FROM jsonb_to_recordset($2)
       AS rows ("dealId" text, "investorId" text, currency text, minor jsonb)`,
    [incidentId, JSON.stringify(rows)],
  );
}

/** The scan certified every deal by itself; a replay that finds others wrong is not believed. */
async function refuseOtherScan(
  tx: Queryable,
  { incidentId, wrong, scanned }: { incidentId: string; wrong: Set<string>; scanned: number },
): Promise<void> {
  const { rows } = await tx.query<{ certified: number; wrong: string[] }>(
    `SELECT count(*)::integer AS certified,
       coalesce(array_agg(deal_id) FILTER (WHERE NOT holds), '{}') AS wrong
     FROM certificates WHERE incident_id = $1 AND basis = 'recorded'`,
    [incidentId],
  );
  const scan = rows[0] ?? { certified: 0, wrong: [] };
  const other = scan.wrong.filter((dealId) => !wrong.has(dealId));
  const same = other.length === 0 && scan.wrong.length === wrong.size;
  if (same && scan.certified === scanned) return;
  const found = `the scan found ${scan.wrong.length} of ${scan.certified} deals wrong`;
  const message = `${found}, the replay ${wrong.size} of ${scanned}: nothing is stored`;
  throw new Refused('RECOMPUTATION_DIFFERS', message);
}

async function readBasis(tx: Queryable, incidentId: string): Promise<Pick<Recomputation, 'basis'>> {
  const { rows } = await tx.query<Pick<Recomputation, 'basis'>>(
    'SELECT basis FROM incidents WHERE incident_id = $1',
    [incidentId],
  );
  return rows[0] ?? { basis: 'asRecorded' };
}
