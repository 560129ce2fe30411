import type { Impacts } from '../../activities/ports/impacts';
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

/** The name of a scan's progress; with chunks of another size it is another scan. */
export const workOf = (dealsPerChunk: number): string => `scan/${String(dealsPerChunk)}`;

/**
 * Stores a chunk of the scan: its row of progress, certificates, findings, then its evidence.
 *
 * Retry: of two tries at once the second waits for the first, then leaves everything as it is.
 */
export async function saveChunk(
  tx: Queryable,
  given: Parameters<Impacts['saveChunk']>[0],
): Promise<void> {
  const { incidentId, chunk, dealsPerChunk, deals, at } = given;
  const rows = deals.map(({ dealId, certificate }): CertificateRow => {
    return { dealId, basis: 'recorded', certificate };
  });
  const root = merkleRoot(rows.map(certificateLeaf));
  const { rowCount } = await tx.query(
    `INSERT INTO chunks (incident_id, work, chunk, row_count, root, done_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [incidentId, workOf(dealsPerChunk), chunk, deals.length, root, at],
  );
  if (rowCount === 0) return;
  await insertCertificates(tx, { incidentId, rows });
  const findings = deals.flatMap((deal) => findingRows(deal, deal.certificate.findings));
  await insertFindings(tx, { incidentId, rows: findings });
  const wrong = deals.filter(({ certificate }) => !certificate.holds).length;
  const [first, last] = [deals[0]?.dealId ?? null, deals.at(-1)?.dealId ?? null];
  const body = { chunk, deals: deals.length, wrong, first, last, root };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'scanned', body });
}
