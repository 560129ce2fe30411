import { bookedMoves, finding, grouped, isOurs, summed } from './judge-basics.mjs';

/** The ledger by itself, and against what the bank moved. */
export function judgeLedger(state) {
  const { tables } = state;
  const moves = bookedMoves(state);
  const entries = new Map(tables.entries.map((row) => [row.entry_id, row]));
  const postings = tables.postings.map((row) => ({ ...row, entry: entries.get(row.entry_id) }));
  return [
    ...unbalancedEntries(tables, postings),
    ...postedTwice(tables),
    ...unequalToBank(tables, { postings, moves }),
    ...leftOpen(tables, postings),
  ];
}

function unbalancedEntries({ entries }, postings) {
  const keyOf = ({ entry_id: entry, currency }) => `${entry} ${currency}`;
  const sums = summed(postings, { keyOf, amountOf: ({ amount_minor: minor }) => minor });
  const posted = new Set(postings.map(({ entry_id: id }) => id));
  return [
    ...[...sums]
      .filter(([, minor]) => minor !== 0)
      .map(([entry, minor]) => finding('unbalanced', `entry ${entry} is ${minor} off balance`)),
    ...entries
      .filter(({ entry_id: id }) => !posted.has(id))
      .map(({ entry_key: key }) => finding('unbalanced', `entry ${key} posts nothing`)),
    ...postings
      .filter(({ entry }) => entry === undefined)
      .map(({ entry_id: id }) => finding('unbalanced', `postings of ${id} have no entry`)),
  ];
}

function postedTwice({ entries }) {
  return [...grouped(entries, ({ entry_key: key }) => key)]
    .filter(([, same]) => same.length > 1)
    .map(([key, same]) => finding('doubled', `${key} is posted ${same.length} times`));
}

/** Money out and in of each account, never netted. */
function unequalToBank({ incidents, receipts }, { postings, moves }) {
  return incidents.flatMap(({ incident_id: incident }) => {
    const isHers = ({ reference }) => reference.startsWith(`${incident} `);
    const out = moves.filter((move) => isOurs(move.from) && isHers(move));
    const received = receipts.filter(({ incident_id: of }) => of === incident);
    const atBank = new Map([
      ...summed(out, {
        keyOf: ({ from, currency }) => `out ${from} ${currency}`,
        amountOf: ({ amountMinor }) => amountMinor,
      }),
      ...summed(received, {
        keyOf: ({ account, currency }) => `in ${account} ${currency}`,
        amountOf: ({ amount_minor: minor }) => minor,
      }),
    ]);
    const own = postings.filter(({ account, entry }) => {
      return account.startsWith('bank:') && entry?.incident_id === incident;
    });
    const inBooks = summed(own, {
      keyOf: ({ account, currency, amount_minor: minor }) => {
        return `${minor < 0 ? 'out' : 'in'} ${account.slice('bank:'.length)} ${currency}`;
      },
      amountOf: ({ amount_minor: minor }) => Math.abs(minor),
    });
    return [...new Set([...atBank.keys(), ...inBooks.keys()])].flatMap((key) => {
      const [moved, booked] = [atBank.get(key) ?? 0, inBooks.get(key) ?? 0];
      if (moved === booked) return [];
      const what = `${incident} ${key}: the bank moved ${moved}, the ledger has ${booked}`;
      return [finding('unbalanced', what)];
    });
  });
}

/** A closed incident owes nothing and is owed nothing. */
function leftOpen({ incidents }, postings) {
  const closed = new Set(
    incidents.filter(({ closed_at: at }) => at !== null).map(({ incident_id: id }) => id),
  );
  const open = postings.filter(({ account, entry }) => {
    return /^(owed|clearing|receivable|suspense):/.test(account) && closed.has(entry?.incident_id);
  });
  const sums = summed(open, {
    keyOf: ({ account, currency, entry }) => `${entry.incident_id} ${account} ${currency}`,
    amountOf: ({ amount_minor: minor }) => minor,
  });
  return [...sums]
    .filter(([, minor]) => minor !== 0)
    .map(([account, minor]) =>
      finding('unbalanced', `${account} still holds ${minor} when closed`),
    );
}
