import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

type VoteRow = {
  gate: string;
  opening: number;
  person: string;
  jti: string;
  decision: string;
  roles: string[];
};

function voteFlaw(sealed: Sealed, row: VoteRow): Break | undefined {
  const name = `the vote of ${row.person} at gate ${row.gate}`;
  const entry = sealed.commands.get(row.jti);
  if (entry?.kind !== 'vote') return { seq: 0, what: `${name} stands in no entry` };
  const { actor, body } = entry;
  const same =
    actor === row.person &&
    body['gate'] === row.gate &&
    body['opening'] === row.opening &&
    body['decision'] === row.decision &&
    JSON.stringify(body['roles']) === JSON.stringify(row.roles);
  return same ? undefined : { seq: entry.seq, what: `${name} says something else than its entry` };
}

/** Walks from the votes to the chain and back. */
export async function walkVotes(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const { rows } = await db.query<VoteRow>(
    `SELECT gate_id AS gate, opening, person_id AS person, jti, decision, roles FROM votes
     WHERE incident_id = $1 ORDER BY accepted_at, jti`,
    [sealed.chain],
  );
  for (const row of rows) {
    const broken = voteFlaw(sealed, row);
    if (broken !== undefined) return broken;
  }
  const voters = new Map(rows.map(({ jti, person }) => [jti, person]));
  for (const [jti, { kind, seq, actor, body }] of sealed.commands) {
    if (kind === 'vote' && !voters.has(jti)) {
      return { seq, what: `the vote of ${actor} is missing from the table of votes` };
    }
    if (kind === 'vote-withdrawn' && voters.get(String(body['vote'])) !== actor) {
      return { seq, what: `${actor} takes back a vote that is not theirs` };
    }
  }
  return undefined;
}

/** Walks from the decided gates to the chain: none is passed or rejected without its entry. */
export async function walkGates(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const { rows } = await db.query<{ gate: string; opening: number; state: string }>(
    `SELECT gate_id AS gate, opening, state FROM gates
     WHERE incident_id = $1 AND state IN ('passed', 'rejected') ORDER BY gate_id, opening`,
    [sealed.chain],
  );
  const lost = rows.find(
    ({ gate, opening, state }) => !sealed.gates.get(`gate-${state}`)?.has(`${gate}#${opening}`),
  );
  if (lost === undefined) return undefined;
  const { gate, opening, state } = lost;
  return { seq: 0, what: `opening ${opening} of gate ${gate} is ${state} in no entry` };
}
