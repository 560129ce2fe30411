import { commandBodies } from '../../../contracts/command';
import type { LetterStage } from '../../../domain/letter-case';
import { endLetterWaits } from '../letter-waits';
import type { Queryable } from '../pool';
import type { Look } from './verified-command';

/**
 * A person's word on a letter that no machine may go on with: it has reached them, whichever way,
 * or it has not and may be tried again under the same Message-ID.
 */
export const lookAtResolveLetter: Look = async (tx, { incidentId, body, at }) => {
  const { row, sent } = commandBodies['resolve-letter'].parse(body);
  const letter = await findLetter(tx, { incidentId, row });
  if (letter === undefined) {
    const see = `./makewhole letters ${incidentId}`;
    const message = `${incidentId} has no letter ${row}; see ${see}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  const { stage, investor, state, messageId } = letter;
  if (!['unknown', 'failed', 'held'].includes(state)) {
    const message = `letter ${letter.row} is ${state} and waits for nobody's word`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  return {
    facts: {},
    effect: {
      evidence: {
        kind: sent ? 'letter-sent' : 'letter-not-sent',
        body: { stage, count: 1, was: state, keys: [messageId] },
      },
      result: { row: letter.row, messageId, sent },
      async write(db) {
        await db.query(
          `UPDATE letters SET state = $2, cause = NULL,
             sent_at = CASE WHEN $2 = 'sent' THEN $3::timestamptz END WHERE message_id = $1`,
          [messageId, sent ? 'sent' : 'queued', at],
        );
        await endLetterWaits(db, { incidentId, stage, at, investors: [investor] });
      },
    },
  };
};

type Found = {
  row: string;
  stage: LetterStage;
  investor: string;
  state: string;
  messageId: string;
};

/** By its row as `letters` lists it, or by the Message-ID a mail server's log has. */
async function findLetter(
  tx: Queryable,
  { incidentId, row }: { incidentId: string; row: string },
): Promise<Found | undefined> {
  const { rows } = await tx.query<Found>(
    `SELECT concat_ws('/', stage, investor_id, revision) AS row, stage, investor_id AS investor,
       state, message_id AS "messageId" FROM letters
     WHERE incident_id = $1 AND $2 IN (concat_ws('/', stage, investor_id, revision), message_id)
     FOR UPDATE`,
    [incidentId, row],
  );
  return rows[0];
}
