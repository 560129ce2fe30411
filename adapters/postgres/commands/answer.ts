import { commandBodies, type Team } from '../../../contracts/command';
import { flawText, formFlaws, type FormFlaw } from '../../../contracts/form-flaws';
import { formRoles } from '../../../contracts/forms';
import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import { endWaits } from '../waits';
import type { Look } from './verified-command';

/** A team's form; a later answer stands beside the earlier, and one after the deadline is late. */
export const lookAtAnswer: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const { team, answers } = commandBodies.answer.parse(body);
  const form = await findForm(tx, { incidentId, team });
  const roles = { rolesAllowed: formRoles[team] };
  // The delegate answers whatever roles they hold; the team may still.
  const facts = form?.delegate === person.id ? {} : roles;
  if (form === undefined) {
    const see = `./makewhole incident status ${incidentId}`;
    const message = `the form of ${team} is not open yet; see ${see}`;
    return { facts: { ...facts, found: { code: 'NOT_FOUND', message } } };
  }
  const flaws = [...formFlaws({ team, answers, at }), ...(await personFlaws(tx, answers))];
  if (flaws.length > 0) {
    const message = flaws.map(flawText).join('\n');
    return { facts: { ...facts, found: { code: 'ANSWER_INVALID', message } } };
  }
  const late = Date.parse(at) > form.deadline.getTime();
  const version = form.versions + 1;
  const seal = { team, version, late, answersDigest: digestOf(answers) };
  return {
    facts,
    effect: {
      evidence: { kind: 'answered', body: seal },
      result: { team, version, late },
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

/** A form that is open: until when, who answers for the team, and how often it was answered. */
export async function findForm(
  tx: Queryable,
  { incidentId, team }: { incidentId: string; team: Team },
): Promise<{ deadline: Date; delegate: string | null; versions: number } | undefined> {
  const { rows } = await tx.query<{ deadline: Date; delegate: string | null; versions: number }>(
    `SELECT deadline_at AS deadline,
       (SELECT delegate FROM form_delegations d WHERE d.incident_id = f.incident_id
         AND d.team = f.team ORDER BY delegation_id DESC LIMIT 1) AS delegate,
       (SELECT count(*)::int FROM answers a WHERE a.incident_id = f.incident_id
         AND a.team = f.team) AS versions
     FROM forms f WHERE incident_id = $1 AND team = $2`,
    [incidentId, team],
  );
  return rows[0];
}

/** Where a change is asked for, nobody who is enrolled is an answer, by whatever name. */
async function personFlaws(
  tx: Queryable,
  answers: Readonly<Record<string, unknown>>,
): Promise<FormFlaw[]> {
  const { introducedBy, since } = answers as { introducedBy?: unknown; since?: unknown };
  const version = (since as { ruleVersion?: unknown } | undefined)?.ruleVersion;
  const changes = [
    { path: 'introducedBy', change: introducedBy },
    { path: 'since.ruleVersion', change: version },
  ].flatMap(({ path, change }) => (typeof change === 'string' ? [{ path, change }] : []));
  const { rows } = await tx.query<{ change: string }>(
    `SELECT change FROM unnest($1::text[]) AS change WHERE EXISTS (SELECT FROM people
       WHERE lower(change) = person_id OR lower(change) = lower(name)
         OR lower(change) = ANY (regexp_split_to_array(lower(name), '\\s+')))`,
    [changes.map(({ change }) => change)],
  );
  const people = new Set(rows.map(({ change }) => change));
  return changes
    .filter(({ change }) => people.has(change))
    .map(({ path, change }) => ({
      path,
      reason: `expected a change, found ${change}, who is a person`,
      remedy: 'Name the change, commit or release: we ask how it could happen, not who did it.',
    }));
}
