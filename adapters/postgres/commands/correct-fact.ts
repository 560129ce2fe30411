import { commandBodies, type CommandBody } from '../../../contracts/command';
import { factFlaw, isPlanFact } from '../../../domain/incident-facts';
import { digestOf } from '../../../proof/digest';
import { requeueFailed } from '../letter-waits';
import { endWaits } from '../waits';
import type { Queryable } from '../pool';
import type { Look } from './verified-command';

/** A fact given or corrected; whoever gives one is a maker of the plans from then on. */
export const lookAtCorrectFact: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const fact = commandBodies['correct-fact'].parse(body);
  const { subject, id, name, value, source } = fact;
  const { roles } = person;
  const flaw = factFlaw(fact);
  if (flaw !== undefined) {
    const message = `${flaw.says}. Sign it again with that`;
    return { facts: { found: { code: flaw.code, message } } };
  }
  if (!(await exists(tx, { incidentId, fact }))) {
    const see = `see ./makewhole impact ${incidentId} --lines`;
    const message = `there is no ${subject} ${id} in what ${incidentId} looks at; ${see}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  const digests = { valueDigest: digestOf(value), sourceDigest: digestOf(source) };
  return {
    facts: {},
    effect: {
      // A value can be personal; what was given stands in the signed command.
      evidence: {
        kind: isPlanFact(fact) ? 'fact' : 'further-fact',
        body: { subject, id, name, ...digests, roles },
      },
      result: { subject, id, name, value },
      async write(db) {
        await db.query(
          `INSERT INTO facts (incident_id, subject_kind, subject_id, name, value, source, person_id,
             jti, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          [incidentId, subject, id, name, value, source, person.id, jti, at],
        );
        await endWaits(db, { incidentId, waitingFor: 'fact', at, ids: [`${id}/${name}`] });
        if (subject === 'investor' && name === 'email') {
          await requeueFailed(db, { incidentId, at, investor: id });
        }
      },
    },
  };
};

/** Before an import there is nothing to look a deal or an investor up in. */
async function exists(
  tx: Queryable,
  { incidentId, fact }: { incidentId: string; fact: CommandBody<'correct-fact'> },
): Promise<boolean> {
  if (fact.subject === 'incident') return fact.id === incidentId;
  const table = fact.subject === 'deal' ? 'deals' : 'investors';
  const column = fact.subject === 'deal' ? 'deal_id' : 'investor_id';
  const { rows } = await tx.query<{ known: boolean }>(
    `SELECT i.snapshot_id IS NULL OR $2 = ANY (i.reported_deals) OR EXISTS (
       SELECT FROM ${table} t WHERE t.snapshot_id = i.snapshot_id AND t.${column} = $2) AS known
     FROM incidents i WHERE i.incident_id = $1`,
    [incidentId, fact.id],
  );
  return rows[0]?.known ?? false;
}
