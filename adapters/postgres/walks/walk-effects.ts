import { pagesOf } from '../pages';
import type { Queryable } from '../pool';
import { namedIn, type Break, type Sealed } from './sealed';

/** A table of effects: which entries announce its rows, and which close them. */
type Effects = {
  what: string;
  /** `key` ascending after $1, at most $2 rows, of incident $3. */
  sql: string;
  intent: string[];
  outcome: string[];
};

type EffectRow = { key: string; over: boolean };

const tables: readonly Effects[] = [
  {
    what: 'payment',
    sql: `SELECT payment_key AS key,
            state IN ('settled', 'refused', 'returned', 'reissued') AS over
          FROM payments WHERE incident_id = $3 AND ($1::text IS NULL OR payment_key > $1)
          ORDER BY payment_key LIMIT $2`,
    intent: ['payment-intent'],
    outcome: ['payment-outcome'],
  },
  {
    what: 'unit transfer',
    sql: `SELECT transfer_key AS key, state <> 'intended' AS over
          FROM unit_transfers WHERE incident_id = $3 AND ($1::text IS NULL OR transfer_key > $1)
          ORDER BY transfer_key LIMIT $2`,
    intent: ['payment-intent', 'register-change'],
    outcome: ['register-change'],
  },
  {
    what: 'invoice',
    sql: `SELECT invoice_key AS key, false AS over
          FROM invoices WHERE incident_id = $3 AND ($1::text IS NULL OR invoice_key > $1)
          ORDER BY invoice_key LIMIT $2`,
    intent: ['invoice'],
    outcome: [],
  },
  {
    what: 'letter',
    sql: `SELECT message_id AS key, state = 'sent' AS over
          FROM letters WHERE incident_id = $3 AND ($1::text IS NULL OR message_id > $1)
          ORDER BY message_id LIMIT $2`,
    intent: ['letter-queued', 'letter-sent'],
    outcome: ['letter-sent'],
  },
];

function effectFlaw(sealed: Sealed, given: Effects & EffectRow): Break | undefined {
  const { what, intent, outcome, key, over } = given;
  const begun = namedIn(sealed, { kinds: intent, key });
  if (begun === undefined) return { seq: 0, what: `${what} ${key} has no entry of its intent` };
  if (over && namedIn(sealed, { kinds: outcome, key }) === undefined) {
    return { seq: begun, what: `${what} ${key} is over, and no entry says how` };
  }
  return undefined;
}

/** Walks from payments, unit transfers, invoices and letters to the chain and back. */
export async function walkEffects(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const known = new Set<string>();
  for (const effects of tables) {
    const pages = pagesOf<EffectRow>(db, {
      sql: effects.sql,
      values: [sealed.chain],
      keyOf: ({ key }) => key,
    });
    for await (const row of pages) {
      const broken = effectFlaw(sealed, { ...effects, ...row });
      if (broken !== undefined) return broken;
      known.add(row.key);
    }
  }
  const kinds = new Set(tables.flatMap(({ intent, outcome }) => [...intent, ...outcome]));
  for (const kind of kinds) {
    for (const [key, seq] of sealed.keys.get(kind) ?? []) {
      if (!known.has(key)) return { seq, what: `${kind} ${key} has no row in any table` };
    }
  }
  return undefined;
}
