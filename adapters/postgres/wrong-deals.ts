import type { DossierFacts } from '../../templates/case-file';
import { formatMinor } from '../../domain/money';
import type { Queryable } from './pool';

type Sums = Record<'over' | 'under' | 'overShould' | 'underShould', string>;
type Row = Sums & { deal: string; closedOn: string; currency: string; people: number };

const sideOf = (right: string, over: boolean) => {
  const delta = over ? `recorded_minor - ${right}` : `${right} - recorded_minor`;
  return `coalesce(sum(greatest(${delta}, 0)), 0)::text`;
};
const [recorded, should] = ['as_recorded_minor', 'as_should_have_been_minor'];

/** What each wrong deal comes to on either basis, oldest first, and how many people it hurt. */
export async function readWrong(
  db: Queryable,
  incidentId: string,
): Promise<Pick<DossierFacts, 'wrong' | 'people'>> {
  const { rows } = await db.query<Row>(
    `SELECT w.deal_id AS deal, d.closed_on AS "closedOn", w.currency, count(*)::integer AS people,
       ${sideOf(recorded, true)} AS over, ${sideOf(recorded, false)} AS under,
       ${sideOf(should, true)} AS "overShould", ${sideOf(should, false)} AS "underShould"
     FROM impacts w JOIN incidents i USING (incident_id)
     JOIN deals d ON d.snapshot_id = i.snapshot_id AND d.deal_id = w.deal_id
     WHERE w.incident_id = $1 AND (recorded_minor <> ${recorded} OR recorded_minor <> ${should})
     GROUP BY w.deal_id, d.closed_on, w.currency ORDER BY d.closed_on, w.deal_id`,
    [incidentId],
  );
  const wrong = rows.map(({ over, under, overShould, underShould, ...row }) => {
    const text = (minor: string) => formatMinor(BigInt(minor), row.currency);
    return {
      ...row,
      over: { asRecorded: text(over), asShouldHaveBeen: text(overShould) },
      under: { asRecorded: text(under), asShouldHaveBeen: text(underShould) },
    };
  });
  return { wrong, people: await readPeople(db, incidentId) };
}

async function readPeople(db: Queryable, incidentId: string): Promise<DossierFacts['people']> {
  const count = (condition: string) =>
    `count(DISTINCT investor_id) FILTER (WHERE recorded_minor ${condition})::integer`;
  const { rows } = await db.query<{ people: DossierFacts['people'] }>(
    `SELECT jsonb_build_object(
       'asRecorded', jsonb_build_object(
         'over', ${count(`> ${recorded}`)}, 'under', ${count(`< ${recorded}`)}),
       'asShouldHaveBeen', jsonb_build_object(
         'over', ${count(`> ${should}`)}, 'under', ${count(`< ${should}`)})) AS people
     FROM impacts WHERE incident_id = $1`,
    [incidentId],
  );
  const none = { over: 0, under: 0 };
  return rows[0]?.people ?? { asRecorded: none, asShouldHaveBeen: none };
}

const telling = [
  ...['opened', 'first-known', 'taken', 'severity', 'frozen', 'imported', 'scanned'],
  ...['recomputed', 'second-opinion', 'form-opened', 'answered', 'plan-drafted'],
];

/** When each step that found something out was first recorded: what comes later changes nothing. */
export async function readExcerpt(
  db: Queryable,
  incidentId: string,
): Promise<DossierFacts['excerpt']> {
  const { rows } = await db.query<{
    seq: number;
    at: Date;
    actor: string;
    kind: string;
    hash: string;
  }>(
    `SELECT seq::integer, at, actor, kind, hash FROM (
       SELECT DISTINCT ON (kind) * FROM evidence WHERE chain = $1 AND kind = ANY ($2)
       ORDER BY kind, seq) first ORDER BY seq`,
    [incidentId, telling],
  );
  return rows.map(({ at, ...entry }) => ({ ...entry, at: at.toISOString() }));
}
