import { commandBodies } from '../../../contracts/command';
import { formRoles } from '../../../contracts/forms';
import { findForm } from './answer';
import type { Look } from './verified-command';

/**
 * A team's form given to a person, who answers it and is reminded in the team's place; its deadline
 * stays. The team, whoever has it now, and people on call may give it.
 */
export const lookAtDelegateForm: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const { team, to } = commandBodies['delegate-form'].parse(body);
  const form = await findForm(tx, { incidentId, team });
  const roles = { rolesAllowed: [...formRoles[team], 'on-call'] };
  const facts = form?.delegate === person.id ? {} : roles;
  const notFound = (message: string) => {
    return { facts: { ...facts, found: { code: 'NOT_FOUND' as const, message } } };
  };
  if (form === undefined) return notFound(`the form of ${team} is not open yet`);
  const { rows } = await tx.query(
    'SELECT FROM people WHERE person_id = $1 AND revoked_at IS NULL',
    [to],
  );
  if (rows.length === 0)
    return notFound(`nobody is enrolled as ${to}; see ./makewhole people list`);
  return {
    facts,
    effect: {
      evidence: { kind: 'form-delegated', body: { team, to, from: form.delegate } },
      result: { team, to },
      async write(db) {
        await db.query(
          `INSERT INTO form_delegations (incident_id, team, delegate, person_id, jti, delegated_at)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          [incidentId, team, to, person.id, jti, at],
        );
        await db.query(
          `UPDATE waits SET question = $3 WHERE incident_id = $1 AND waiting_for = 'form'
           AND wait_id = $2 AND over_at IS NULL`,
          [incidentId, team, `${to} answers: ./makewhole form ${incidentId} --team ${team}`],
        );
      },
    },
  };
};
