import { commandBodies } from '../../../contracts/command';
import { ruleById, ruleCatalogue } from '../../../domain/rule-catalogue';
import { endWaits } from '../waits';
import type { Look } from './verified-command';

const underWay = ['proposed', 'verified', 'approved'];

/** A rule to go live next; it is verified before anybody is asked. One attempt at a time. */
export const lookAtProposeFix: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const { rule, averages } = commandBodies['propose-fix'].parse(body);
  if (ruleById(rule) === undefined) {
    const known = ruleCatalogue.map(({ id }) => id).join(', ');
    const message = `there is no rule ${rule}; there are ${known}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  const { rows } = await tx.query<{ attempt: number; state: string }>(
    `SELECT attempt, CASE WHEN EXISTS (SELECT FROM gates WHERE gates.incident_id = $1
         AND gate_id = 'unfreeze' AND subject = report_digest AND gates.state = 'rejected')
       THEN 'rejected' ELSE state END AS state
     FROM fixes WHERE incident_id = $1 ORDER BY attempt DESC LIMIT 1`,
    [incidentId],
  );
  const [last] = rows;
  if (last !== undefined && underWay.includes(last.state)) {
    const message =
      `attempt ${String(last.attempt)} is ${last.state}; ` +
      'reject it at gate unfreeze before proposing another';
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  const attempt = (last?.attempt ?? 0) + 1;
  return {
    facts: {},
    effect: {
      evidence: { kind: 'fix-proposed', body: { attempt, rule, averages } },
      result: { attempt, rule, averages },
      async write(db) {
        await db.query(
          `INSERT INTO fixes (incident_id, attempt, rule, averages, person_id, jti, proposed_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [incidentId, attempt, rule, averages, person.id, jti, at],
        );
        await endWaits(db, { incidentId, waitingFor: 'fix', at });
      },
    },
  };
};
