import type { Pool } from 'pg';
import type { Certificates, StoredCertificate } from '../../activities/ports/certificates';

const rowsPerPage = 1_000;

/** Stored certificates, from Postgres. */
export function postgresCertificates(pool: Pool): Certificates {
  return { stored: (incidentId) => storedCertificates(pool, incidentId) };
}

async function* storedCertificates(
  pool: Pool,
  incidentId: string,
): AsyncGenerator<StoredCertificate> {
  for (let after: StoredCertificate | undefined; ;) {
    const { rows } = await pool.query<StoredCertificate>(
      `SELECT deal_id AS deal, basis, holds, certificate FROM certificates
       WHERE incident_id = $1 AND (deal_id, basis) > ($2, $3)
       ORDER BY deal_id, basis LIMIT ${rowsPerPage}`,
      [incidentId, after?.deal ?? '', after?.basis ?? ''],
    );
    yield* rows;
    after = rows.at(-1);
    if (after === undefined || rows.length < rowsPerPage) return;
  }
}
