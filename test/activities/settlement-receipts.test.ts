import { invoicePdf, type InvoiceFacts } from '../../templates/invoice-pdf';
import { freshDeal, oldDeal, type ImportedDeal } from '../adapters/plan-desk';
import { SettlementDesk, wrapped, type SettlementCase } from '../adapters/settlement-desk';

let on: SettlementDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());

/** A case whose call is invoiced and whose transfer waits for it. */
async function invoiced(deals: readonly ImportedDeal[] = [freshDeal]): Promise<SettlementCase> {
  const the = await on.approved(deals);
  await the.run('prepareSettlement', {});
  await the.run('issueInvoices', {});
  return the;
}
const match = (the: SettlementCase) => the.run('matchReceipts', {});
const transfer = (the: SettlementCase) => the.run('transferUnits', {});
const callWait = (the: SettlementCase) => `${the.fresh}/E/call/1 finance`;

async function rowsOf<Row extends object>(the: SettlementCase, sql: string): Promise<Row[]> {
  return (await on.desk.pool.query<Row>(sql, [the.incidentId])).rows;
}
const invoiceState = async (the: SettlementCase) =>
  (await rowsOf<{ state: string }>(the, 'SELECT state FROM invoices WHERE incident_id = $1'))[0]
    ?.state;

/** Pays `other`'s invoice into the account that `the` reads. */
async function payForOther(the: SettlementCase, other: SettlementCase): Promise<void> {
  const [row] = await rowsOf<{ reference: string }>(
    other,
    'SELECT reference FROM invoices WHERE incident_id = $1',
  );
  const { reference } = row!;
  const to = `spv:${the.fresh}`;
  await on.incoming({ from: 'investor:E', to, amount: '3540.64', reference });
}

describe('issueInvoices', () => {
  it('issues 1 for the 1 call, as a PDF on file, and none the second time', async () => {
    const the = await on.approved();
    await the.run('prepareSettlement', {});
    expect(await the.run('issueInvoices', {})).toEqual({ issued: 1 });
    expect(await the.run('issueInvoices', {})).toEqual({ issued: 0 });
    const [row] = await rowsOf<{ body: Buffer; due: string; minor: string; who: string }>(
      the,
      `SELECT body, due_on AS due, amount_minor AS minor, investor_id AS who
       FROM invoices JOIN documents ON digest = document_digest WHERE invoices.incident_id = $1`,
    );
    expect(row).toMatchObject({ due: '2026-12-21', minor: '354064', who: 'E' });
    expect(row?.body.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await the.ledger()).toMatchObject({ [`receivable:spv:${the.fresh}:E`]: 354_064n });
    expect(await the.waits()).toEqual([callWait(the)]);
  });

  it('issues none where no line is a call: 0 for a compensation', async () => {
    const the = await invoiced([oldDeal]);
    expect(await rowsOf(the, 'SELECT FROM invoices WHERE incident_id = $1')).toEqual([]);
  });
});

describe('matchReceipts', () => {
  it('pays the invoice by its reference, and lets the units move', async () => {
    const the = await invoiced();
    await the.payIn('E');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 0 });
    expect(await match(the)).toEqual({ matched: 0, unmatched: 0 });
    expect(await invoiceState(the)).toBe('paid');
    expect(await the.waits()).toEqual([]);
    expect(await transfer(the)).toEqual({ confirmed: 1, refused: 0, waiting: 0 });
  });

  it('keeps units and refund waiting while 0.64 is missing, then goes on', async () => {
    const the = await invoiced();
    await the.payIn('E', '3540.00');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 0 });
    expect(await invoiceState(the)).toBe('short');
    expect(await transfer(the)).toEqual({ confirmed: 0, refused: 0, waiting: 1 });
    expect(await the.ledger()).toMatchObject({ [`receivable:spv:${the.fresh}:E`]: 64n });
    await the.payIn('E', '0.64');
    await match(the);
    expect(await invoiceState(the)).toBe('paid');
    expect(await transfer(the)).toMatchObject({ confirmed: 1 });
  });

  it('credits what was asked for and suspends the 9.36 on top, with a person to look', async () => {
    const the = await invoiced();
    await the.payIn('E', '3550.00');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 0 });
    expect(await invoiceState(the)).toBe('over');
    expect(await the.ledger()).toMatchObject({
      [`bank:spv:${the.fresh}`]: 355_000n,
      [`suspense:spv:${the.fresh}`]: -936n,
      [`receivable:spv:${the.fresh}:E`]: 0n,
    });
    expect(await the.waits()).toEqual([`spv:${the.fresh}#1 finance`]);
    expect(await transfer(the)).toMatchObject({ confirmed: 1 });
    await the.pay('firm');
    await the.pay(`spv:${the.fresh}`);
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    expect((await the.plan.evidence('reconciled'))[0]).toMatchObject({
      in: { USD: { owed: '3540.64', booked: '3550.00', moved: '3550.00', difference: '-9.36' } },
      parked: 1,
    });
  });

  it('suspends a second payment of 3,540.64 for 1 invoice', async () => {
    const the = await invoiced();
    await the.payIn('E');
    await the.payIn('E');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 1 });
    const matches = await rowsOf(
      the,
      'SELECT match, invoice_key IS NULL AS open FROM receipts WHERE incident_id = $1 ORDER BY 1',
    );
    expect(matches).toEqual([
      { match: 'exact', open: false },
      { match: 'twice', open: true },
    ]);
    expect((await the.ledger())[`suspense:spv:${the.fresh}`]).toBe(-354_064n);
  });

  it('suspends 2 without a reference of ours, and lets the right one pass', async () => {
    const the = await invoiced();
    const to = `spv:${the.fresh}`;
    const stranger = { from: 'investor:X', to, amount: '3540.64' };
    await on.incoming({ ...stranger, reference: 'for the deal' });
    await on.incoming({ ...stranger, reference: `${the.incidentId} 000000000000` });
    await the.payIn('E');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 2 });
    expect(await invoiceState(the)).toBe('paid');
    expect(await the.waits()).toEqual([`${to}#1 finance`, `${to}#2 finance`]);
  });

  it('leaves alone 1,000.00 that came in before anybody was invoiced', async () => {
    const the = await on.approved([freshDeal]);
    const to = `spv:${the.fresh}`;
    await on.incoming({ from: 'company:F', to, amount: '1000.00', reference: 'dividend' });
    await the.run('prepareSettlement', {});
    await the.run('issueInvoices', {});
    await the.payIn('E');
    expect(await match(the)).toEqual({ matched: 1, unmatched: 0 });
    expect(await the.waits()).toEqual([]);
  });

  it('suspends 3,540.64 that names an invoice payable to another account', async () => {
    const [the, other] = [await invoiced(), await invoiced()];
    await payForOther(the, other);
    expect(await match(the)).toEqual({ matched: 0, unmatched: 1 });
    expect(await invoiceState(other)).toBe('issued');
  });

  it('leaves another incident’s 3,540.64 to it, where both read 1 account', async () => {
    const [the, other] = [await invoiced(), await invoiced()];
    await on.desk.intruder.query('UPDATE invoices SET payee = $2 WHERE incident_id = $1', [
      other.incidentId,
      `spv:${the.fresh}`,
    ]);
    await payForOther(the, other);
    expect(await match(the)).toEqual({ matched: 0, unmatched: 0 });
    expect(await the.waits()).toEqual([callWait(the)]);
  });

  it('stores each of 2 entries once when 3 workers read the statement at once', async () => {
    const the = await invoiced();
    await the.payIn('E', '3000.00');
    await the.payIn('E', '540.64');
    const counts = await Promise.all([match(the), match(the), match(the)]);
    expect(counts.reduce((sum, { matched }) => sum + matched, 0)).toBe(2);
    expect(await invoiceState(the)).toBe('paid');
    expect((await the.ledger())[`bank:spv:${the.fresh}`]).toBe(354_064n);
  });
});

describe('transferUnits', () => {
  it('fills the register, moves 3,540.64 from D to E once, restates both', async () => {
    const the = await invoiced();
    await the.payIn('E');
    await match(the);
    expect(await on.register(the.fresh)).toBeUndefined();
    expect(await transfer(the)).toEqual({ confirmed: 1, refused: 0, waiting: 0 });
    expect(await transfer(the)).toEqual({ confirmed: 0, refused: 0, waiting: 0 });
    const register = await on.register(the.fresh);
    expect(register?.holdings).toEqual([
      { investorId: 'D', units: '128571.43' },
      { investorId: 'E', units: '321428.57' },
    ]);
    expect(register?.transfers).toHaveLength(1);
    const restated = await rowsOf(
      the,
      `SELECT investor_id AS who, restated_minor AS minor FROM restatements
       WHERE incident_id = $1 ORDER BY 1`,
    );
    expect(restated).toEqual([
      { who: 'D', minor: '12857143' },
      { who: 'E', minor: '32142857' },
    ]);
    expect(await the.plan.evidence('register-change')).toMatchObject([{ confirmed: 1 }]);
  });

  it('moves nothing a second time when the register’s first answer was lost', async () => {
    const the = await invoiced();
    await the.payIn('E');
    await match(the);
    const { service } = on.ports;
    const losing = wrapped(service, {
      async transfer(instrument): Promise<never> {
        await service.transfer(instrument);
        throw new Error('the connection was cut');
      },
    });
    const lost = the.run('transferUnits', { using: { service: losing } });
    await expect(lost).rejects.toThrow('the connection was cut');
    const [row] = await rowsOf<{ state: string; kept: boolean }>(
      the,
      `SELECT state, instrument IS NOT NULL AS kept FROM unit_transfers WHERE incident_id = $1`,
    );
    expect(row).toEqual({ state: 'intended', kept: true });
    expect(await transfer(the)).toEqual({ confirmed: 1, refused: 0, waiting: 0 });
    expect((await on.register(the.fresh))?.transfers).toHaveLength(1);
  });

  it('counts 1 refusal once, asks a person, and goes on when it is allowed', async () => {
    const the = await invoiced();
    await the.payIn('E');
    await match(the);
    const other = { kind: 'deal', deal: the.fresh, reason: 'another matter' } as const;
    const { token } = await on.ports.service.hold({ ...other, incident: 'INC-2026-9999' });
    expect(await transfer(the)).toEqual({ confirmed: 0, refused: 1, waiting: 1 });
    expect(await transfer(the)).toEqual({ confirmed: 0, refused: 0, waiting: 1 });
    expect(await the.waits()).toEqual([`${the.fresh}/transfer/1 operations`]);
    expect(await the.pay(`spv:${the.fresh}`)).toMatchObject({ settled: 0, waiting: 1 });
    await on.ports.service.lift(token);
    expect(await transfer(the)).toEqual({ confirmed: 1, refused: 0, waiting: 0 });
    expect(await the.waits()).toEqual([]);
  });

  it('passes the incident’s own hold, on a register that began with 4,000.00', async () => {
    const the = await invoiced();
    await the.payIn('E');
    await match(the);
    const hold = { kind: 'deal', deal: the.fresh, incident: the.incidentId, reason: 'r' } as const;
    await on.ports.service.hold(hold);
    const holdings = [{ investorId: 'D', units: '4000.00' }];
    await on.ports.service.fillRegister({ deal: the.fresh, currency: 'USD', holdings });
    expect(await transfer(the)).toMatchObject({ confirmed: 1 });
    expect((await on.register(the.fresh))?.holdings).toEqual([
      { investorId: 'D', units: '459.36' },
      { investorId: 'E', units: '3540.64' },
    ]);
  });
});

describe('a re-cut before the closing', () => {
  const facts = { ...freshDeal.facts, stage: 'escrow', opt_out_offered: 'yes' };

  it('refunds 3,540.64 from escrow at once, calls as much in, and moves no units', async () => {
    const the = await on.approved([{ ...freshDeal, facts }]);
    const escrow = `escrow:${the.fresh}`;
    expect(await the.run('prepareSettlement', {})).toMatchObject({ calls: 1, transfers: 0 });
    await the.run('issueInvoices', {});
    expect(await the.pay(escrow)).toMatchObject({ settled: 1, waiting: 0 });
    expect(await rowsOf(the, 'SELECT FROM restatements WHERE incident_id = $1')).toHaveLength(1);
    await the.payIn('E');
    await match(the);
    expect(await rowsOf(the, 'SELECT FROM restatements WHERE incident_id = $1')).toHaveLength(2);
    expect(await the.run('settlementState', {})).toMatchObject({ terminal: true });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
  });
});

describe('a redistribution among 2 over-holders and 1 under-holder', () => {
  const shares: ImportedDeal['shares'] = [
    ['C', 1_100_000n, 1_000_000n],
    ['D', 1_200_000n, 1_000_000n],
    ['E', 700_000n, 1_000_000n],
  ];

  it('moves each part when its own call of 2 is paid, and restates E after the last', async () => {
    const the = await invoiced([{ ...freshDeal, shares }]);
    const invoices = await rowsOf<{ minor: string; reference: string }>(
      the,
      `SELECT amount_minor AS minor, reference FROM invoices WHERE incident_id = $1
       ORDER BY sequence`,
    );
    expect(invoices.map(({ minor }) => minor)).toEqual(['100000', '200000']);
    const payIn = (index: number, amount: string) => {
      const { reference } = invoices[index]!;
      return on.incoming({ from: 'bank:E', to: `spv:${the.fresh}`, amount, reference });
    };
    const restated = async () =>
      (await rowsOf(the, 'SELECT FROM restatements WHERE incident_id = $1')).length;
    await payIn(1, '2000.00');
    await match(the);
    expect(await transfer(the)).toEqual({ confirmed: 1, refused: 0, waiting: 1 });
    expect(await restated()).toBe(1);
    expect(await the.pay(`spv:${the.fresh}`)).toMatchObject({ settled: 1, waiting: 1 });
    expect(await the.booked(`spv:${the.fresh}`)).toContain('out 200000 investor:D');
    await payIn(0, '1000.00');
    await match(the);
    await transfer(the);
    expect(await restated()).toBe(3);
    expect(await the.pay(`spv:${the.fresh}`)).toMatchObject({ settled: 1, waiting: 0 });
  });
});

describe('invoicePdf', () => {
  const facts: InvoiceFacts = {
    incident: 'INC-2026-0042',
    drill: true,
    issuedAt: '2026-11-21T12:00:00.000Z',
    dueOn: '2026-12-21',
    investor: 'E',
    investorName: 'Zoë Łukasiewicz',
    deal: 'FRESH',
    dealName: 'Fresh',
    company: 'Fresh Inc',
    amount: '3540.64',
    currency: 'USD',
    payee: 'spv:FRESH',
    reference: 'INC-2026-0042 1a2b3c4d5e6f',
    contact: { name: 'Support', email: 'help@platform.example', phone: '+1 555 0100' },
  };

  it('gives the same bytes for the same facts 2 times, others for another day', async () => {
    const [one, two] = [await invoicePdf(facts), await invoicePdf(facts)];
    expect(one.equals(two)).toBe(true);
    const later = await invoicePdf({ ...facts, issuedAt: '2026-11-22T12:00:00.000Z' });
    expect(later.equals(one)).toBe(false);
  });
});
