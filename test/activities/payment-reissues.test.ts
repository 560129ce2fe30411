import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import type { PaymentWord } from '../../activities/ports/payment-ledger';
import type { PaymentRail } from '../../contracts/payment-rail';
import { orderKey } from '../../proof/payment-key';
import { oldDeal } from '../adapters/plan-desk';
import { SettlementDesk, wrapped, type SettlementCase } from '../adapters/settlement-desk';

let on: SettlementDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());
afterEach(() => on.endFaults());

const nothing = { settled: 0, refused: 0, unknown: 0, waiting: 0 };
const nextDay = '2026-11-22T12:00:01.000Z';
const sent = 'out 708128 investor:E';

/** One compensation of 7,081.28 to E by the firm, booked as owed. */
async function prepared(): Promise<SettlementCase> {
  const the = await on.approved([oldDeal]);
  await the.run('prepareSettlement', {});
  return the;
}

const keyOf = async ({ incidentId }: SettlementCase) =>
  (await on.ports.payments.list(incidentId))[0]?.key ?? '';

/** What finance, or somebody else, says of it; `accepted` or the code of the refusal. */
async function says(
  the: SettlementCase,
  word: PaymentWord | { by: string; state: PaymentWord },
): Promise<string> {
  const { incidentId } = the;
  const { by, state } = typeof word === 'string' ? { by: 'finance', state: word } : word;
  const body = { key: await keyOf(the), state };
  return on.desk.tell({ incidentId, by, kind: 'resolve-payment', body });
}

const late = (the: SettlementCase, rail: typeof on.ports.rail = on.ports.rail) =>
  the.run('payChunk', { payer: 'firm', limit: 9, at: nextDay, using: { rail } });

const holds = async ({ incidentId }: SettlementCase) =>
  (await postgresEvidenceLog(on.desk.pool).verify(incidentId)).holds;

const unsent: PaymentRail['pay'] = () => Promise.resolve({ kind: 'unknown', cause: 'cut' });

/** The order never reached the bank, and a day has gone by: nobody sends it again by itself. */
async function forgotten(rail: Partial<typeof on.ports.rail>): Promise<SettlementCase> {
  const the = await prepared();
  await the.pay('firm', { rail: wrapped(on.ports.rail, rail) });
  expect(await the.payments()).toEqual(['compensation E unknown 1']);
  return the;
}

describe('a payment refused for want of funds', () => {
  it('waits for the funding, and goes once, under its 2nd order', async () => {
    const the = await prepared();
    const drained = wrapped(on.ports.rail, {
      async pay(order) {
        const all = { ...order, key: `drain-${order.key}`, to: 'elsewhere' };
        const page = await on.ports.rail.statement({ account: 'firm', afterSeq: 0, limit: 1 });
        await on.ports.rail.pay({ ...all, amountMinor: page.balanceMinor, reference: 'drain' });
        return on.ports.rail.pay(order);
      },
    });
    expect(await the.pay('firm', { rail: drained })).toEqual({ ...nothing, waiting: 1 });
    expect(await the.payments()).toEqual(['compensation E refused 1']);
    expect(await the.pay('firm')).toEqual({ ...nothing, waiting: 1 });
    expect(await the.waits()).toEqual(['funding/firm finance']);
    const fund = { from: 'elsewhere', to: 'firm', amount: '900000.00', reference: 'funding' };
    await on.incoming(fund);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1 });
    expect(await the.waits()).toEqual([]);
    expect(await the.booked('firm')).toEqual([sent]);
    const second = orderKey(await keyOf(the), 2);
    expect(await on.ports.rail.lookup(second)).toMatchObject({ kind: 'booked' });
    expect(await the.ledger()).toMatchObject({ 'owed:firm:E': 0n, 'clearing:firm': 0n });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    expect(await holds(the)).toBe(true);
  });
});

describe('a payment nobody knows of', () => {
  it('is paid again on the word of 1 person of finance, under an order of its own', async () => {
    const the = await forgotten({ pay: unsent });
    expect(await late(the)).toEqual({ ...nothing, waiting: 1 });
    expect(await says(the, { by: 'legal', state: 'absent' })).toBe('ROLE_MISSING');
    expect(await says(the, 'absent')).toBe('accepted');
    expect(await says(the, 'absent')).toBe('ALREADY_DONE');
    expect(await late(the)).toEqual({ ...nothing, settled: 1 });
    expect(await says(the, 'absent')).toBe('ALREADY_DONE');
    expect(await the.booked('firm')).toEqual([sent]);
    expect(await the.waits()).toEqual([]);
    expect(await the.ledger()).toMatchObject({ 'owed:firm:E': 0n, 'clearing:firm': 0n });
    expect(await holds(the)).toBe(true);
  });

  it('is not paid a 2nd time where the bank has booked what a person calls absent', async () => {
    const lost: PaymentRail['pay'] = async (order) => {
      await on.ports.rail.pay(order);
      return { kind: 'unknown', cause: 'cut' };
    };
    const statement: PaymentRail['statement'] = async (request) => {
      const page = await on.ports.rail.statement(request);
      return { ...page, entries: [], lastSeq: request.afterSeq };
    };
    const the = await forgotten({ pay: lost, statement });
    expect(await says(the, 'absent')).toBe('accepted');
    await late(the);
    expect(await the.payments()).toEqual(['compensation E settled 1']);
    expect(await the.booked('firm')).toEqual([sent]);
  });

  it('is settled on a word only as the statement shows it: 0 shown leaves it open', async () => {
    const the = await forgotten({ pay: unsent });
    expect(await says(the, 'settled')).toBe('accepted');
    expect(await late(the)).toEqual({ ...nothing, waiting: 1 });
    expect(await the.payments()).toEqual(['compensation E unknown 1']);
    expect(await the.waits()).toHaveLength(1);
    await on.ports.rail.pay({
      ...{ key: await keyOf(the), from: 'firm', to: 'investor:E', currency: 'USD' },
      ...{
        amountMinor: '708128',
        reference: (await on.ports.payments.list(the.incidentId))[0]!.reference,
      },
    });
    const forgets = wrapped(on.ports.rail, { lookup: () => Promise.resolve({ kind: 'absent' }) });
    await late(the, forgets);
    expect(await the.payments()).toEqual(['compensation E settled 1']);
    expect(await the.booked('firm')).toEqual([sent]);
  });
});

describe('a payment that comes back', () => {
  const returns = { kind: 'return-later', seconds: 0, count: 1, match: { to: 'investor:E' } };

  it('is open again, asks a person, and is paid a 2nd time once its account is right', async () => {
    const the = await prepared();
    await on.fault(returns);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1 });
    expect(await the.run('settlementState', {})).toMatchObject({ terminal: true });
    expect(await the.run('matchReceipts', {})).toEqual({ matched: 1, unmatched: 0, returned: 1 });
    expect(await the.run('matchReceipts', {})).toEqual({ matched: 0, unmatched: 0, returned: 1 });
    expect(await the.payments()).toEqual(['compensation E returned 1']);
    expect(await the.waits()).toEqual([`${the.old}/E/compensation/1 finance`]);
    expect(await the.run('settlementState', {})).toMatchObject({ terminal: false });
    expect(await the.ledger()).toMatchObject({ 'bank:firm': 0n, 'returned:firm:E': -708_128n });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    expect(await the.pay('firm')).toEqual(nothing);
    expect(await says(the, 'settled')).toBe('OPTION_BLOCKED');
    expect(await says(the, 'absent')).toBe('accepted');
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1 });
    expect(await the.booked('firm')).toEqual([sent, sent]);
    expect(await the.waits()).toEqual([]);
    expect(await the.ledger()).toMatchObject({ 'bank:firm': -708_128n, 'returned:firm:E': 0n });
    expect(await the.run('settlementState', {})).toMatchObject({ terminal: true });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    expect(await holds(the)).toBe(true);
  });

  it('before we saw it arrive is first settled, then returned, each 1 time', async () => {
    const the = await prepared();
    await on.fault(returns);
    const behind = wrapped(on.ports.rail, {
      async statement(request) {
        const page = await on.ports.rail.statement(request);
        return { ...page, entries: [], lastSeq: request.afterSeq };
      },
    });
    expect(await the.pay('firm', { rail: behind })).toEqual({ ...nothing, waiting: 1 });
    expect(await the.run('matchReceipts', {})).toEqual({ matched: 0, unmatched: 0 });
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1 });
    expect(await the.run('matchReceipts', {})).toMatchObject({ matched: 1, returned: 1 });
    expect(await the.payments()).toEqual(['compensation E returned 1']);
  });

  it('only in our rows, and not at the bank, is not paid again: 1 payment stands', async () => {
    const the = await prepared();
    await the.pay('firm');
    await edit(the, `UPDATE payments SET state = 'returned' WHERE incident_id = $1`);
    expect(await says(the, 'absent')).toBe('accepted');
    expect(await the.pay('firm')).toEqual(nothing);
    expect(await the.booked('firm')).toEqual([sent]);
    expect(await the.waits()).toEqual([`${the.old}/E/compensation/1 finance`]);
  });
});

const edit = ({ incidentId }: SettlementCase, sql: string) =>
  on.desk.intruder.query(sql, [incidentId]);

describe('rows changed behind our back', () => {
  it('move no 2nd payment by a further order that nobody has asked for', async () => {
    const the = await prepared();
    await the.pay('firm');
    const second = orderKey(await keyOf(the), 2);
    await edit(
      the,
      `UPDATE payments SET state = 'reserved', issue = 2, order_key = '${second}'
       WHERE incident_id = $1`,
    );
    await expect(the.pay('firm')).rejects.toMatchObject({ type: 'RECEIPT_MISMATCH' });
    expect(await the.booked('firm')).toEqual([sent]);
  });

  it('move no 2nd payment by a state put back a day later', async () => {
    const the = await prepared();
    await the.pay('firm');
    await edit(the, `UPDATE payments SET state = 'reserved' WHERE incident_id = $1`);
    const rail = wrapped(on.ports.rail, { pay: unsent });
    expect(await late(the, rail)).toEqual({ ...nothing, settled: 1 });
    expect(await the.booked('firm')).toEqual([sent]);
  });

  it('pay nothing again on a word that finance has not signed: 0 orders go out', async () => {
    const the = await forgotten({ pay: unsent });
    await edit(
      the,
      `INSERT INTO payment_words SELECT jti, incident_id, (SELECT payment_key FROM payments p
         WHERE p.incident_id = $1), 1, 'absent', person_id, now()
       FROM commands WHERE incident_id = $1 AND person_id = 'finance' AND accepted`,
    );
    expect(await late(the)).toEqual({ ...nothing, waiting: 1 });
    expect(await the.booked('firm')).toEqual([]);
  });

  it('move no units by an invoice called paid: the statement shows 0.00 of it', async () => {
    const the = await on.approved();
    await the.run('prepareSettlement', {});
    await the.run('issueInvoices', {});
    await edit(the, `UPDATE invoices SET state = 'paid', paid_at = now() WHERE incident_id = $1`);
    const moved = the.run('transferUnits', {});
    await expect(moved).rejects.toMatchObject({ type: 'RECEIPT_MISMATCH', nonRetryable: true });
    expect(await on.register(the.fresh)).toBeUndefined();
  });

  it('refund nothing for 1 transfer called confirmed that the register does not know', async () => {
    const the = await on.approved();
    await the.run('prepareSettlement', {});
    const spv = `spv:${the.fresh}`;
    await on.incoming({ from: 'anybody', to: spv, amount: '9000.00', reference: 'float' });
    await edit(the, `UPDATE unit_transfers SET state = 'confirmed' WHERE incident_id = $1`);
    await expect(the.pay(spv)).rejects.toMatchObject({ type: 'RECEIPT_MISMATCH' });
    expect(await the.booked(spv)).toEqual([]);
  });
});
