import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import {
  SettlementDesk,
  wrapped,
  type Ports,
  type SettlementCase,
} from '../adapters/settlement-desk';
import { oldDeal } from '../adapters/plan-desk';
import { ActivityContext } from '../support/activity-context';

let on: SettlementDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());
afterEach(() => on.endFaults());

const nothing = { settled: 0, refused: 0, unknown: 0, waiting: 0 };

async function prepared(given = on.approved()): Promise<SettlementCase> {
  const the = await given;
  await the.run('prepareSettlement', {});
  return the;
}

/** Ports that die at their n-th call, before or after it took effect, and at every one after. */
function dyingAt(n: number, when: 'before' | 'after'): Pick<Ports, 'payments' | 'rail'> {
  let calls = 0;
  const die = () => {
    throw new Error('the worker is gone');
  };
  const dying = <P extends object>(port: P): P =>
    new Proxy(port, {
      get: (target, name) => {
        const verb: unknown = target[name as keyof P];
        if (typeof verb !== 'function' || name === 'capabilities') return verb;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls > n || (calls === n && when === 'before')) die();
          const answer: unknown = await (verb.apply(target, args) as Promise<unknown>);
          if (calls >= n) die();
          return answer;
        };
      },
    });
  return { payments: dying(on.ports.payments), rail: dying(on.ports.rail) };
}

describe('payChunk when things go wrong', () => {
  it('pays 2 payments once though the bank books both and loses both replies', async () => {
    const the = await prepared();
    await on.fault({ kind: 'lose-reply', count: 2 });
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 2 });
    expect(await the.booked('firm')).toHaveLength(2);
    expect(await the.pay('firm')).toEqual(nothing);
  });

  it('calls 2 payments unknown once, looks them up first, and settles them unsent', async () => {
    const the = await prepared();
    let sent = 0;
    const lost = wrapped(on.ports.rail, {
      async pay(order) {
        sent += 1;
        await on.ports.rail.pay(order);
        return { kind: 'unknown', cause: 'no answer' };
      },
      // The statement is a day behind.
      async statement(request) {
        const page = await on.ports.rail.statement(request);
        return { ...page, entries: [], lastSeq: request.afterSeq };
      },
    });
    expect(await the.pay('firm', { rail: lost })).toEqual({ ...nothing, unknown: 2 });
    expect(await the.waits()).toHaveLength(2);
    expect(await the.pay('firm', { rail: wrapped(lost, { pay: neverPaid }) })).toEqual({
      ...nothing,
      settled: 2,
    });
    expect(sent).toBe(2);
    expect(await the.waits()).toEqual([]);
    expect(await the.booked('firm')).toHaveLength(2);
  });

  it('sends under the same 2 keys what the bank has never seen, and counts once', async () => {
    const the = await prepared();
    const keys: string[] = [];
    const deaf = wrapped(on.ports.rail, {
      pay(order) {
        keys.push(order.key);
        return Promise.resolve({ kind: 'unknown' as const, cause: 'cut' });
      },
    });
    expect(await the.pay('firm', { rail: deaf })).toEqual({ ...nothing, unknown: 2 });
    expect(await the.pay('firm', { rail: deaf })).toEqual({ ...nothing, waiting: 2 });
    expect(new Set(keys).size).toBe(2);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 2 });
    expect(await the.payments()).toEqual(
      expect.arrayContaining(['interest D settled 3', 'compensation E settled 3']),
    );
  });

  it('sends nothing again after the 24 h a rail remembers keys, and asks a person', async () => {
    const the = await prepared();
    const deaf = wrapped(on.ports.rail, {
      pay: () => Promise.resolve({ kind: 'unknown' as const, cause: 'cut' }),
    });
    await the.pay('firm', { rail: deaf });
    const at = '2026-11-22T12:00:00.000Z';
    const rail = wrapped(on.ports.rail, { pay: neverPaid });
    const using = { rail };
    const late = await the.run('payChunk', { payer: 'firm', limit: 9, at, using });
    expect(late).toEqual({ ...nothing, waiting: 2 });
    expect(await the.waits()).toHaveLength(2);
    expect(await the.booked('firm')).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'pays each payment once when the worker dies %s any of its 9 steps',
    async (when) => {
      for (let step = 1; step <= 9; step += 1) {
        const the = await prepared(on.approved([oldDeal]));
        const dead = the.pay('firm', dyingAt(step, when));
        await expect(dead).rejects.toThrow('the worker is gone');
        const { waiting } = await the.pay('firm');
        expect(waiting).toBe(0);
        expect([step, await the.booked('firm')]).toEqual([step, ['out 708128 investor:E']]);
        expect(await the.payments()).toEqual([expect.stringMatching(/^compensation E settled/)]);
        expect(await the.ledger()).toMatchObject({ 'bank:firm': -708_128n, 'clearing:firm': 0n });
      }
    },
  );

  it('has 9 steps and no 10th: whoever dies after them has done everything', async () => {
    const the = await prepared(on.approved([oldDeal]));
    expect(await the.pay('firm', dyingAt(10, 'before'))).toEqual({ ...nothing, settled: 1 });
  });

  it('pays the others when 1 account is closed, and keeps only that deal open', async () => {
    const the = await prepared();
    await on.fault({ kind: 'refuse', accounts: ['investor:E'] });
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1, refused: 1 });
    expect(await the.booked('firm')).toEqual(['out 1086 investor:D']);
    expect(await the.waits()).toEqual([`${the.old}/E/compensation/1 finance`]);
    expect(await the.ledger()).toMatchObject({
      'owed:firm:E': -708_128n,
      'owed:firm:D': 0n,
      'clearing:firm': 0n,
    });
    const state = await the.run('settlementState', {});
    expect(state).toMatchObject({ open: { refused: 1, unknown: 0 }, terminal: false });
    expect(await the.pay('firm')).toEqual(nothing);
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
  });

  it('sends nothing from an account 0.01 short, and all once it is funded', async () => {
    const the = await on.approved([{ ...oldDeal }]);
    const poor = `poor-${the.incidentId}`;
    await on.account(poor, '7081.27');
    await the.run('prepareSettlement', {});
    const rail = wrapped(on.ports.rail, {
      statement: async (request) => {
        const page = await on.ports.rail.statement({ ...request, account: poor });
        return { ...page, entries: [] };
      },
      pay: neverPaid,
    });
    expect(await the.pay('firm', { rail })).toEqual({ ...nothing, waiting: 1 });
    expect(await the.waits()).toEqual(['funding/firm finance']);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 1 });
    expect(await the.waits()).toEqual([]);
  });

  it('stops, and settles nothing, when the bank books 70.81 for 7,081.28', async () => {
    const the = await prepared(on.approved([oldDeal]));
    const rail = wrapped(on.ports.rail, {
      statement: async (request) => {
        const page = await on.ports.rail.statement(request);
        const entries = page.entries.map((entry) => ({ ...entry, amountMinor: '7081' }));
        return { ...page, entries };
      },
    });
    const paid = the.pay('firm', { rail });
    await expect(paid).rejects.toMatchObject({ type: 'RECEIPT_MISMATCH', nonRetryable: true });
    expect(await the.payments()).toEqual(['compensation E sending 1']);
  });

  it('begins no payment after it was cancelled, and pays them all in the next call', async () => {
    const the = await prepared();
    const env = new ActivityContext();
    env.cancel();
    expect(await the.pay('firm', { env })).toEqual({ ...nothing, waiting: 2 });
    expect(await the.booked('firm')).toEqual([]);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 2 });
  });

  it('pays 2 payments once when 3 workers do the same chunk at once', async () => {
    const the = await prepared();
    const counts = await Promise.all([the.pay('firm'), the.pay('firm'), the.pay('firm')]);
    expect(counts.reduce((sum, { settled }) => sum + settled, 0)).toBe(2);
    expect(await the.booked('firm')).toHaveLength(2);
    expect((await the.ledger())['bank:firm']).toBe(-709_214n);
  });
});

const neverPaid = (): never => {
  throw new Error('nothing may be sent here');
};

describe('the money and units of a settlement', () => {
  it('are moved by nobody before the plan is approved: 4 activities refuse', async () => {
    const the = await on.planned();
    const tries = [
      the.run('prepareSettlement', {}),
      the.run('issueInvoices', {}),
      the.pay('firm'),
      the.run('transferUnits', {}),
    ];
    for (const tried of await Promise.allSettled(tries)) {
      expect(tried).toMatchObject({ status: 'rejected', reason: { type: 'APPROVAL_MISSING' } });
    }
    expect(await the.payments()).toEqual([]);
    expect(await on.ports.settlements.dealStates(the.incidentId)).toEqual([
      { dealId: the.fresh, approved: false, terminal: false },
      { dealId: the.old, approved: false, terminal: false },
    ]);
  });

  it('stay once a key that signed is compromised, in a chunk under way too: 0 of 2', async () => {
    const the = await prepared();
    const compromise = (is: boolean) =>
      on.desk.intruder.query(
        `UPDATE person_keys SET compromised = $1 WHERE person_id = 'finance'`,
        [is],
      );
    const rail = wrapped(on.ports.rail, {
      // The account is asked for its funds after the votes were counted.
      async statement(request) {
        await compromise(true);
        return on.ports.rail.statement(request);
      },
    });
    const paid = the.pay('firm', { rail });
    await expect(paid).rejects.toMatchObject({ type: 'APPROVAL_MISSING', nonRetryable: true });
    expect(await the.booked('firm')).toEqual([]);
    await compromise(false);
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 2 });
  });

  it('stay where they are when 2 lines were edited after people signed', async () => {
    const the = await prepared();
    await on.desk.intruder.query(
      `UPDATE plan_lines SET amount_minor = 999999
       WHERE incident_id = $1 AND leg IN ('compensation', 'call')`,
      [the.incidentId],
    );
    for (const tried of [the.pay('firm'), the.run('transferUnits', {})]) {
      await expect(tried).rejects.toMatchObject({ type: 'PLAN_MISMATCH', nonRetryable: true });
    }
    expect(await the.booked('firm')).toEqual([]);
  });

  it('pay no row that was slipped in: 1 forged one stays, 2 approved ones go', async () => {
    const the = await prepared();
    await on.desk.intruder.query(
      `INSERT INTO payments SELECT repeat('0', 64), incident_id, deal_id, 'M', leg, 9, plan_version,
         plan_digest, payer, 'investor:M', 100, currency, 'reserved', 0, reference, null, null,
         intended_at FROM payments WHERE incident_id = $1 AND leg = 'interest'`,
      [the.incidentId],
    );
    expect(await the.pay('firm')).toEqual({ ...nothing, settled: 2, waiting: 1 });
    expect((await the.booked('firm')).join()).not.toContain('investor:M');
    expect(await the.run('settlementState', {})).toMatchObject({ open: { payments: 1 } });
    expect(await evidenceOf(the)).toMatchObject({ holds: false });
  });

  it('stop where a booked row was edited: 1 cent more is not paid', async () => {
    const the = await prepared(on.approved([oldDeal]));
    await on.desk.intruder.query(
      'UPDATE payments SET amount_minor = amount_minor + 1 WHERE incident_id = $1',
      [the.incidentId],
    );
    await expect(the.pay('firm')).rejects.toMatchObject({ type: 'PLAN_MISMATCH' });
    await expect(the.run('prepareSettlement', {})).rejects.toMatchObject({ type: 'PLAN_MISMATCH' });
    expect(await the.booked('firm')).toEqual([]);
  });

  it('are booked once however often they are prepared, also 3 times at once', async () => {
    const the = await on.approved();
    const prepare = () => the.run('prepareSettlement', {});
    await Promise.all([prepare(), prepare(), prepare()]);
    await prepare();
    expect(await the.payments()).toHaveLength(3);
    expect(await the.plan.evidence('payment-intent')).toHaveLength(1);
    expect(await the.ledger()).toMatchObject({ 'error:firm': 709_214n });
  });

  it('leave evidence that holds, from each of 4 effects to its entry and back', async () => {
    const the = await prepared();
    const spv = `spv:${the.fresh}`;
    await the.run('issueInvoices', {});
    await the.payIn('E');
    await the.run('matchReceipts', {});
    await the.run('transferUnits', {});
    await Promise.all([the.pay('firm'), the.pay(spv)]);
    expect(await the.run('settlementState', {})).toMatchObject({ terminal: true });
    expect(await evidenceOf(the)).toMatchObject({ holds: true });
    const intents = await the.plan.evidence('payment-intent');
    expect(intents).toMatchObject([{ count: 3, transfers: 1, totals: { USD: '10632.78' } }]);
  });
});

const evidenceOf = (the: SettlementCase) =>
  postgresEvidenceLog(on.desk.pool).verify(the.incidentId);
