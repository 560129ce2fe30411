import { isPlanFact } from '../../../domain/incident-facts';
import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** A row that a command wrote, as its entry must have sealed it. */
type Row = { jti: string; what: string; kind: string; body: Record<string, unknown> };

const kinds = new Set([
  ...['answered', 'form-delegated', 'explained', 'fact', 'further-fact', 'clock-met'],
  'severity-lowered',
]);

/**
 * Walks from what people have stated (answers, delegations, explanations, facts, clocks that were
 * met, lowered severities) to their entries, and back.
 */
export async function walkStatements(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const of = [sealed.chain];
  const rows = [
    ...(await readForms(db, of)),
    ...(await readFacts(db, of)),
    ...(await readClocksMet(db, of)),
    ...(await readLowerings(db, of)),
  ];
  for (const { jti, what, kind, body } of rows) {
    const entry = sealed.commands.get(jti);
    if (entry?.kind !== kind) return { seq: 0, what: `${what} stands in no entry` };
    const other = Object.keys(body).find((name) => entry.body[name] !== body[name]);
    if (other !== undefined) {
      return { seq: entry.seq, what: `${what} is not what was signed: its ${other} is another` };
    }
  }
  const written = new Set(rows.map(({ jti }) => jti));
  for (const [jti, { kind, seq }] of sealed.commands) {
    if (!kinds.has(kind) || written.has(jti)) continue;
    return { seq, what: `what it says was ${kind} stands in no table` };
  }
  return undefined;
}

type AnswerRow = { jti: string; team: string; late: boolean; answers: unknown };
type DelegationRow = { jti: string; team: string; to: string };
type ExplanationRow = { jti: string; contradiction: string; digest: string; text: string };

async function readForms(db: Queryable, of: string[]): Promise<Row[]> {
  const answers = await db.query<AnswerRow>(
    'SELECT jti, team, late, body AS answers FROM answers WHERE incident_id = $1',
    of,
  );
  const delegations = await db.query<DelegationRow>(
    'SELECT jti, team, delegate AS to FROM form_delegations WHERE incident_id = $1',
    of,
  );
  const explanations = await db.query<ExplanationRow>(
    `SELECT jti, contradiction, digest, explanation AS text FROM contradiction_explanations
     WHERE incident_id = $1`,
    of,
  );
  return [
    ...answers.rows.map(({ jti, team, late, answers: said }) => {
      const body = { team, late, answersDigest: digestOf(said) };
      return { jti, what: `an answer of ${team}`, kind: 'answered', body };
    }),
    ...delegations.rows.map(({ jti, ...body }) => {
      return { jti, what: `a delegation of ${body.team}`, kind: 'form-delegated', body };
    }),
    ...explanations.rows.map(({ jti, text, ...of }) => {
      const body = { ...of, explanationDigest: digestOf(text) };
      return { jti, what: `an explanation of ${of.contradiction}`, kind: 'explained', body };
    }),
  ];
}

type FactRow = { jti: string; subject: 'deal' | 'investor' | 'incident'; id: string } & Record<
  'name' | 'value' | 'source',
  string
>;

async function readFacts(db: Queryable, of: string[]): Promise<Row[]> {
  const { rows } = await db.query<FactRow>(
    `SELECT jti, subject_kind AS subject, subject_id AS id, name, value, source FROM facts
     WHERE incident_id = $1`,
    of,
  );
  return rows.map(({ jti, subject, id, name, value, source }) => {
    const digests = { valueDigest: digestOf(value), sourceDigest: digestOf(source) };
    const kind = isPlanFact({ subject, name }) ? 'fact' : 'further-fact';
    const what = `the fact ${name} of ${subject} ${id}`;
    return { jti, what, kind, body: { subject, id, name, ...digests } };
  });
}

type ClockRow = { jti: string; source: string } & Record<'clock' | 'deal' | 'on', string | null>;

async function readClocksMet(db: Queryable, of: string[]): Promise<Row[]> {
  const { rows } = await db.query<ClockRow>(
    `SELECT jti, clock_id AS clock, nullif(deal_id, '') AS deal, met_on::text AS on, source
     FROM clocks_met WHERE incident_id = $1`,
    of,
  );
  return rows.map(({ jti, source, ...met }) => {
    const body = { ...met, sourceDigest: digestOf(source) };
    return { jti, what: `the word that clock ${met.clock ?? ''} was met`, kind: 'clock-met', body };
  });
}

type LoweringRow = { jti: string; from: string; to: string; reason: string; reasons: unknown };

async function readLowerings(db: Queryable, of: string[]): Promise<Row[]> {
  const { rows } = await db.query<LoweringRow>(
    `SELECT jti, from_severity AS from, to_severity AS to, reason, reasons
     FROM severity_lowerings WHERE incident_id = $1`,
    of,
  );
  return rows.map(({ jti, from, to, reason, reasons }) => {
    const subject = digestOf({ severity: from, reasons });
    const body = { from, to, subject, reasonDigest: digestOf(reason) };
    return { jti, what: `a severity lowered to ${to}`, kind: 'severity-lowered', body };
  });
}
