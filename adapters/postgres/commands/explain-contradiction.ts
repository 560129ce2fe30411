import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import { readFormsStanding } from '../form-standing';
import type { Look } from './verified-command';

/** Why two words that cannot both be true stand beside each other; exactly these, by digest. */
export const lookAtExplainContradiction: Look = async (tx, command) => {
  const { incidentId, person, jti, subject, body, at } = command;
  const { contradiction, explanation } = commandBodies['explain-contradiction'].parse(body);
  const { contradictions } = await readFormsStanding(tx, incidentId);
  const standing = contradictions.find(({ id }) => id === contradiction);
  if (standing === undefined || standing.state === 'changed') {
    const see = `./makewhole form ${incidentId}`;
    const message = `nothing is contradicted as ${contradiction}; see ${see}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  const current = { what: `contradiction ${contradiction}`, digest: standing.digest };
  if (standing.explanation !== null) {
    const message = `${standing.explanation.by} has explained ${contradiction} already`;
    return { facts: { current, found: { code: 'ALREADY_DONE', message } } };
  }
  const explanationDigest = digestOf(explanation);
  return {
    facts: { current },
    effect: {
      evidence: { kind: 'explained', body: { contradiction, digest: subject, explanationDigest } },
      result: { contradiction, digest: subject },
      async write(db) {
        await db.query(
          `INSERT INTO contradiction_explanations (incident_id, contradiction, digest, explanation,
             person_id, jti, explained_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [incidentId, contradiction, subject, explanation, person.id, jti, at],
        );
      },
    },
  };
};
