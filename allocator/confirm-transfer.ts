import type { KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { z } from 'zod';
import { transferInstrument, type transferAnswer } from '../contracts/register-wire';
import { formatMinor } from '../domain/money';
import { rowsOf, whileLocked, type Queryable } from './database';
import { refuseWhileHeld } from './holds';
import { registerUnknown, transferReference } from './register';
import { ServiceError } from './service-error';
import { verifyInstrument } from './verify-instrument';
import { minorAt } from './wire-amount';

type Answer = z.infer<typeof transferAnswer>;
type Transfer = z.infer<typeof transferInstrument> & {
  readonly unitsMinor: bigint;
  readonly instrument: string;
};

/**
 * Moves units of a deal from one holder to another, as a signed instrument says.
 *
 * Retry: safe; the same key with the same content gets the same answer and moves nothing more.
 * Ensures: units of a deal are conserved, by a constraint of the database; nobody goes below 0.
 * @throws SIGNATURE_INVALID (refused) when the instance did not sign it; see `verifyInstrument`.
 * @throws KEY_REUSED (refused) when the key confirmed another transfer.
 * @throws DEAL_HELD (refused) when another incident holds the deal.
 * @throws REGISTER_UNKNOWN (refused) when the deal has no register.
 * @throws CURRENCY_OTHER (refused) when the register is in another currency.
 * @throws UNITS_SHORT (refused) when the holder has fewer units.
 */
export async function confirmTransfer(
  { pool, publicKey }: { readonly pool: Pool; readonly publicKey: KeyObject | undefined },
  instrument: string,
): Promise<{ moved: boolean; answer: Answer }> {
  const payload = verifyInstrument({ instrument, publicKey }, transferInstrument);
  const { units: amount, currency } = payload;
  const unitsMinor = minorAt({ amount, currency, path: 'units' });
  const transfer = { ...payload, unitsMinor, instrument };
  return whileLocked(pool, async (db) => {
    const known = await sameTransferBefore(db, transfer);
    if (known) return { moved: false, answer: known };
    await refuseWhileHeld(db, { deal: transfer.deal, but: transfer.incident });
    await refuseUncovered(db, transfer);
    await moveUnits(db, transfer);
    return { moved: true, answer: await recordTransfer(db, transfer) };
  });
}

type TransferRow = { transfer_no: number; transfer_key: string; confirmed_at: Date };

/** The transfer under a key. @throws TRANSFER_UNKNOWN (refused, as HTTP 404) if there is none. */
export async function lookUpTransfer(db: Queryable, key: string): Promise<Answer> {
  const [row] = await rowsOf<TransferRow>(
    db,
    `SELECT transfer_no, transfer_key, confirmed_at FROM allocator.transfers
      WHERE transfer_key = $1`,
    [key],
  );
  if (row) return toAnswer(row);
  throw new ServiceError({
    code: 'TRANSFER_UNKNOWN',
    kind: 'refused',
    status: 404,
    message: `No transfer was confirmed under ${key}. It may be sent again as it was signed.`,
  });
}

async function sameTransferBefore(db: Queryable, sent: Transfer): Promise<Answer | undefined> {
  // `iat` may differ: an instrument signed again for the same transfer is the same transfer.
  const [known] = await rowsOf<TransferRow & { same: boolean }>(
    db,
    `SELECT transfer_no, transfer_key, confirmed_at,
        (t.deal_id, t.incident_id, t.from_holder, t.to_holder, t.units_minor, r.currency)
          = ($2, $3, $4, $5, $6::bigint, $7) AS same
      FROM allocator.transfers t JOIN allocator.registers r USING (deal_id)
      WHERE transfer_key = $1`,
    [
      sent.key,
      sent.deal,
      sent.incident,
      sent.from,
      sent.to,
      sent.unitsMinor.toString(),
      sent.currency,
    ],
  );
  if (!known) return undefined;
  if (known.same) return toAnswer(known);
  throw new ServiceError({
    code: 'KEY_REUSED',
    kind: 'refused',
    message: `${sent.key} confirmed another transfer before. Sign this one under a key of its own.`,
  });
}

async function refuseUncovered(db: Queryable, transfer: Transfer): Promise<void> {
  const { deal, from, currency, unitsMinor, units } = transfer;
  const [row] = await rowsOf<{ currency: string; units_minor: string | null }>(
    db,
    `SELECT r.currency, h.units_minor FROM allocator.registers r
      LEFT JOIN allocator.holdings h ON h.deal_id = r.deal_id AND h.holder = $2
      WHERE r.deal_id = $1`,
    [deal, from],
  );
  if (!row) throw registerUnknown(deal);
  if (row.currency !== currency) {
    throw new ServiceError({
      code: 'CURRENCY_OTHER',
      kind: 'refused',
      message: `The register of ${deal} is in ${row.currency}, the instrument in ${currency}.`,
    });
  }
  const held = BigInt(row.units_minor ?? '0');
  if (held >= unitsMinor && unitsMinor > 0n) return;
  throw new ServiceError({
    code: 'UNITS_SHORT',
    kind: 'refused',
    message:
      `${from} holds ${formatMinor(held, currency)} of ${deal}, the instrument moves ${units}.` +
      ` Expected more than 0 and at most what is held; see GET /register/${deal}.`,
  });
}

/** Both holders in one statement, so that units are conserved after each. */
async function moveUnits(db: Queryable, { deal, from, to, unitsMinor }: Transfer): Promise<void> {
  await db.query(
    'INSERT INTO allocator.holdings VALUES ($1, $2, 0) ON CONFLICT (deal_id, holder) DO NOTHING',
    [deal, to],
  );
  await db.query(
    `UPDATE allocator.holdings
      SET units_minor = units_minor + CASE holder WHEN $2 THEN -$4::bigint ELSE $4::bigint END
      WHERE deal_id = $1 AND holder IN ($2, $3)`,
    [deal, from, to, unitsMinor.toString()],
  );
}

async function recordTransfer(db: Queryable, transfer: Transfer): Promise<Answer> {
  const [row] = await rowsOf<TransferRow>(
    db,
    `INSERT INTO allocator.transfers (transfer_key, deal_id, incident_id, from_holder, to_holder,
        units_minor, instrument, confirmed_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
      RETURNING transfer_no, transfer_key, confirmed_at`,
    [
      transfer.key,
      transfer.deal,
      transfer.incident,
      transfer.from,
      transfer.to,
      transfer.unitsMinor.toString(),
      transfer.instrument,
    ],
  );
  if (!row) throw new Error(`transfer ${transfer.key} vanished while it was recorded`);
  return toAnswer(row);
}

function toAnswer({ transfer_no, transfer_key, confirmed_at }: TransferRow): Answer {
  const reference = transferReference(transfer_no);
  return { reference, key: transfer_key, confirmedAt: confirmed_at.toISOString() };
}
