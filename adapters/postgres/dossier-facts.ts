import type { CaseFile, CaseRow, DossierFacts } from '../../templates/case-file';
import { formatMinor } from '../../domain/money';
import { readOptions } from './options';
import type { Queryable } from './pool';
import { readAgreed, readDiffers } from './second-opinion';
import { readExcerpt, readWrong } from './wrong-deals';

const rowsMax = 120;
const dealsMax = 50;

/** What a dossier says beyond the case: people and money, options, what nobody knows yet. */
export async function dossierFacts(db: Queryable, file: CaseFile): Promise<DossierFacts> {
  const { incidentId } = file.incident;
  return {
    ...file,
    ...(await readRows(db, incidentId)),
    ...(await readWrong(db, incidentId)),
    secondOpinion: await readSecond(db, incidentId),
    excerpt: await readExcerpt(db, incidentId),
    reported: await readReported(db, incidentId),
    unreported: await readUnreported(db, incidentId),
    deals: await readDeals(db, incidentId),
    options: await readOptions(db, { incidentId }),
    unknownFacts: await readUnknown(db, incidentId),
    frozen: await readFreeze(db, incidentId),
  };
}

type Row = Omit<CaseRow, 'recorded' | 'asRecorded' | 'asShouldHaveBeen'> &
  Record<'recorded' | 'asRecorded' | 'asShould', string> & { total: number };

async function readRows(
  db: Queryable,
  incidentId: string,
): Promise<Pick<DossierFacts, 'rows' | 'rowCount'>> {
  // The largest differences first, and the whole deal's rows together below that.
  const { rows } = await db.query<Row>(
    `SELECT * FROM (SELECT deal_id AS deal, investor_id AS investor, currency,
         recorded_minor::text AS recorded, as_recorded_minor::text AS "asRecorded",
         as_should_have_been_minor::text AS "asShould", (count(*) OVER ())::int AS total,
         greatest(abs(recorded_minor - as_recorded_minor),
           abs(recorded_minor - as_should_have_been_minor)) AS weight
       FROM impacts WHERE incident_id = $1
       ORDER BY weight DESC, deal_id, investor_id LIMIT $2) largest
     ORDER BY deal, weight DESC, investor`,
    [incidentId, rowsMax],
  );
  return {
    rowCount: rows[0]?.total ?? 0,
    rows: rows.map(({ deal, investor, currency, recorded, asRecorded, asShould }) => {
      const text = (minor: string) => formatMinor(BigInt(minor), currency);
      return {
        deal,
        investor,
        currency,
        recorded: text(recorded),
        asRecorded: text(asRecorded),
        asShouldHaveBeen: text(asShould),
      };
    }),
  };
}

const found = `CASE WHEN bool_or(w.recorded_minor <> w.as_recorded_minor)
  THEN 'wrong' ELSE 'moved' END`;

async function readReported(db: Queryable, incidentId: string): Promise<DossierFacts['reported']> {
  const { rows } = await db.query<DossierFacts['reported'][number]>(
    `SELECT r.deal, CASE WHEN count(d.deal_id) = 0 THEN 'not-on-file'
       WHEN count(w.deal_id) = 0 THEN 'right' ELSE ${found} END AS found
     FROM incidents i CROSS JOIN unnest(i.reported_deals) WITH ORDINALITY AS r (deal, place)
     LEFT JOIN deals d ON d.snapshot_id = i.snapshot_id AND d.deal_id = r.deal
     LEFT JOIN impacts w ON w.incident_id = i.incident_id AND w.deal_id = d.deal_id
     WHERE i.incident_id = $1 GROUP BY r.deal, r.place ORDER BY r.place`,
    [incidentId],
  );
  return rows;
}

async function readUnreported(
  db: Queryable,
  incidentId: string,
): Promise<DossierFacts['unreported']> {
  const { rows } = await db.query<{ deal: string; found: 'wrong' | 'moved'; count: number }>(
    `SELECT w.deal_id AS deal, ${found} AS found, (count(*) OVER ())::integer AS count
     FROM impacts w JOIN incidents i USING (incident_id)
     JOIN deals d ON d.snapshot_id = i.snapshot_id AND d.deal_id = w.deal_id
     WHERE w.incident_id = $1 AND NOT w.deal_id = ANY (i.reported_deals)
     GROUP BY w.deal_id, d.closed_on ORDER BY d.closed_on, w.deal_id LIMIT $2`,
    [incidentId, dealsMax],
  );
  const deals = rows.map(({ deal, found: is }) => ({ deal, found: is }));
  return { count: rows[0]?.count ?? 0, deals };
}

async function readSecond(
  db: Queryable,
  incidentId: string,
): Promise<DossierFacts['secondOpinion']> {
  const agreed = await readAgreed(db, incidentId);
  if (agreed !== null) {
    return { state: 'agrees', deals: agreed.deals, commitments: agreed.commitments };
  }
  return { state: (await readDiffers(db, incidentId)) ? 'differs' : 'asked' };
}

async function readDeals(db: Queryable, incidentId: string): Promise<DossierFacts['deals']> {
  const { rows } = await db.query<DossierFacts['deals'][number]>(
    `SELECT d.deal_id AS deal, d.name, d.company, d.closed_on AS "closedOn",
       d.facts || coalesce((SELECT jsonb_object_agg(name, value) FROM (
         SELECT DISTINCT ON (name) name, value FROM facts f WHERE f.incident_id = $1
           AND subject_kind = 'deal' AND subject_id = d.deal_id
         ORDER BY name, fact_id DESC) latest), '{}') AS facts
     FROM incidents i JOIN deals d USING (snapshot_id)
     WHERE i.incident_id = $1 AND d.deal_id IN (
       SELECT deal_id FROM impacts w WHERE w.incident_id = $1 AND w.recorded_minor <>
         CASE i.basis WHEN 'asRecorded' THEN as_recorded_minor ELSE as_should_have_been_minor END)
     ORDER BY d.closed_on, d.deal_id`,
    [incidentId],
  );
  return rows;
}

async function readUnknown(
  db: Queryable,
  incidentId: string,
): Promise<DossierFacts['unknownFacts']> {
  const { rows } = await db.query<DossierFacts['unknownFacts'][number]>(
    `SELECT wait_id AS id, coalesce(role, '') AS role, coalesce(question, '') AS question
     FROM waits WHERE incident_id = $1 AND waiting_for = 'fact' AND over_at IS NULL
     ORDER BY wait_id`,
    [incidentId],
  );
  return rows;
}

async function readFreeze(db: Queryable, incidentId: string): Promise<DossierFacts['frozen']> {
  const { rows } = await db.query<{ since: Date | null; state: string }>(
    `SELECT held_at AS since, state FROM holds WHERE incident_id = $1 AND kind = 'service'`,
    [incidentId],
  );
  const [hold] = rows;
  return { since: hold?.since?.toISOString() ?? null, state: hold?.state ?? 'not asked for' };
}
