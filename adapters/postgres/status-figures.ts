import type { FormsStanding, StandingContradiction } from '../../activities/ports/forms';
import type { IncidentStatus, Sums } from '../../activities/ports/status';
import { formatMinor } from '../../domain/money';
import { readFormsStanding } from './form-standing';
import type { Queryable } from './pool';

type Minor = Record<string, string> | null;
type Counted = Record<string, number> | null;

type Row = {
  dealsScanned: number | null;
  dealsAffected: number;
  investorsAffected: number;
  dealsHeld: number;
  payments: Counted;
  invoices: Counted;
  transfers: Counted;
  letters: Record<string, Record<string, number>> | null;
  refusals: number;
  evidence: number;
  over: Minor;
  under: Minor;
  plannedOut: Minor;
  plannedIn: Minor;
  movedOut: Minor;
  movedIn: Minor;
  movedUnits: Minor;
};

/** People, rows and money of an incident. */
export type Figures = Pick<IncidentStatus, 'counts' | 'totals'>;

/** Reads the figures of an incident in one statement, so that they are of one moment. */
export async function readFigures(db: Queryable, incidentId: string): Promise<Figures | undefined> {
  const { rows } = await db.query<Row>(figuresSql, [incidentId]);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { dealsScanned, dealsAffected, investorsAffected, dealsHeld, refusals, evidence } = row;
  const totals = {
    over: sums(row.over),
    under: sums(row.under),
    planned: { out: sums(row.plannedOut), in: sums(row.plannedIn) },
    moved: { out: sums(row.movedOut), in: sums(row.movedIn), units: sums(row.movedUnits) },
  };
  return {
    counts: {
      ...{ dealsScanned, dealsAffected, investorsAffected, dealsHeld },
      payments: row.payments ?? {},
      invoices: row.invoices ?? {},
      transfers: row.transfers ?? {},
      letters: row.letters ?? {},
      ...countForms(await readFormsStanding(db, incidentId)),
      ...{ refusals, evidence },
    },
    totals,
  };
}

function countForms({ forms, contradictions }: FormsStanding) {
  const newest = forms.flatMap(({ answers }) => answers.at(-1) ?? []);
  const late = newest.filter((answer) => answer.late).length;
  const of = (state: StandingContradiction['state']) =>
    contradictions.filter((each) => each.state === state).length;
  return {
    forms: { asked: forms.length, answered: newest.length, late },
    contradictions: { open: of('open'), explained: of('explained'), changed: of('changed') },
  };
}

function sums(minor: Minor): Sums {
  const entries = Object.entries(minor ?? {});
  return Object.fromEntries(
    entries.map(([currency, amount]) => [currency, formatMinor(BigInt(amount), currency)]),
  );
}

const sumOf = (rows: string) =>
  `(SELECT json_object_agg(currency, minor::text ORDER BY currency) FROM (${rows}) AS sums)`;

const countOf = (table: string) => `(SELECT json_object_agg(state, n ORDER BY state)
  FROM (SELECT state, count(*)::int AS n
    FROM ${table} WHERE incident_id = $1 GROUP BY state) AS c)`;

const affected = (sign: '' | '-') =>
  sumOf(`SELECT currency, sum(greatest(${sign}delta, 0)) AS minor FROM affected GROUP BY currency`);

/** Booked rows keep counting when a newer plan no longer lists them. */
const planned = (booked: string, legs: string) =>
  sumOf(`SELECT currency, sum(amount_minor) AS minor FROM (
    SELECT DISTINCT ON (deal_id, investor_id, leg, sequence) currency, amount_minor FROM (
      SELECT 0 AS rank, deal_id, investor_id, leg, sequence, currency, amount_minor FROM ${booked}
      UNION ALL
      SELECT 1, deal_id, investor_id, leg, sequence, currency, amount_minor FROM newest
      WHERE leg IN (${legs})) AS each
    ORDER BY deal_id, investor_id, leg, sequence, rank) AS line GROUP BY currency`);

const ofIncident = (rows: string) => `(SELECT * FROM ${rows} WHERE incident_id = $1) AS booked`;
const calls = `(SELECT *, 'call' AS leg FROM invoices WHERE incident_id = $1) AS booked`;

// Sums travel as text: JSON has no bigint.
const figuresSql = `
WITH affected AS (
  SELECT * FROM (
    SELECT deal_id, investor_id, currency, recorded_minor - CASE basis
      WHEN 'asRecorded' THEN as_recorded_minor ELSE as_should_have_been_minor END AS delta
    FROM impacts JOIN scans USING (incident_id) JOIN incidents USING (incident_id)
    WHERE incident_id = $1) AS wrong
  WHERE delta <> 0
), newest AS (
  SELECT * FROM plan_lines WHERE incident_id = $1 AND branch = 'always' AND version =
    (SELECT max(version) FROM plans WHERE incident_id = $1)
)
SELECT (SELECT s.deal_count FROM scans JOIN snapshots s USING (snapshot_id)
    WHERE incident_id = $1) AS "dealsScanned",
  (SELECT count(DISTINCT deal_id)::int FROM affected) AS "dealsAffected",
  (SELECT count(DISTINCT investor_id)::int FROM affected) AS "investorsAffected",
  (SELECT count(*)::int FROM holds WHERE incident_id = $1 AND kind = 'deal'
    AND state IN ('held', 'lifting')) AS "dealsHeld",
  ${countOf('payments')} AS payments,
  ${countOf('invoices')} AS invoices,
  ${countOf('unit_transfers')} AS transfers,
  (SELECT json_object_agg(stage, states ORDER BY stage) FROM (
    SELECT stage, json_object_agg(state, n ORDER BY state) AS states FROM (
      SELECT stage, state, count(*)::int AS n FROM letters WHERE incident_id = $1
      GROUP BY stage, state) AS each GROUP BY stage) AS stages) AS letters,
  (SELECT count(*)::int FROM evidence WHERE chain = $1 AND kind = 'refusal') AS refusals,
  (SELECT count(*)::int FROM evidence WHERE chain = $1) AS evidence,
  ${affected('')} AS over,
  ${affected('-')} AS under,
  ${planned(
    ofIncident('payments'),
    `'compensation', 'interest', 'refund', 'repurchase', 'residue'`,
  )} AS "plannedOut",
  ${planned(calls, `'call'`)} AS "plannedIn",
  ${sumOf(`SELECT currency, sum(amount_minor) AS minor FROM payments
    WHERE incident_id = $1 AND state = 'settled' GROUP BY currency`)} AS "movedOut",
  ${sumOf(`SELECT currency, sum(amount_minor) AS minor FROM receipts
    WHERE incident_id = $1 AND invoice_key IS NOT NULL GROUP BY currency`)} AS "movedIn",
  ${sumOf(`SELECT currency, sum(units_minor) AS minor FROM unit_transfers
    WHERE incident_id = $1 AND state = 'confirmed' GROUP BY currency`)} AS "movedUnits"
FROM incidents WHERE incident_id = $1`;
