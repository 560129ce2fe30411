import type { Pool } from 'pg';
import type { ClockReading, Clocks } from '../../activities/ports/clocks';
import { policyPack, type PolicyPack } from '../../contracts/pack';
import { parseCivil } from '../../domain/calendar';
import { dateIn, type Told } from '../../domain/clock-moments';
import { clocksOf, type Clock, type ClockFacts, type ClockSources } from '../../domain/clocks';
import { known, type Claims } from '../../domain/form-answers';
import type { TeamAnswers } from '../../domain/said-clocks';
import { clockBookOf } from '../../policies/clock-book';
import { businessCalendars } from '../../policies/holiday-calendars';
import { hoursOfPack } from '../../policies/pack-hours';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { affectedSql, answersSql, givenSql } from './severity-facts';

const namedMax = 50;

/** The clocks of incidents, worked out of what is in Postgres each time somebody asks. */
export function postgresClocks(pool: Pool): Clocks {
  return {
    read: (incidentId) => readReading(pool, incidentId),
    note: (given) => inTransaction(pool, (tx) => note(tx, given)),
    keepTold: (given) => inTransaction(pool, (tx) => keepTold(tx, given)),
  };
}

type Row = {
  pack: unknown;
  openedAt: Date;
  firstKnownAt: Date | null;
  /** The teams' newest answers. */
  teams: TeamAnswers[];
  closed: boolean;
  facts: ClockFacts;
};

async function readHead(db: Queryable, incidentId: string) {
  const { rows } = await db.query<Row>(
    `WITH ${givenSql}, ${answersSql}
     SELECT pack_snapshot AS pack, opened_at AS "openedAt", first_known_at AS "firstKnownAt",
       (SELECT coalesce(json_agg(json_build_object('team', team, 'answers', body) ORDER BY team),
         '[]') FROM latest) AS teams,
       closed_at IS NOT NULL AS closed,
       coalesce((SELECT facts FROM given WHERE subject_kind = 'incident'), '{}') AS facts
     FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  const [row] = rows;
  return row && { ...row, pack: policyPack.parse(row.pack) };
}

async function readReading(db: Queryable, incidentId: string): Promise<ClockReading | null> {
  const head = await readHead(db, incidentId);
  if (head === undefined) return null;
  const { rows: told } = await db.query<Told & { round: number }>(
    `SELECT clock_id AS clock, nullif(deal_id, '') AS deal, due_on::text AS "dueOn", told, round
     FROM clock_tellings WHERE incident_id = $1`,
    [incidentId],
  );
  return {
    clocks: await readClocks(db, incidentId),
    told,
    hours: hoursOfPack(head.pack),
    closed: head.closed,
    round: told.reduce((most, { round }) => Math.max(most, round), 0) + 1,
  };
}

/** Every clock that runs for an incident by what is on file now; none where nobody was harmed. */
export async function readClocks(db: Queryable, incidentId: string): Promise<Clock[]> {
  const head = await readHead(db, incidentId);
  if (head === undefined) return [];
  const { scanned, deals } = await readDeals(db, incidentId);
  if (scanned && deals.length === 0) return [];
  const { pack, teams } = head;
  const sources = { pack, teams, incident: incidentDates(head), deals };
  return clocksOf(sourcesOf({ ...sources, met: await readMet(db, incidentId) }));
}

type Gathered = Pick<ClockSources, 'incident' | 'deals' | 'teams' | 'met'> & { pack: PolicyPack };

function sourcesOf({ pack, ...gathered }: Gathered): ClockSources {
  return {
    ...gathered,
    book: clockBookOf(pack),
    home: pack.regime.value,
    pack: pack.name,
    calendars: businessCalendars(),
  };
}

/** It was known when the first says so who has looked; a fact that was signed says otherwise. */
function incidentDates(head: Omit<Row, 'pack'> & { pack: PolicyPack }): ClockFacts {
  const { openedAt, firstKnownAt, teams, facts, pack } = head;
  const dateOf = (instant: Date) => dateIn(hoursOfPack(pack), instant.toISOString());
  const said = teams.map(({ answers }) => known((answers as Claims).firstKnown)?.on ?? '');
  const days = firstKnownAt === null ? said : [...said, dateOf(firstKnownAt)];
  const [first] = days.filter((day) => parseCivil(day) !== undefined).sort();
  const earliest = first === undefined ? {} : { known_on: first };
  return { opened_on: dateOf(openedAt), ...earliest, ...facts };
}

/** The wrong deals once they are known, until then those that were reported. */
async function readDeals(db: Queryable, incidentId: string) {
  type Deal = { scanned: boolean; deal: string | null; facts: ClockFacts };
  const { rows } = await db.query<Deal>(
    `WITH ${affectedSql}, ${givenSql},
     incident AS (SELECT i.*, EXISTS (SELECT FROM scans s WHERE s.incident_id = i.incident_id)
       AS scanned FROM incidents i WHERE incident_id = $1),
     wanted AS (
       SELECT DISTINCT deal_id FROM affected
       UNION SELECT unnest(reported_deals) FROM incident WHERE NOT scanned)
     SELECT i.scanned, w.deal_id AS deal,
       coalesce(d.facts, '{}') || jsonb_strip_nulls(jsonb_build_object('closed_on', d.closed_on))
         || coalesce(g.facts, '{}') AS facts
     FROM incident i LEFT JOIN wanted w ON true
       LEFT JOIN deals d ON d.snapshot_id = i.snapshot_id AND d.deal_id = w.deal_id
       LEFT JOIN given g ON g.subject_kind = 'deal' AND g.subject_id = w.deal_id
     ORDER BY w.deal_id COLLATE "C"`,
    [incidentId],
  );
  const deals = rows.flatMap(({ deal, facts }) => (deal === null ? [] : [{ deal, facts }]));
  return { scanned: rows[0]?.scanned ?? false, deals };
}

async function readMet(db: Queryable, incidentId: string): Promise<ClockSources['met']> {
  const { rows } = await db.query<{ clock: string; deal: string | null; on: string }>(
    `SELECT DISTINCT ON (clock_id, deal_id) clock_id AS clock, nullif(deal_id, '') AS deal,
       met_on::text AS on FROM clocks_met WHERE incident_id = $1
     ORDER BY clock_id, deal_id, given_at DESC, jti`,
    [incidentId],
  );
  return rows;
}

async function note(
  tx: Queryable,
  { incidentId, at, clocks }: Parameters<Clocks['note']>[0],
): Promise<void> {
  const listed = clocks.map(({ clock, deal, startsOn, dueOn, warnOn, assumed, metOn }) => {
    return { clock, deal, startsOn, dueOn, warnOn, assumed, metOn };
  });
  const digest = digestOf(listed);
  const { rows } = await tx.query<{ digest: string }>(
    `SELECT entry::jsonb #>> '{body,digest}' AS digest FROM evidence
     WHERE chain = $1 AND kind = 'clocks' ORDER BY seq DESC LIMIT 1`,
    [incidentId],
  );
  if (rows[0]?.digest === digest || (rows.length === 0 && listed.length === 0)) return;
  const body = { digest, running: listed.length, next: listed.slice(0, namedMax) };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'clocks', body });
}

async function keepTold(
  tx: Queryable,
  { incidentId, at, round, said }: Parameters<Clocks['keepTold']>[0],
): Promise<void> {
  const rows = said.map(({ clock: { clock, deal, dueOn }, told }) => ({
    clock,
    deal,
    dueOn,
    told,
  }));
  const { rowCount } = await tx.query(
    `INSERT INTO clock_tellings (incident_id, clock_id, deal_id, due_on, told, round, told_at)
     SELECT $1, r.clock, coalesce(r.deal, ''), r."dueOn", r.told, $2, $3
     FROM jsonb_to_recordset($4::jsonb) AS r (clock text, deal text, "dueOn" date, told text)
     ON CONFLICT DO NOTHING`,
    [incidentId, round, at, JSON.stringify(rows)],
  );
  if (rowCount === 0) return;
  const body = { round, count: rows.length, digest: digestOf(rows), said: rows.slice(0, namedMax) };
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'clocks-told', body };
  await appendEvidence(tx, entry);
}
