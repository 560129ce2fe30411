import type { Pool } from 'pg';
import type { z } from 'zod';
import type { registerAnswer, registerRequest } from '../contracts/register-wire';
import { compareCodePoints } from '../domain/code-points';
import { formatMinor } from '../domain/money';
import { rowsOf, whileLocked, type Queryable } from './database';
import { ServiceError } from './service-error';
import { minorAt } from './wire-amount';

type Register = z.infer<typeof registerAnswer>;

/** Who holds how many units of a deal at its start. Units: minor units at cost. */
export type Filling = {
  readonly deal: string;
  readonly currency: string;
  readonly holdings: readonly (readonly [holder: string, unitsMinor: bigint])[];
};

/**
 * Gives a deal the register a platform has of it.
 *
 * Retry: safe, also after units have moved: compared is what the register began with.
 * @throws REGISTER_EXISTS (refused) when it began with other holdings.
 * @throws INPUT_INVALID (rejected) on units that are no amount.
 */
export async function fillRegister(
  pool: Pool,
  { deal, currency, holdings }: z.infer<typeof registerRequest> & { readonly deal: string },
): Promise<{ filled: boolean; register: Register }> {
  const counted = holdings.map(({ investorId, units }, index) => {
    const path = `holdings[${String(index)}].units`;
    return [investorId, minorAt({ amount: units, currency, path })] as const;
  });
  return whileLocked(pool, async (db) => {
    const filled = await fillRegisterWithin(db, { deal, currency, holdings: counted });
    return { filled, register: await readRegister(db, deal) };
  });
}

/** As `fillRegister`, within the caller's transaction; says whether the register is new. */
export async function fillRegisterWithin(db: Queryable, filling: Filling): Promise<boolean> {
  const { deal, currency } = filling;
  const held = filling.holdings
    .filter(([, units]) => units > 0n)
    .sort(([a], [b]) => compareCodePoints(a, b));
  const units = held.map(([, minor]) => minor.toString());
  const began = JSON.stringify(held.map(([holder, minor]) => [holder, minor.toString()]));
  const { rowCount } = await db.query(
    `INSERT INTO allocator.registers VALUES ($1, $2, $3, $4, clock_timestamp())
      ON CONFLICT (deal_id) DO NOTHING`,
    [deal, currency, held.reduce((sum, [, minor]) => sum + minor, 0n).toString(), began],
  );
  if (rowCount === 0) {
    await refuseOtherRegister(db, { deal, currency, began });
    return false;
  }
  await db.query(
    `INSERT INTO allocator.holdings (deal_id, holder, units_minor)
      SELECT $1, * FROM unnest($2::text[], $3::bigint[])`,
    [deal, held.map(([holder]) => holder), units],
  );
  return true;
}

async function refuseOtherRegister(
  db: Queryable,
  { deal, currency, began }: { deal: string; currency: string; began: string },
): Promise<void> {
  const [known] = await rowsOf<{ same: boolean }>(
    db,
    `SELECT (currency, filled) = ($2, $3::jsonb) AS same
      FROM allocator.registers WHERE deal_id = $1`,
    [deal, currency, began],
  );
  if (known?.same) return;
  throw new ServiceError({
    code: 'REGISTER_EXISTS',
    kind: 'refused',
    message:
      `The register of ${deal} began with other holdings. Compare GET /register/${deal} with the` +
      ' import; units move by signed transfers only.',
  });
}

/** A deal's register. @throws REGISTER_UNKNOWN (refused, as HTTP 404) when there is none. */
export async function readRegister(db: Queryable, deal: string): Promise<Register> {
  const [register] = await rowsOf<{ currency: string; issued_minor: string }>(
    db,
    'SELECT currency, issued_minor FROM allocator.registers WHERE deal_id = $1',
    [deal],
  );
  if (!register) throw registerUnknown(deal);
  const { currency, issued_minor } = register;
  const money = (minor: string) => formatMinor(BigInt(minor), currency);
  const holdings = await rowsOf<{ holder: string; units_minor: string }>(
    db,
    `SELECT holder, units_minor FROM allocator.holdings
      WHERE deal_id = $1 AND units_minor > 0 ORDER BY holder`,
    [deal],
  );
  return {
    deal,
    currency,
    issued: money(issued_minor),
    holdings: holdings.map((row) => ({ investorId: row.holder, units: money(row.units_minor) })),
    transfers: await transfersOf(db, { deal, money }),
  };
}

async function transfersOf(
  db: Queryable,
  { deal, money }: { deal: string; money: (minor: string) => string },
): Promise<Register['transfers']> {
  type Row = Record<'key' | 'incident' | 'from' | 'to' | 'units', string> & {
    no: number;
    at: Date;
  };
  const rows = await rowsOf<Row>(
    db,
    `SELECT transfer_no AS no, transfer_key AS key, incident_id AS incident, from_holder AS from,
        to_holder AS to, units_minor AS units, confirmed_at AS at
      FROM allocator.transfers WHERE deal_id = $1 ORDER BY transfer_no`,
    [deal],
  );
  return rows.map(({ no, at, units, ...row }) => {
    return {
      reference: transferReference(no),
      ...row,
      units: money(units),
      confirmedAt: at.toISOString(),
    };
  });
}

/** How a confirmed transfer is named to people. */
export function transferReference(transferNo: number): string {
  return `REG-${String(transferNo).padStart(8, '0')}`;
}

/** The answer about a deal nobody filled a register for. */
export function registerUnknown(deal: string): ServiceError {
  return new ServiceError({
    code: 'REGISTER_UNKNOWN',
    kind: 'refused',
    status: 404,
    message: `There is no register of ${deal}. Fill it with PUT /register/${deal} first.`,
  });
}
