import type { IncidentStatus } from '../../activities/ports/status';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresStages } from '../../adapters/postgres/stages';
import { readStatus, postgresStatus } from '../../adapters/postgres/status';
import { changesBetween } from '../../scripts/status-changes';
import { statusText } from '../../scripts/status-text';
import { after, DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

let desk: DecisionDesk;
const hash = 'f'.repeat(64);

beforeAll(async () => {
  desk = await DecisionDesk.open();
  for (const [id, roles] of Object.entries({
    oncall: 'on-call',
    legal: 'legal',
    finance: 'finance',
    mary: 'management',
  })) {
    await desk.enrol(id, roles);
  }
});
afterAll(() => desk.close());

const read = async (incidentId: string): Promise<IncidentStatus> => {
  const status = await readStatus(desk.pool, incidentId);
  if (status === undefined) throw new Error(`no status of ${incidentId}`);
  return status;
};

/** An incident of the demonstration whose plan is drafted. */
async function planned(): Promise<PlanDesk> {
  const plan = await PlanDesk.open(desk);
  await plan.imports([oldDeal, freshDeal]);
  await desk.intruder.query('UPDATE snapshots SET deal_count = 15');
  await plan.declare('computed');
  await plan.draft();
  return plan;
}

const booking = async ({ incidentId }: PlanDesk, state: string) =>
  desk.pool.query(
    `INSERT INTO payments (payment_key, incident_id, deal_id, investor_id, leg, sequence,
       plan_version, plan_digest, payer, payee, amount_minor, currency, state, reference,
       intended_at)
     VALUES (md5($1 || $2) || md5($2 || $1), $1, 'OLD', 'E', 'compensation', 1, 1, $3, 'firm',
       'investor:E', 708128, 'USD', $2, 'ref', $4)`,
    [incidentId, state, hash, noon],
  );

describe('readStatus', () => {
  it('knows nothing of an incident that is not there', async () => {
    expect(await readStatus(desk.pool, 'INC-2026-9999')).toBeUndefined();
  });

  it('answers straight after opening, before any worker has done anything', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    expect(await read(incidentId)).toMatchObject({
      incident: incidentId,
      severity: null,
      stage: 'freezing',
      waitingFor: [{ for: 'take', id: 'take', role: 'on-call', since: noon }],
      freeze: { state: 'not-asked', since: null, verifiedAt: null },
      fix: { state: 'none', rule: null },
      plan: { version: null, digest: null },
      sizing: { actual: null },
      drill: true,
    });
  });

  it('says since when the service is frozen and when somebody last looked', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    const holds = postgresHolds(desk.pool);
    const service = { kind: 'service', token: 't', dealId: '', state: 'held' } as const;
    const deal = { kind: 'deal', token: 'u', dealId: 'OLD', state: 'held' } as const;
    await holds.ask({ incidentId, subjects: [service, deal], at: noon });
    expect((await read(incidentId)).freeze.state).toBe('asked');
    await holds.placed({ incidentId, holds: [service, deal], at: after(1) });
    await holds.verified({ incidentId, at: after(5) });
    const { freeze, counts } = await read(incidentId);
    expect(freeze).toEqual({ state: 'frozen', since: after(1), verifiedAt: after(5) });
    expect(counts.dealsHeld).toBe(1);
    await holds.lapsed({ incidentId, holds: [service], at: after(6) });
    expect((await read(incidentId)).freeze.state).toBe('lapsed');
  });

  it('shows a gate with its digest, its votes and the 2 seats that are still empty', async () => {
    const plan = await planned();
    const { incidentId } = plan;
    const { digest } = (await read(incidentId)).plan;
    const subject = String(digest);
    await desk.gates().open({ incidentId, gateId: 'plan', subject, at: after(1) });
    await desk.receipt(incidentId, 'mary');
    expect(
      await desk.vote({ incidentId, by: 'finance', gate: 'plan', subject, at: after(2) }),
    ).toBe('accepted');
    const { waitingFor } = await read(incidentId);
    expect(waitingFor.find((wait) => wait.for === 'gate')).toMatchObject({
      for: 'gate',
      id: 'plan',
      role: 'legal, customer-success',
      since: after(1),
      question: null,
      deadlineAt: after(601),
      gate: 'plan',
      digest,
      votes: [{ person: 'finance', role: 'finance', decision: 'approve' }],
      missing: ['legal', 'customer-success'],
      expiresAt: after(601),
    });
  });

  it('names a missing fact by deal, and a fix nobody proposed, once shares are wrong', async () => {
    const plan = await PlanDesk.open(desk);
    await plan.imports([{ ...oldDeal, facts: { stage: 'closed', error_clause: 'none' } }]);
    await plan.draft();
    const { waitingFor } = await read(plan.incidentId);
    expect(waitingFor.map((wait) => `${wait.for} ${wait.id}`)).toEqual(
      expect.arrayContaining(['fact OLD/mark', 'fix fix', 'take take']),
    );
  });

  it('waits for no take once somebody has it, and for nobody once it is closed', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    await desk.tell({ incidentId, by: 'oncall', kind: 'take' });
    const taken = await read(incidentId);
    expect([taken.takenBy, taken.waitingFor]).toEqual(['oncall', []]);
    const stages = postgresStages(desk.pool);
    await stages.turn({ incidentId, stage: 'closed', at: after(9) });
    const end = { outcome: 'no-impact', planVersions: 0, postMortem: hash, at: after(9) };
    await stages.close({ incidentId, ...end });
    expect(await read(incidentId)).toMatchObject({
      stage: 'closed',
      closedAt: after(9),
      nextUpdateDueAt: null,
      waitingFor: [],
    });
  });

  it('counts 2 people in 2 deals, plans 10,632.78 out and 3,540.64 in, nets nothing', async () => {
    const { incidentId } = await planned();
    const { counts, totals, severity } = await read(incidentId);
    expect(severity).toBe('Sev 1');
    expect(counts).toMatchObject({ dealsScanned: 15, dealsAffected: 2, investorsAffected: 2 });
    expect(totals).toEqual({
      over: { USD: '7081.28' },
      under: { USD: '7081.28' },
      planned: { out: { USD: '10632.78' }, in: { USD: '3540.64' } },
      moved: { out: {}, in: {}, units: {} },
    });
  });

  it('counts a payment as moved only when settled, and as planned but once', async () => {
    const plan = await planned();
    await booking(plan, 'sending');
    expect((await read(plan.incidentId)).totals.moved.out).toEqual({});
    await desk.pool.query(`UPDATE payments SET state = 'settled' WHERE incident_id = $1`, [
      plan.incidentId,
    ]);
    const { totals, counts } = await read(plan.incidentId);
    expect(totals.moved.out).toEqual({ USD: '7081.28' });
    expect(totals.planned.out).toEqual({ USD: '10632.78' });
    expect(counts.payments).toEqual({ settled: 1 });
  });

  it('compares the estimate with what was found, in the currency of the estimate', async () => {
    const plan = await planned();
    await desk.intruder.query(
      `UPDATE incidents SET estimate =
         '{"deals": 1, "investors": 6, "amount": "7000", "currency": "USD"}'
       WHERE incident_id = $1`,
      [plan.incidentId],
    );
    expect((await read(plan.incidentId)).sizing).toEqual({
      estimate: { deals: 1, investors: 6, amount: '7000', currency: 'USD', hours: null },
      actual: { deals: 2, investors: 2, amount: '7081.28', currency: 'USD', hours: null },
      ratio: { deals: '2.00', investors: '0.33', amount: '1.01', hours: null },
      ...{ outside: ['investors'], assumptions: [], history: [] },
    });
  });

  it('owes the next update 1 minute after the last page was turned in a drill', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    await postgresStages(desk.pool).turn({ incidentId, stage: 'declaring', at: after(10) });
    expect((await read(incidentId)).nextUpdateDueAt).toBe(after(70));
  });

  it('lists the newest incident first', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    const [first, second] = await postgresStatus(desk.pool).list();
    expect(first).toMatchObject({ incident: incidentId, stage: 'freezing', drill: true });
    expect(second?.incident).not.toBe(incidentId);
  });
});

describe('the text of a status', () => {
  it('tells who has to do what until when, and how much money, in whole words', async () => {
    const plan = await planned();
    const { incidentId } = plan;
    const { digest } = (await read(incidentId)).plan;
    const subject = String(digest);
    await desk.gates().open({ incidentId, gateId: 'plan', subject, at: after(1) });
    await booking(plan, 'settled');
    const text = statusText(await read(incidentId), after(121));
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        `${incidentId} · Sev 1 · freezing since 12:00:00 UTC · DRILL, no real money`,
        'Opened 12:00:00 UTC (2 min ago) by oncall · NOBODY HAS TAKEN IT',
        expect.stringContaining(
          'approve or reject the plan, since 2 min ago, until 12:10:01 UTC (in 8 min)',
        ),
        `      ./makewhole decide ${incidentId} --gate plan --approve --as YOU`,
        expect.stringMatching(/^Affected +2 investors in 2 of 15 deals; too much 7,081.28 USD/),
        'Moved       out 7,081.28 of 10,632.78 USD; in 0 of 3,540.64 USD',
        'Severity    Sev 1: money still moves; 14,162.56 USD too much and too little in all; ' +
          '730 days since the first harm',
        expect.stringMatching(
          /^Deadlines {3}next .* by 2026-.*; \d+ run, \d+ of them PAST, \d+ assumed; /,
        ),
      ]),
    );
  });
});

describe('what has changed between two looks', () => {
  it('is a sentence for each thing that changed, and who is no longer waited for', async () => {
    const { incidentId } = await PlanDesk.open(desk);
    const before = await read(incidentId);
    expect(changesBetween(before, before)).toEqual([]);
    expect(changesBetween(undefined, before)).toContain('waits for on-call: say that they have it');
    await desk.tell({ incidentId, by: 'oncall', kind: 'take' });
    await postgresStages(desk.pool).turn({ incidentId, stage: 'declaring', at: after(1) });
    expect(changesBetween(before, await read(incidentId))).toEqual([
      'no longer waits for on-call: say that they have it',
      'page declaring',
      'oncall has it',
    ]);
  });
});
