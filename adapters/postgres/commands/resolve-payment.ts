import { commandBodies } from '../../../contracts/command';
import type { RefusalCode } from '../../../domain/command-refusal';
import type { Queryable } from '../pool';
import type { Look } from './verified-command';

/**
 * A person's word on a payment nobody can go on with: the bank has settled it, or nothing of it is
 * with the payee. The payments of the next round are held against the bank with it.
 */
export const lookAtResolvePayment: Look = async (tx, { incidentId, person, jti, body, at }) => {
  const { key, state: word } = commandBodies['resolve-payment'].parse(body);
  const payment = await findPayment(tx, { incidentId, key });
  const found = obstacle({ incidentId, key, word, payment });
  if (found !== undefined || payment === undefined) return { facts: { ...(found && { found }) } };
  const { issue, state } = payment;
  return {
    facts: {},
    effect: {
      evidence: {
        kind: 'payment-word',
        body: { keys: [key], issue, was: state, word, roles: person.roles },
      },
      result: { key, issue, word },
      async write(db) {
        await db.query(
          `INSERT INTO payment_words (jti, incident_id, payment_key, issue, word, person_id,
             given_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [jti, incidentId, key, issue, word, person.id, at],
        );
      },
    },
  };
};

type Payment = { issue: number; state: string; said: string | null };

async function findPayment(
  tx: Queryable,
  { incidentId, key }: { incidentId: string; key: string },
): Promise<Payment | undefined> {
  const { rows } = await tx.query<Payment>(
    `SELECT issue, state, (SELECT word FROM payment_words w WHERE w.payment_key = p.payment_key
         AND w.issue = p.issue ORDER BY given_at DESC, jti DESC LIMIT 1) AS said
     FROM payments p WHERE incident_id = $1 AND payment_key = $2 FOR UPDATE`,
    [incidentId, key],
  );
  return rows[0];
}

function obstacle(given: {
  incidentId: string;
  key: string;
  word: string;
  payment: Payment | undefined;
}): { code: RefusalCode; message: string } | undefined {
  const { incidentId, key, word, payment } = given;
  if (payment === undefined) {
    const see = `./makewhole payments ${incidentId} --lines`;
    const message = `${incidentId} has no payment ${key}; see ${see}`;
    return { code: 'NOT_FOUND', message };
  }
  const { state, said } = payment;
  if (!['unknown', 'refused', 'returned'].includes(state)) {
    const message = `payment ${key} is ${state} and waits for nobody's word`;
    return { code: 'ALREADY_DONE', message };
  }
  if (said === word) {
    return { code: 'ALREADY_DONE', message: `payment ${key} was called ${word} already` };
  }
  if (word === 'absent' || state === 'unknown') return undefined;
  const message = `payment ${key} is ${state}, so not with its payee; --absent pays it again`;
  return { code: 'OPTION_BLOCKED', message };
}
