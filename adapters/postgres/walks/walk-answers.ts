import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** A row that a command wrote, as its entry must have sealed it. */
type Row = { jti: string; what: string; kind: string; body: Record<string, unknown> };

/** Walks from the teams' answers, delegations and explanations to their entries, and back. */
export async function walkAnswers(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const rows = await readRows(db, sealed.chain);
  for (const { jti, what, kind, body } of rows) {
    const entry = sealed.commands.get(jti);
    if (entry?.kind !== kind) return { seq: 0, what: `${what} stands in no entry` };
    const other = Object.keys(body).find((name) => entry.body[name] !== body[name]);
    if (other !== undefined) {
      return { seq: entry.seq, what: `${what} is not what was signed: its ${other} is another` };
    }
  }
  const written = new Set(rows.map(({ jti }) => jti));
  const kinds = ['answered', 'form-delegated', 'explained'];
  for (const [jti, { kind, seq }] of sealed.commands) {
    if (!kinds.includes(kind) || written.has(jti)) continue;
    return { seq, what: `what it says was ${kind} stands in no table` };
  }
  return undefined;
}

type AnswerRow = { jti: string; team: string; late: boolean; answers: unknown };
type DelegationRow = { jti: string; team: string; to: string };
type ExplanationRow = { jti: string; contradiction: string; digest: string; text: string };

async function readRows(db: Queryable, chain: string): Promise<Row[]> {
  const answers = await db.query<AnswerRow>(
    'SELECT jti, team, late, body AS answers FROM answers WHERE incident_id = $1',
    [chain],
  );
  const delegations = await db.query<DelegationRow>(
    'SELECT jti, team, delegate AS to FROM form_delegations WHERE incident_id = $1',
    [chain],
  );
  const explanations = await db.query<ExplanationRow>(
    `SELECT jti, contradiction, digest, explanation AS text FROM contradiction_explanations
     WHERE incident_id = $1`,
    [chain],
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
