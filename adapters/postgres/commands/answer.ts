import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import { endWaits } from '../waits';
import type { Look } from './verified-command';

/** A team's form; later answers stand beside earlier ones, and one after the deadline is late. */
export const lookAtAnswer: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const { team, answers } = commandBodies.answer.parse(body);
  const facts = { rolesAllowed: [team] };
  const { rows } = await tx.query<{ deadline: Date }>(
    'SELECT deadline_at AS deadline FROM forms WHERE incident_id = $1 AND team = $2',
    [incidentId, team],
  );
  const [form] = rows;
  if (form === undefined) {
    const message = `the form of ${team} is not open yet; see incident status`;
    return { facts: { ...facts, found: { code: 'NOT_FOUND', message } } };
  }
  const late = Date.parse(at) > form.deadline.getTime();
  return {
    facts,
    effect: {
      evidence: { kind: 'answered', body: { team, late, answersDigest: digestOf(answers) } },
      result: { team, late },
      async write(db) {
        await db.query(
          `INSERT INTO answers (incident_id, team, body, person_id, jti, answered_at, late)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [incidentId, team, JSON.stringify(answers), person.id, jti, at, late],
        );
        await endWaits(db, { incidentId, waitingFor: 'form', at, ids: [team] });
      },
    },
  };
};
