import type { Pool } from 'pg';
import type { Impacts } from '../../activities/ports/impacts';
import { impactLine, type ImpactLine } from '../../domain/scan';
import { progressOf, saveChecked, wrongDeals } from './impact-chunks';
import { concludeRecomputation, readRecomputation, readRecomputed } from './impact-progress';
import { saveRecomputed } from './impact-recomputation';
import { inTransaction, type Queryable } from './pool';

const rowsPerPage = 2_000;

/** What was found wrong, in Postgres. */
export function postgresImpacts(pool: Pool): Impacts {
  return {
    async checked(incidentId) {
      const progress = await progressOf(pool, { incidentId, work: 'check' });
      return { ...progress, wrong: await wrongDeals(pool, incidentId) };
    },
    saveChecked: (given) => inTransaction(pool, (tx) => saveChecked(tx, given)),
    recomputation: (incidentId) => readRecomputation(pool, incidentId),
    recomputed: (of) => inTransaction(pool, (tx) => readRecomputed(tx, of)),
    saveRecomputed: (given) => inTransaction(pool, (tx) => saveRecomputed(tx, given)),
    concludeRecomputation: (given) => inTransaction(pool, (tx) => concludeRecomputation(tx, given)),
    summary: async (incidentId) => (await readRecomputation(pool, incidentId))?.summary ?? null,
    rows: (of) => impactRows(pool, of),
    affectedDeals: (incidentId) => affected(pool, { incidentId, column: 'deal_id' }),
    affectedInvestors: (incidentId) => affected(pool, { incidentId, column: 'investor_id' }),
  };
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

const toLine = ({ recorded, asRecorded, asShouldHaveBeen, ...row }: ImpactRow): ImpactLine =>
  impactLine({
    ...{ ...row, recorded: BigInt(recorded) },
    ...{ asRecorded: BigInt(asRecorded), asShouldHaveBeen: BigInt(asShouldHaveBeen) },
  });
