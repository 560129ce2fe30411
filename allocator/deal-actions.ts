import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { z } from 'zod';
import { actionInstrument, transferInstrument } from '../contracts/register-wire';
import type { actionAnswer, actionRequest } from '../contracts/register-wire';
import { rowsOf, whileLocked, type Queryable } from './database';
import { refuseWhileHeld } from './holds';
import { ServiceError } from './service-error';
import { verifyInstrument } from './verify-instrument';

type Answer = z.infer<typeof actionAnswer>;
type Asked = z.infer<typeof actionRequest> & { readonly deal: string };

/**
 * Lets a deal's closing, wire, distribution or transfer pass, and records it, unless it is held.
 *
 * Retry: safe with an instrument, by its key; without one every passing is recorded by itself.
 * @throws DEAL_HELD (refused) when an incident holds the deal; its own instrument passes.
 * @throws INSTRUMENT_OTHER (refused) when the instrument is for something else.
 * @throws KEY_REUSED (refused) when its key let something else pass before.
 * @throws SIGNATURE_INVALID (refused) when the instance did not sign it; see `verifyInstrument`.
 */
export async function passDealAction(
  { pool, publicKey }: { readonly pool: Pool; readonly publicKey: KeyObject | undefined },
  asked: Asked,
): Promise<Answer> {
  const { deal, action, instrument } = asked;
  const signed =
    instrument === undefined ? undefined : readInstrument({ instrument, publicKey, asked });
  return whileLocked(pool, async (db) => {
    if (signed) {
      const passed = await samePassingBefore(db, { asked, signed });
      if (passed) return passed;
    }
    await refuseWhileHeld(db, { deal, ...(signed ? { but: signed.incident } : {}) });
    const [row] = await rowsOf<{ passed_at: Date }>(
      db,
      `INSERT INTO allocator.deal_actions (deal_id, action, incident_id, instrument_key, passed_at)
        VALUES ($1, $2, $3, $4, clock_timestamp()) RETURNING passed_at`,
      [deal, action, signed?.incident ?? null, signed?.key ?? null],
    );
    if (!row) throw new Error(`the ${action} of ${deal} vanished while it was recorded`);
    return toAnswer({ asked, passedAt: row.passed_at, incident: signed?.incident });
  });
}

type Signed = { readonly key: string; readonly incident: string };

function readInstrument(given: {
  instrument: string;
  publicKey: KeyObject | undefined;
  asked: Asked;
}): Signed {
  const shape = z.union([actionInstrument, transferInstrument]);
  const payload = verifyInstrument(given, shape);
  const action = 'action' in payload ? payload.action : 'transfer';
  const { asked } = given;
  if (payload.deal === asked.deal && action === asked.action) return payload;
  throw new ServiceError({
    code: 'INSTRUMENT_OTHER',
    kind: 'refused',
    message:
      `The instrument is for the ${action} of ${payload.deal}; asked was the ${asked.action} of` +
      ` ${asked.deal}. Sign one for exactly this.`,
  });
}

async function samePassingBefore(
  db: Queryable,
  { asked, signed }: { asked: Asked; signed: Signed },
): Promise<Answer | undefined> {
  const [row] = await rowsOf<{ same: boolean; passed_at: Date }>(
    db,
    `SELECT passed_at, (deal_id, action, incident_id) = ($2, $3, $4) AS same
      FROM allocator.deal_actions WHERE instrument_key = $1`,
    [signed.key, asked.deal, asked.action, signed.incident],
  );
  if (!row) return undefined;
  if (row.same) return toAnswer({ asked, passedAt: row.passed_at, incident: signed.incident });
  throw new ServiceError({
    code: 'KEY_REUSED',
    kind: 'refused',
    message: `${signed.key} let something else pass before. Sign this under a key of its own.`,
  });
}

function toAnswer(given: { asked: Asked; passedAt: Date; incident: string | undefined }): Answer {
  const { asked, passedAt, incident } = given;
  const whose = incident === undefined ? {} : { incident };
  return { deal: asked.deal, action: asked.action, passedAt: passedAt.toISOString(), ...whose };
}
