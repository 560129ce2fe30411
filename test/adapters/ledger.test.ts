import { postEntries, postgresLedger } from '../../adapters/postgres/ledger';
import { inTransaction } from '../../adapters/postgres/pool';
import { entryOf, type Entry, type Posting } from '../../domain/posting-rules';
import { line } from '../domain/settlement-lines';
import { DecisionDesk, noon } from './decision-desk';

let desk: DecisionDesk;
let incidentId: string;
beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const post = (...entries: Entry[]) =>
  inTransaction(desk.pool, (tx) => postEntries(tx, { incidentId, at: noon, entries }));
const ledger = () => postgresLedger(desk.pool);
const usd = (account: string, amount: bigint): Posting => ({ account, amount, currency: 'USD' });
const entry = (key: string, ...postings: Posting[]): Entry => {
  return { key: `${incidentId}/${key}`, rule: 'payment-owed', postings };
};
const owed = (amount: bigint) =>
  entryOf('payment-owed', { row: line(), key: `${incidentId}/k`, amount, currency: 'USD' });
const count = () => desk.count('FROM entries WHERE incident_id = $1', incidentId);

describe('the ledger', () => {
  it('refuses an entry that is 0.01 out of balance, and everything posted with it', async () => {
    const off = entry('off', usd('a', 100n), usd('b', -99n));
    const posted = post(entry('good', usd('a', 1n), usd('b', -1n)), off);
    await expect(posted).rejects.toThrow(/does not balance/);
    expect(await count()).toBe(0);
  });

  it('refuses 5 dollars against 5 yen: each currency balances by itself', async () => {
    const mixed = entry('mixed', usd('a', 5n), { account: 'b', amount: -5n, currency: 'JPY' });
    await expect(post(mixed)).rejects.toThrow(/does not balance/);
  });

  it('refuses an entry of 0 lines', async () => {
    await expect(post(entry('empty'))).rejects.toThrow(/does not balance/);
  });

  it('refuses a line that is added to an entry later, by the owner of the tables too', async () => {
    await post(entry('whole', usd('a', 1n), usd('b', -1n)));
    const added = desk.intruder.query(
      `INSERT INTO postings SELECT entry_id, 3, 'c', 1, 'USD' FROM entries WHERE incident_id = $1`,
      [incidentId],
    );
    await expect(added).rejects.toThrow(/does not balance/);
  });

  it.each([
    ['an amount', 'UPDATE postings SET amount_minor = amount_minor * 2'],
    ['a line', 'DELETE FROM postings'],
    ['an entry', "UPDATE entries SET posting_rule = 'other'"],
    ['an entry altogether', 'DELETE FROM entries'],
  ])('lets nobody change %s that stands', async (_, sql) => {
    await post(entry('kept', usd('a', 1n), usd('b', -1n)));
    await expect(desk.intruder.query(sql)).rejects.toThrow();
  });

  it('posts a change of state once, however often and by however many it is tried', async () => {
    await Promise.all([post(owed(100n)), post(owed(100n)), post(owed(100n))]);
    await post(owed(100n), entry('other', usd('a', 1n), usd('b', -1n)));
    expect(await count()).toBe(2);
    const balances = await ledger().balances(incidentId);
    expect(balances).toContainEqual({
      account: 'capital:FRESH:D',
      currency: 'USD',
      balance: 100n,
    });
  });

  it('posts 5,000 entries in one go', async () => {
    const many = Array.from({ length: 5_000 }, (_, n) =>
      entry(`${n}`, usd('a', 2n), usd('b', -2n)),
    );
    await post(...many);
    expect(await count()).toBe(5_000);
    expect(await ledger().balances(incidentId)).toEqual([
      { account: 'a', currency: 'USD', balance: 10_000n },
      { account: 'b', currency: 'USD', balance: -10_000n },
    ]);
  });

  it('adds up what left and what came to a bank account apart: 7 out, 5 in, never 2', async () => {
    await post(entry('out', usd('owed:x', 7n), usd('bank:firm', -7n)));
    await post(entry('in', usd('bank:firm', 5n), usd('receivable:x', -5n)));
    expect(await ledger().bankMovements(incidentId)).toEqual([
      { account: 'firm', currency: 'USD', out: 7n, in: 5n },
    ]);
  });

  it('keeps the same reconciliation as 1 entry of evidence, another as a 2nd', async () => {
    const note = (owedText: string) =>
      ledger().noteReconciliation({ incidentId, at: noon, result: { owed: owedText } });
    await note('1.00');
    await note('1.00');
    await note('2.00');
    const kept = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'reconciled');
    expect(kept.map(({ body }) => body)).toEqual([{ owed: '1.00' }, { owed: '2.00' }]);
  });
});
