import type { Pool } from 'pg';
import type {
  IncidentLine,
  IncidentStatus,
  StatusReader,
  Waiting,
} from '../../activities/ports/status';
import type { Stage } from '../../contracts/workflow-ids';
import { sortedClocks, type Clock } from '../../domain/clocks';
import { readGateViews } from './gate-view';
import { haltOf } from './halts';
import { inTransaction, type Queryable } from './pool';
import { readRefusals } from './refusals';
import { readFigures } from './status-figures';
import { updateGivenAt } from './updates';
import { readClocks } from './clocks';
import { loweredSql } from './severities';
import { readSizing } from './sizings';

/** How incidents stand, from Postgres alone: it answers with every worker dead. */
export function postgresStatus(pool: Pool): StatusReader {
  return {
    read: (incidentId) => readStatus(pool, incidentId),
    clocks: (incidentId) => readClocks(pool, incidentId),
    list: () => listIncidents(pool),
  };
}

type Row = {
  summary: string;
  openedBy: string;
  openedAt: Date;
  takenBy: string | null;
  closedAt: Date | null;
  severity: string | null;
  severityReasons: IncidentStatus['severityReasons'];
  severityLowered: IncidentStatus['severityLowered'];
  stage: Stage;
  stageSince: Date;
  drill: boolean;
  hold: {
    state: keyof typeof freezeStates;
    since: string | null;
    verifiedAt: string | null;
  } | null;
  fix: { state: IncidentStatus['fix']['state']; rule: string } | null;
  plan: { version: number; digest: string } | null;
  needsFix: boolean;
  nextUpdateDueAt: Date | null;
};

/** How an incident stands, without what is worked out of it. */
type Standing = Omit<IncidentStatus, 'sizing' | 'clocks'>;

/** How an incident stands, all figures of one moment; undefined when there is none of that id. */
export async function readStatus(
  pool: Pool,
  incidentId: string,
): Promise<IncidentStatus | undefined> {
  return atOneMoment(pool, async (tx) => {
    const standing = await standingOf(tx, incidentId);
    if (standing === undefined) return undefined;
    const sizing = await readSizing(tx, incidentId);
    const clocks = countedClocks(await readClocks(tx, incidentId));
    return { ...standing, sizing, clocks };
  });
}

/** As much of `readStatus` as a board redraws at every change. */
export async function readStanding(pool: Pool, incidentId: string): Promise<Standing | undefined> {
  return atOneMoment(pool, (tx) => standingOf(tx, incidentId));
}

function atOneMoment<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    return work(tx);
  });
}

async function standingOf(tx: Queryable, incidentId: string): Promise<Standing | undefined> {
  const { rows } = await tx.query<Row>(headSql, [incidentId]);
  const [row] = rows;
  const figures = await readFigures(tx, incidentId);
  if (row === undefined || figures === undefined) return undefined;
  const { hold, fix, plan, needsFix: _, ...head } = row;
  return {
    incident: incidentId,
    ...head,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    stageSince: row.stageSince.toISOString(),
    halt: row.closedAt === null ? await haltOf(tx, incidentId) : null,
    waitingFor: await readWaiting(tx, { incidentId, row }),
    freeze: freezeOf(hold),
    fix: fix ?? { state: 'none', rule: null },
    plan: plan ?? { version: null, digest: null },
    ...figures,
    lastRefusals: await readRefusals(tx, { incidentId, limit: refusalsShown }),
    nextUpdateDueAt: row.nextUpdateDueAt?.toISOString() ?? null,
  };
}

const refusalsShown = 5;
const soonestMax = 20;

function countedClocks(clocks: readonly Clock[]): IncidentStatus['clocks'] {
  const { past, coming, met } = sortedClocks(clocks, new Date().toISOString().slice(0, 10));
  const open = clocks.filter(({ metOn }) => metOn === null);
  return {
    running: past.length + coming.length,
    past: past.length,
    met: met.length,
    assumed: open.filter(({ assumed }) => assumed).length,
    undated: open.filter(({ dueOn }) => dueOn === null).length,
    soonest: open.slice(0, soonestMax),
  };
}

const freezeStates = {
  asked: 'asked',
  held: 'frozen',
  lapsed: 'lapsed',
  lifting: 'lifting',
  lifted: 'lifted',
} as const;

function freezeOf(hold: Row['hold']): IncidentStatus['freeze'] {
  if (hold === null) return { state: 'not-asked', since: null, verifiedAt: null };
  const instant = (text: string | null) => (text === null ? null : new Date(text).toISOString());
  const state = freezeStates[hold.state];
  return { state, since: instant(hold.since), verifiedAt: instant(hold.verifiedAt) };
}

type WaitRow = Omit<Waiting, 'since' | 'deadlineAt'> & { since: Date; deadlineAt: Date | null };

/**
 * Gates as they stand by their votes; then what steps asked for; then what nobody has said. Once
 * the incident is closed, what has come up since.
 */
async function readWaiting(
  db: Queryable,
  { incidentId, row }: { incidentId: string; row: Row },
): Promise<Waiting[]> {
  const { rows } = await db.query<WaitRow>(
    `SELECT waiting_for AS "for", wait_id AS id, role, since, question, deadline_at AS "deadlineAt"
     FROM waits WHERE incident_id = $1 AND over_at IS NULL AND waiting_for <> 'gate'
     ORDER BY since, waiting_for, wait_id COLLATE "C"`,
    [incidentId],
  );
  const waits = rows.map((wait) => ({
    ...wait,
    since: wait.since.toISOString(),
    deadlineAt: wait.deadlineAt?.toISOString() ?? null,
  }));
  if (row.closedAt !== null) return waits;
  const asked = new Set(waits.map((wait) => wait.for));
  const unsaid = impliedBy(row).filter((wait) => !asked.has(wait.for));
  const all = [...(await openGates(db, incidentId)), ...waits, ...unsaid];
  return all.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

async function openGates(db: Queryable, incidentId: string): Promise<Waiting[]> {
  const views = await readGateViews(db, incidentId);
  return views
    .filter(({ state }) => state === 'open')
    .map((view) => ({
      for: 'gate',
      id: view.gateId,
      role: view.missing.join(', ') || null,
      since: view.openedAt,
      question: null,
      deadlineAt: view.expiresAt,
      gate: view.gateId,
      digest: view.subject,
      votes: view.votes.map(({ person, role, decision }) => ({ person, role, decision })),
      missing: view.missing,
      nextReminderAt: view.nextReminderAt ?? null,
      expiresAt: view.expiresAt,
    }));
}

/** Nobody has it yet; nobody has proposed a fix yet. */
function impliedBy({ takenBy, openedAt, needsFix, stageSince }: Row): Waiting[] {
  const of = { deadlineAt: null };
  const take: Waiting = {
    ...{ for: 'take', id: 'take', role: 'on-call', since: openedAt.toISOString(), ...of },
    question: 'Who has it?',
  };
  const fix: Waiting = {
    ...{ for: 'fix', id: 'fix', role: 'on-call or engineering', ...of },
    since: stageSince.toISOString(),
    question: 'Which rule goes live next? See ./makewhole diagnose.',
  };
  return [...(takenBy === null ? [take] : []), ...(needsFix ? [fix] : [])];
}

async function listIncidents(pool: Pool): Promise<IncidentLine[]> {
  const { rows } = await pool.query<
    Omit<IncidentLine, 'openedAt' | 'closedAt'> & { openedAt: Date; closedAt: Date | null }
  >(
    `SELECT incident_id AS incident, summary, severity, stage, drill, opened_at AS "openedAt",
       closed_at AS "closedAt", (SELECT count(*)::int FROM waits w
         WHERE w.incident_id = i.incident_id AND over_at IS NULL) AS "waitingFor"
     FROM incidents i ORDER BY number DESC`,
  );
  return rows.map(({ openedAt, closedAt, ...line }) => ({
    ...line,
    openedAt: openedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  }));
}

/** An update is due a while after stakeholders last heard something new. */
const nextUpdate = `
  CASE WHEN i.closed_at IS NULL THEN ${updateGivenAt}
    + make_interval(secs => (i.pack_snapshot #>> '{nextUpdateEvery,value}')::float8) END`;

const headSql = `
SELECT i.summary, i.opened_by AS "openedBy", i.opened_at AS "openedAt", i.taken_by AS "takenBy",
  i.closed_at AS "closedAt", i.severity, i.severity_reasons AS "severityReasons",
  (${loweredSql}) AS "severityLowered",
  i.stage, i.stage_since AS "stageSince", i.drill,
  (SELECT json_build_object('state', state, 'verifiedAt', verified_at, 'since', CASE state
      WHEN 'held' THEN held_at WHEN 'lifted' THEN lifted_at ELSE asked_at END)
    FROM holds h WHERE h.incident_id = i.incident_id AND kind = 'service') AS hold,
  (SELECT json_build_object('state', state, 'rule', rule) FROM fixes f
    WHERE f.incident_id = i.incident_id ORDER BY attempt DESC LIMIT 1) AS fix,
  (SELECT json_build_object('version', version, 'digest', digest) FROM plans p
    WHERE p.incident_id = i.incident_id ORDER BY version DESC LIMIT 1) AS plan,
  EXISTS (SELECT FROM impacts w WHERE w.incident_id = i.incident_id
      AND recorded_minor <> CASE i.basis WHEN 'asRecorded' THEN as_recorded_minor
        ELSE as_should_have_been_minor END)
    AND NOT EXISTS (SELECT FROM holds h WHERE h.incident_id = i.incident_id
      AND kind = 'service' AND state = 'lifted')
    AND NOT EXISTS (SELECT FROM fixes f WHERE f.incident_id = i.incident_id
      AND state NOT IN ('failed', 'rejected')) AS "needsFix",
  ${nextUpdate} AS "nextUpdateDueAt"
FROM incidents i WHERE i.incident_id = $1`;
