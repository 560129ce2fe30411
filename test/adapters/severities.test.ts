import { DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

let desk: DecisionDesk;
const opened = () => PlanDesk.open(desk);

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'on-call');
});
afterAll(() => desk.close());

describe('declareSeverity', () => {
  it('opens at Sev 1 while nothing is known, and keeps who decided and why', async () => {
    const plan = await opened();
    expect(await plan.declare('provisional')).toEqual({ severity: 'Sev 1', rose: true });
    expect(await plan.evidence('severity')).toEqual([
      expect.objectContaining({ phase: 'provisional', severity: 'Sev 1', decidedBy: 'rule' }),
    ]);
  });

  it('leaves one entry of evidence when it is tried again', async () => {
    const plan = await opened();
    await plan.declare('provisional');
    expect(await plan.declare('provisional')).toEqual({ severity: 'Sev 1', rose: false });
    expect(await plan.evidence('severity')).toHaveLength(1);
  });

  it('never falls by itself, and still records what the facts came to', async () => {
    const plan = await opened();
    await plan.declare('provisional');
    await plan.imports([{ ...oldDeal, shares: [['D', 1n, 1n]] }]);
    await desk.pool.query(
      `INSERT INTO holds (incident_id, kind, state, asked_at) VALUES ($1, 'service', 'held', $2)`,
      [plan.incidentId, noon],
    );
    expect(await plan.declare('computed')).toEqual({ severity: 'Sev 1', rose: false });
    const [, computed] = await plan.evidence('severity');
    expect(computed).toMatchObject({ severity: 'Sev 1', computed: 'Sev 3', before: 'Sev 1' });
  });

  it('reads people, money and age from the impact on the plan’s basis', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    await plan.declare('computed');
    const [body] = await plan.evidence('severity');
    expect(body!['reasons']).toEqual(
      expect.arrayContaining([
        { fact: 'people', value: '2', says: 'Sev 2' },
        { fact: 'amount.USD', value: '14162.56', says: 'Sev 1' },
        { fact: 'ageDays', value: '730', says: 'Sev 3' },
        { fact: 'snapshotKnown', value: 'true', says: 'Sev 3' },
      ]),
    );
  });
});
