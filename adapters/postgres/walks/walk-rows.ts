import { formatMinor } from '../../../domain/money';
import type { Queryable } from '../pool';
import { rowsUnder } from './rows-under';
import type { Break, Sealed, SealedRoot } from './sealed';

type Row = { key: string; state: string; minor: string; currency: string; said: string | null };

/** Which rows an entry of a kind tells of, and how it has to tell of them as they are now. */
type Told = {
  what: string;
  /** Those whose keys are $1. */
  sql: string;
  /** Undefined where its state says that something else has come since. */
  leafOf: (row: Row) => { whole: string } | { begins: string } | undefined;
};

const moneyOf = ({ minor, currency }: Row) => `${formatMinor(BigInt(minor), currency)} ${currency}`;

/** `done` is the state of what was carried out. */
const outcomeOf =
  (done: string) =>
  (row: Row): ReturnType<Told['leafOf']> => {
    const { key, state, said } = row;
    if (state === done) return { whole: `${key} ${done} ${moneyOf(row)} ${said ?? ''}` };
    return state === 'refused' ? { begins: `${key} refused ${moneyOf(row)} ` } : undefined;
  };

const told: Readonly<Partial<Record<string, Told>>> = {
  'payment-outcome': {
    what: 'payment',
    sql: `SELECT payment_key AS key, state, amount_minor::text AS minor, currency, rail_id AS said
          FROM payments WHERE payment_key = ANY ($1)`,
    leafOf: outcomeOf('settled'),
  },
  'register-change': {
    what: 'unit transfer',
    sql: `SELECT transfer_key AS key, state, units_minor::text AS minor, currency, reference AS said
          FROM unit_transfers WHERE transfer_key = ANY ($1)`,
    leafOf: outcomeOf('confirmed'),
  },
  invoice: {
    what: 'invoice',
    sql: `SELECT invoice_key AS key, state, amount_minor::text AS minor, currency,
            document_digest AS said FROM invoices WHERE invoice_key = ANY ($1)`,
    leafOf: (row) => ({ whole: `${row.key} ${moneyOf(row)} ${row.said ?? ''}` }),
  },
  'letter-sent': {
    what: 'letter',
    sql: `SELECT message_id AS key, state, '' AS minor, body_digest AS currency,
            template_digest AS said FROM letters WHERE message_id = ANY ($1)`,
    leafOf: ({ key, state, currency: letter, said }) =>
      state === 'sent' ? { whole: `${key} ${letter} sent ${said ?? ''}` } : undefined,
  },
};

/**
 * Walks from each root that the chain names to the rows kept under it, and from what those tell
 * last of payments, unit transfers, invoices and letters to their tables.
 */
export async function walkRows(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const otherwise = new Map<string, Break>();
  for (const entry of sealed.roots) {
    const found = await rowsUnder(db, { chain: sealed.chain, root: entry.root });
    if ('flaw' in found) return { seq: entry.seq, what: found.flaw };
    const { leaves } = found;
    const { seq, kind, keys } = entry;
    if (keys !== undefined && keys.join(' ') !== leaves.map(keyOf).join(' ')) {
      return { seq, what: `it names other keys than its rows have` };
    }
    const about = told[kind];
    if (about !== undefined) await compare(db, { about, entry, leaves, otherwise });
  }
  const [broken] = otherwise.values();
  return broken;
}

const keyOf = (leaf: string): string => leaf.slice(0, leaf.indexOf(' '));

async function compare(
  db: Queryable,
  given: {
    about: Told;
    entry: SealedRoot;
    leaves: readonly string[];
    otherwise: Map<string, Break>;
  },
): Promise<void> {
  const { about, entry, leaves, otherwise } = given;
  const leafOf = new Map(leaves.map((leaf) => [keyOf(leaf), leaf]));
  const { rows } = await db.query<Row>(about.sql, [[...leafOf.keys()]]);
  for (const row of rows) {
    const leaf = leafOf.get(row.key) ?? '';
    const wanted = about.leafOf(row);
    const same =
      wanted === undefined ||
      ('whole' in wanted ? leaf === wanted.whole : leaf.startsWith(wanted.begins));
    const name = `${about.what} ${row.key}`;
    // A later entry may tell of it as it is: refused for want of money first, then settled.
    if (same) otherwise.delete(name);
    else otherwise.set(name, { seq: entry.seq, what: `${name} is not as it was told` });
  }
}
