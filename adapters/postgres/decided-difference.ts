import type { GateChanges, GateName } from '../../activities/ports/gates';
import { differences, lineDifferences, type LineChange } from '../../domain/decided-difference';
import { readableMoney } from '../../domain/grouped';
import { readContent } from './decided-content';
import type { GateRow } from './gate-rows';
import type { Queryable } from './pool';

const linesNamedMax = 40;
const wordsNamedMax = 60;

/**
 * What has changed since this gate asked before, as far as that was not approved and stands.
 *
 * Ensures: says so where nothing has; undefined where it asks for the first time.
 */
export async function readChanges(
  db: Queryable,
  { row, ...of }: GateName & { row: GateRow },
): Promise<GateChanges | undefined> {
  const before = await openingBefore(db, { ...of, opening: row.opening });
  if (before === undefined) return undefined;
  const { opening: since, subject } = before;
  if (subject === row.subject) return { since, says: [] };
  const [was, is] = [
    await readContent(db, { ...of, subject }),
    await readContent(db, { ...of, subject: row.subject }),
  ];
  if (was === undefined || is === undefined) {
    return { since, says: [`another digest; opening ${String(since)} was about ${subject}`] };
  }
  const words = differences({ before: was, after: is });
  const said = shortened({ said: words, total: words.length, max: wordsNamedMax });
  if (was.kind !== 'plan' || is.kind !== 'plan') return { since, says: said };
  const versions = { from: was.plan.version, to: is.plan.version };
  return { since, says: [...said, ...(await linesSaid(db, { ...of, ...versions }))] };
}

type Before = { opening: number; subject: string };

/** The newest one that was not decided for good: what stands approved has not been changed. */
async function openingBefore(
  db: Queryable,
  { incidentId, gateId, opening }: GateName & { opening: number },
): Promise<Before | undefined> {
  const { rows } = await db.query<Before>(
    `SELECT opening, subject FROM gates g WHERE incident_id = $1 AND gate_id = $2 AND opening < $3
       AND (state <> 'passed' OR subject = (SELECT subject FROM gates n WHERE n.incident_id = $1
         AND n.gate_id = $2 AND n.opening = $3))
     ORDER BY opening DESC LIMIT 1`,
    [incidentId, gateId, opening],
  );
  return rows[0];
}

type Versions = { incidentId: string; from: number; to: number };
type Row = Omit<LineChange, 'before' | 'after'> & {
  wasMinor: string | null;
  wasCurrency: string;
  wasPayer: string;
  wasPayee: string;
  wasComputed: string;
  minor: string | null;
  currency: string;
  payer: string;
  payee: string;
  computed: string;
  total: number;
};

const linesSql = `
  WITH was AS (SELECT * FROM plan_lines WHERE incident_id = $1 AND version = $2),
    now AS (SELECT * FROM plan_lines WHERE incident_id = $1 AND version = $3)
  SELECT deal_id AS deal, investor_id AS investor, leg, was.amount_minor AS "wasMinor",
    was.currency AS "wasCurrency", was.payer AS "wasPayer", was.payee AS "wasPayee",
    was.computed AS "wasComputed", now.amount_minor AS minor, now.currency, now.payer, now.payee,
    now.computed, count(*) OVER ()::int AS total
  FROM was FULL JOIN now USING (deal_id, investor_id, leg, branch, sequence)
  WHERE (was.amount_minor, was.currency, was.payer, was.payee, was.computed)
    IS DISTINCT FROM (now.amount_minor, now.currency, now.payer, now.payee, now.computed)
  ORDER BY deal_id, investor_id, leg, branch, sequence LIMIT ${String(linesNamedMax)}`;

async function linesSaid(db: Queryable, of: Versions): Promise<string[]> {
  const { rows } = await db.query<Row>(linesSql, [of.incidentId, of.from, of.to]);
  const said = lineDifferences(rows.map(asChange));
  return shortened({ said, total: rows[0]?.total ?? 0, max: linesNamedMax });
}

function asChange(row: Row): LineChange {
  const { deal, investor, leg } = row;
  const { wasMinor, wasCurrency, wasPayer, wasPayee, wasComputed } = row;
  const { minor, currency, payer, payee, computed } = row;
  const before = { payer: wasPayer, payee: wasPayee, computed: wasComputed };
  return {
    ...{ deal, investor, leg },
    before: wasMinor === null ? null : { amount: money(wasMinor, wasCurrency), ...before },
    after: minor === null ? null : { amount: money(minor, currency), payer, payee, computed },
  };
}

const money = (minor: string, currency: string): string => readableMoney(BigInt(minor), currency);

function shortened(given: { said: string[]; total: number; max: number }): string[] {
  const { said, total, max } = given;
  return total <= max ? said : [...said.slice(0, max), `and ${String(total - max)} more`];
}
