import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerPayments } from '../../scripts/commands/payments';
import { registerReconcile } from '../../scripts/commands/reconcile';
import { registerUnits } from '../../scripts/commands/units';
import { noon } from './decision-desk';
import { SettlementDesk, type SettlementCase } from './settlement-desk';

let on: SettlementDesk;
let the: SettlementCase;
let stateDir: string;

beforeAll(async () => {
  on = await SettlementDesk.open();
  stateDir = mkdtempSync(join(tmpdir(), 'makewhole-money-'));
  on.writeStack(stateDir);
});
afterAll(async () => {
  await on.close();
  rmSync(stateDir, { recursive: true });
});
beforeEach(async () => {
  the = await on.approved();
  await the.run('prepareSettlement', {});
});

/** Types a command about the incident as a person would; what it prints is caught. */
async function run(command: string, ...words: string[]): Promise<{ code: number; out: string }> {
  let out = '';
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      if (stream === 'stdout') out += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  const program = new Command('makewhole').option('--state <dir>').option('--json').exitOverride();
  for (const register of [registerPayments, registerUnits, registerReconcile]) register(program);
  try {
    const typed = ['--state', stateDir, command, the.incidentId, ...words];
    await program.parseAsync(typed, { from: 'user' });
    return { out, code: typeof process.exitCode === 'number' ? process.exitCode : 0 };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

async function settleAll(): Promise<void> {
  await the.run('issueInvoices', {});
  await the.payIn('E');
  await the.run('matchReceipts', {});
  await the.run('transferUnits', {});
  await the.pay('firm');
  await the.pay(`spv:${the.fresh}`);
}

describe('payments', () => {
  it('gives with --lines 1 JSON line for each of the 3 payments, of 9 members', async () => {
    await the.pay('firm');
    const { code, out } = await run('payments', '--lines');
    const lines = out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(code).toBe(0);
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual({
      deal: the.old,
      investor: 'E',
      leg: 'compensation',
      amount: '7081.28',
      currency: 'USD',
      state: 'settled',
      key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      attempts: 1,
      reference: expect.stringMatching(`^${the.incidentId} [0-9a-f]{12}$`) as string,
    });
  });

  it('sums up: 2 settled for 7,092.14, 1 still open', async () => {
    await the.pay('firm');
    expect(JSON.parse((await run('payments', '--json')).out)).toMatchObject({
      incident: the.incidentId,
      settled: 2,
      unknown: 0,
      refused: 0,
      open: 1,
      total: { USD: '7092.14' },
    });
    expect((await run('payments')).out).toMatch(/compensation +│ 7,081[.]28 USD +│ firm/);
  });
});

describe('units', () => {
  it('shows the register beside the plan: not filled, then 128,571.43 and 321,428.57', async () => {
    const holders = async () => {
      const { out } = await run('units', '--json');
      const { deals } = JSON.parse(out) as { deals: { holders: object[] }[] };
      return deals[0]?.holders;
    };
    const [D, E] = [
      { investor: 'D', recorded: '132112.07', planned: '128571.43' },
      { investor: 'E', recorded: '317887.93', planned: '321428.57' },
    ];
    expect(await holders()).toEqual([
      { ...D, registered: null },
      { ...E, registered: null },
    ]);
    await settleAll();
    expect(await holders()).toEqual([
      { ...D, registered: '128571.43' },
      { ...E, registered: '321428.57' },
    ]);
    expect((await run('units')).out).toContain('confirmed');
  });
});

describe('reconcile', () => {
  it('gives out 10,632.78 and in 3,540.64 with difference 0.00 at the end', async () => {
    await settleAll();
    const { code, out } = await run('reconcile', '--json');
    const figures = (sum: string) => ({ owed: sum, booked: sum, moved: sum, difference: '0.00' });
    expect(JSON.parse(out)).toMatchObject({
      out: { USD: figures('10632.78') },
      in: { USD: figures('3540.64') },
      explained: true,
      parked: [],
    });
    expect(code).toBe(0);
  });

  it('names what is open and with whom, and exits 0: 4 of 4 have an owner', async () => {
    const { code, out } = await run('reconcile');
    expect(code).toBe(0);
    expect(out.match(/Open, with finance:/g)).toHaveLength(4);
    expect(out).toContain('Every difference is explained.');
  });

  it('exits 3 when 5.00 left an account under the incident’s name and in no plan', async () => {
    await settleAll();
    const amountMinor = '500';
    const reference = `${the.incidentId} 0123456789ab`;
    const order = { key: the.incidentId, from: 'firm', to: 'investor:M', amountMinor, reference };
    await on.ports.rail.pay({ ...order, currency: 'USD' });
    const { code, out } = await run('reconcile');
    expect(code).toBe(3);
    expect(out).toContain('out of firm: 7092.14 USD is booked, the statement shows 7097.14 USD');
    expect(await the.run('reconcilePlan', {})).toMatchObject({ explained: false });
  });

  it('is signed off by finance and operations, 2 people, for the very 5.00 they saw', async () => {
    await settleAll();
    const { incidentId } = the;
    const order = { from: 'firm', to: 'investor:M', currency: 'USD' };
    const [amountMinor, reference] = ['500', `${incidentId} 0123456789ab`];
    await on.ports.rail.pay({ ...order, key: incidentId, amountMinor, reference });
    const found = await the.run('reconcilePlan', {});
    const gate = { incidentId, gateId: 'difference', subject: found.differs!, at: noon };
    const { opening } = await on.desk.gates().open(gate);
    const by = (person: string) =>
      on.desk.vote({ incidentId, by: person, gate: 'difference', subject: gate.subject });
    await on.desk.enrol('omar', 'operations');
    expect([await by('finance'), await by('legal'), await by('finance')]).toEqual([
      'accepted',
      'ROLE_MISSING',
      'ALREADY_VOTED',
    ]);
    await on.desk.intruder.query(
      `UPDATE gates SET state = 'passed' WHERE incident_id = $1 AND gate_id = 'difference'`,
      [incidentId],
    );
    expect(await the.run('reconcilePlan', {})).toEqual(found);
    expect(await by('omar')).toBe('GATE_CLOSED');
    await on.desk.gates().tally({ ...gate, opening });
    expect(await by('omar')).toBe('accepted');
    expect(await on.desk.gates().tally({ ...gate, opening })).toMatchObject({ state: 'passed' });
    expect(await the.run('reconcilePlan', {})).toEqual({ explained: true });
    const last = (await the.plan.evidence('reconciled')).at(-1);
    expect(last).toMatchObject({ explained: false, signedOff: gate.subject });
    const said = await run('reconcile');
    expect([said.code, said.out.includes('have signed that it stays so')]).toEqual([0, true]);
    await on.ports.rail.pay({ ...order, key: `${incidentId}-2`, amountMinor: '1', reference });
    expect(await the.run('reconcilePlan', {})).toMatchObject({ explained: false });
  });
});
