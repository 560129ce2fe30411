import type { DealTotals } from '../../domain/plan';
import { DecisionDesk, noon, packWith } from './decision-desk';

const { pack } = packWith({});
/** The pack us-private with a second tier from 100.00 USD on, and no third. */
const under = packWith({
  approvalTiers: {
    ...pack.ladder,
    value: [
      {
        from: { USD: { total: '100.00', line: '60.00' } },
        further: [['management'], ['legal', 'finance']],
      },
    ],
  },
});
let desk: DecisionDesk;
let incidentId: string;
let opening: number;

beforeAll(async () => {
  desk = await DecisionDesk.open(under);
  const people = { olga: 'on-call', lena: 'legal', lou: 'legal', finn: 'finance', fay: 'finance' };
  const others = { mary: 'management', max: 'management', carla: 'customer-success' };
  for (const [id, role] of Object.entries({ ...people, ...others })) {
    await desk.enrol(id, role);
  }
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const usd = (total: string): DealTotals => ({
  ...{ currency: 'USD', out: { firm: total }, in: {}, units: '0.00', letStand: '0.00' },
  largest: '1.00',
});

/** Lays a plan before its gate and has legal, finance and management's receipt pass it by. */
async function asked(...totals: DealTotals[]): Promise<string> {
  const subject = await desk.planOnFile(incidentId, totals);
  ({ opening } = await desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon }));
  await desk.receipt(incidentId, 'mary');
  for (const by of ['lena', 'finn']) await vote(by, subject);
  return subject;
}
const vote = (by: string, subject: string) =>
  desk.vote({ incidentId, by, gate: 'plan', opening, subject });
const tally = () => desk.gates().tally({ incidentId, gateId: 'plan', opening, at: noon });

describe('a plan under a policy with 2 tiers', () => {
  it('of 99.99 USD passes by legal and finance: 2 people', async () => {
    await asked(usd('99.99'));
    expect(await tally()).toMatchObject({ state: 'passed' });
  });

  it('of 50.00 and 50.00 USD needs management too, who is asked: 3 people', async () => {
    const subject = await asked(usd('50.00'), usd('50.00'));
    expect(await tally()).toMatchObject({ state: 'open', missing: ['management'] });
    const of = { incidentId, gateId: 'plan', opening: 1, missing: ['management'], at: noon };
    const { people } = await desk.gates().awaited(of);
    expect(people.filter(({ firstRung }) => firstRung === 1).map(({ id }) => id)).toEqual([
      'mary',
      'max',
    ]);
    expect(await vote('max', subject)).toBe('accepted');
    expect(await tally()).toMatchObject({ state: 'passed' });
    const view = await desk.gates().view({ incidentId, gateId: 'plan' });
    const roles = view!.votes.map(({ role }) => role).sort();
    expect(roles).toEqual(['finance', 'legal', 'management']);
  });

  it('of 1 line of 60.00 USD passes by a second of each: 4 people', async () => {
    const subject = await asked({ ...usd('60.00'), largest: '60.00' });
    expect(await tally()).toMatchObject({ state: 'open' });
    await vote('lou', subject);
    await vote('fay', subject);
    expect(await tally()).toMatchObject({ state: 'passed' });
  });

  it('of 1 yen, which no tier names, needs what the highest needs', async () => {
    await asked({ ...usd('1'), currency: 'JPY', units: '0', letStand: '0', largest: '1' });
    expect(await tally()).toMatchObject({ missing: ['management'] });
  });

  it('is no smaller for 1 text that was edited, nor is a passed one approved then', async () => {
    const subject = await asked(usd('500.00'));
    await desk.intruder.query(
      `UPDATE plans SET manifest_text = replace(manifest_text, '500.00', '5.00'),
         manifest = '{"deals":[]}' WHERE incident_id = $1`,
      [incidentId],
    );
    expect(await tally()).toMatchObject({ state: 'open', missing: ['management'] });
    await desk.intruder.query(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, [
      incidentId,
    ]);
    const wanted = { incidentId, gateId: 'plan', subject };
    expect(await desk.approvals().standing(wanted)).toMatchObject({ approved: false });
  });
});

describe('a plan after others of its incident', () => {
  const passed = async (total: string) => {
    const subject = await asked(usd(total));
    expect(await tally()).toMatchObject({ state: 'passed' });
    return subject;
  };
  const withdrawn = () =>
    desk.forge(incidentId, { kind: 'gate-withdrawn', body: { gate: 'plan', opening } });
  const needs = async (...more: string[]) => expect((await tally()).missing).toEqual(more);

  it('of 50.00 after 50.00 that passed needs management too: slices add up', async () => {
    await passed('50.00');
    const subject = await asked(usd('50.00'));
    await needs('management');
    const wanted = { incidentId, gateId: 'plan', subject };
    await desk.intruder.query(`UPDATE gates SET state = 'passed' WHERE incident_id = $1`, [
      incidentId,
    ]);
    expect(await desk.approvals().standing(wanted)).toMatchObject({ missing: ['management'] });
  });

  it('does not count 1 that was withdrawn and not begun, since its deals come again', async () => {
    await passed('50.00');
    await withdrawn();
    await asked(usd('50.00'));
    await needs();
  });

  it('counts 1 that was withdrawn after money had begun to leave on it', async () => {
    const digest = await passed('50.00');
    await desk.forge(incidentId, { kind: 'payment-intent', body: { digest, version: 1 } });
    await withdrawn();
    await asked(usd('50.00'));
    await needs('management');
  });

  it('asks no more of the 1st for what the 2nd comes to', async () => {
    const first = await passed('50.00');
    await asked(usd('50.00'));
    const wanted = { incidentId, gateId: 'plan', subject: first };
    expect(await desk.approvals().standing(wanted)).toEqual({ approved: true, opening: 1 });
  });

  it('needs what the highest tier needs where the text of the earlier 1 is gone', async () => {
    const body = { gate: 'plan', opening: 1, subject: '7'.repeat(64) };
    await desk.forge(incidentId, { kind: 'gate-passed', body });
    await asked(usd('1.00'));
    await needs('customer-success', 'management');
  });
});

describe('a plan that lets 1.00 stand', () => {
  it('has no vote of customer success without it, and needs 1 with it', async () => {
    const plain = await asked(usd('9.00'));
    expect(await vote('carla', plain)).toBe('ROLE_MISSING');
    const subject = await asked({ ...usd('9.00'), letStand: '1.00' });
    expect(await tally()).toMatchObject({ state: 'open', missing: ['customer-success'] });
    const [entry] = (await desk.evidence(incidentId)).filter(({ kind, body }) => {
      return kind === 'gate-opened' && body['opening'] === opening;
    });
    expect(entry!.body['seats']).toEqual([['legal'], ['finance'], ['customer-success']]);
    expect(await vote('carla', subject)).toBe('accepted');
    expect(await tally()).toMatchObject({ state: 'passed' });
  });
});
