import type { Pool } from 'pg';
import type { Impacts, Recomputation, ScanChunk } from '../../activities/ports/impacts';
import { formatMinor } from '../../domain/money';
import type { ImpactLine, ScanSummary } from '../../domain/scan';
import { saveChunk, workOf } from './impact-chunks';
import { saveRecomputation } from './impact-recomputation';
import { inTransaction, type Queryable } from './pool';

const rowsPerPage = 2_000;

/** What was found wrong, in Postgres. */
export function postgresImpacts(pool: Pool): Impacts {
  return {
    scannedChunk: (of) => scannedChunk(pool, of),
    saveChunk: (given) => inTransaction(pool, (tx) => saveChunk(tx, given)),
    recomputation: (incidentId) => readRecomputation(pool, incidentId),
    saveRecomputation: (given) =>
      inTransaction(pool, async (tx) => {
        return (await readRecomputation(tx, given.incidentId)) ?? saveRecomputation(tx, given);
      }),
    async summary(incidentId) {
      const { rows } = await pool.query<{ summary: ScanSummary }>(
        'SELECT summary FROM scans WHERE incident_id = $1',
        [incidentId],
      );
      return rows[0]?.summary ?? null;
    },
    rows: (of) => impactRows(pool, of),
    affectedDeals: (incidentId) => affected(pool, { incidentId, column: 'deal_id' }),
    affectedInvestors: (incidentId) => affected(pool, { incidentId, column: 'investor_id' }),
  };
}

async function scannedChunk(
  db: Queryable,
  { incidentId, chunk, dealsPerChunk }: ScanChunk,
): Promise<{ deals: number; wrong: number } | null> {
  const { rows } = await db.query<{ deals: number; wrong: number }>(
    `SELECT row_count AS deals, (
       SELECT count(*)::integer FROM certificates c WHERE c.incident_id = $1
         AND c.basis = 'recorded' AND NOT c.holds AND c.deal_id IN (
           SELECT d.deal_id FROM deals d JOIN incidents i USING (snapshot_id)
           WHERE i.incident_id = $1 ORDER BY d.closed_on, d.deal_id LIMIT $4 OFFSET $5)) AS wrong
     FROM chunks WHERE incident_id = $1 AND work = $2 AND chunk = $3`,
    [incidentId, workOf(dealsPerChunk), chunk, dealsPerChunk, chunk * dealsPerChunk],
  );
  return rows[0] ?? null;
}

async function readRecomputation(db: Queryable, incidentId: string): Promise<Recomputation | null> {
  const { rows } = await db.query<Recomputation>(
    `SELECT i.basis, s.summary, s.impact_digest AS "impactDigest"
     FROM scans s JOIN incidents i USING (incident_id) WHERE incident_id = $1`,
    [incidentId],
  );
  return rows[0] ?? null;
}

/** Differs from what should be, on the basis the incident stands on. */
const wrongOnBasis = `w.recorded_minor <> CASE i.basis WHEN 'asRecorded'
  THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END`;

async function affected(
  db: Queryable,
  { incidentId, column }: { incidentId: string; column: 'deal_id' | 'investor_id' },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT w.${column} AS id FROM impacts w JOIN incidents i USING (incident_id)
     WHERE incident_id = $1 AND ${wrongOnBasis} ORDER BY id`,
    [incidentId],
  );
  return rows.map(({ id }) => id);
}

type ImpactRow = {
  closedOn: string;
  deal: string;
  investor: string;
  currency: string;
  recorded: string;
  asRecorded: string;
  asShouldHaveBeen: string;
};

async function* impactRows(
  pool: Pool,
  { incidentId, deal }: { incidentId: string; deal?: string },
): AsyncGenerator<ImpactLine> {
  for (let after: ImpactRow | undefined; ;) {
    const key = [after?.closedOn ?? '-infinity', after?.deal ?? '', after?.investor ?? ''];
    const { rows } = await pool.query<ImpactRow>(
      `SELECT d.closed_on AS "closedOn", w.deal_id AS deal, w.investor_id AS investor, w.currency,
         w.recorded_minor AS recorded, w.as_recorded_minor AS "asRecorded",
         w.as_should_have_been_minor AS "asShouldHaveBeen"
       FROM impacts w JOIN scans s USING (incident_id)
       JOIN deals d ON d.snapshot_id = s.snapshot_id AND d.deal_id = w.deal_id
       WHERE w.incident_id = $1 AND ($2::text IS NULL OR w.deal_id = $2)
         AND (d.closed_on, w.deal_id, w.investor_id) > ($3::date, $4, $5)
       ORDER BY d.closed_on, w.deal_id, w.investor_id LIMIT ${rowsPerPage}`,
      [incidentId, deal ?? null, ...key],
    );
    for (const row of rows) yield toLine(row);
    after = rows.at(-1);
    if (after === undefined || rows.length < rowsPerPage) return;
  }
}

function toLine({ deal, investor, currency, ...minor }: ImpactRow): ImpactLine {
  const [recorded, asRecorded, asShouldHaveBeen] = [
    BigInt(minor.recorded),
    BigInt(minor.asRecorded),
    BigInt(minor.asShouldHaveBeen),
  ];
  const show = (amount: bigint) => formatMinor(amount, currency);
  return {
    deal,
    investor,
    currency,
    recorded: show(recorded),
    shouldBe: { asRecorded: show(asRecorded), asShouldHaveBeen: show(asShouldHaveBeen) },
    delta: {
      asRecorded: show(recorded - asRecorded),
      asShouldHaveBeen: show(recorded - asShouldHaveBeen),
    },
  };
}
