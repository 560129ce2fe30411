import { noon } from '../adapters/decision-desk';
import { oldDeal } from '../adapters/plan-desk';
import { SettlementDesk } from '../adapters/settlement-desk';
import { Insider } from './insider-desk';

let on: SettlementDesk;
let insider: Insider;
beforeAll(async () => {
  on = await SettlementDesk.open();
  insider = new Insider(on.desk);
});
afterAll(() => on.close());

describe('13. a large plan in slices, each below the tier of 250,000.00', () => {
  it('is as large as its slices together, whatever state the earlier row is given', async () => {
    const incidentId = await on.desk.openIncident('oncall');
    const of = { incidentId, gateId: 'plan', at: noon };
    const amounts = { currency: 'USD', out: { firm: '200000.00' }, in: {}, largest: '40000.00' };
    const missing = async () => {
      const totals = { ...amounts, units: '0.00', letStand: '0.00' };
      const subject = await on.desk.planOnFile(incidentId, [totals]);
      const { opening } = await on.desk.gates().open({ ...of, subject });
      for (const by of ['legal', 'finance']) {
        await on.desk.vote({ incidentId, by, gate: 'plan', opening, subject });
      }
      return (await on.desk.gates().tally({ ...of, opening })).missing;
    };
    await on.desk.receipt(incidentId, 'mary');
    expect(await missing()).toEqual([]);
    await insider.edit(`UPDATE gates SET state = 'void' WHERE incident_id = '${incidentId}'`);
    expect(await missing()).toEqual(['management']);
  });
});

describe('14. money that is missing, signed off by 1 of 2', () => {
  it('is no end of it, with rows and entries forged: 5.00 stay unexplained', async () => {
    const the = await on.approved([oldDeal]);
    const { incidentId } = the;
    await the.run('prepareSettlement', {});
    await the.pay('firm');
    const order = { from: 'firm', to: 'investor:M', currency: 'USD', amountMinor: '500' };
    const reference = `${incidentId} 0123456789ab`;
    await on.ports.rail.pay({ ...order, key: incidentId, reference });
    const found = await the.run('reconcilePlan', {});
    const subject = 'differs' in found ? (found.differs ?? '') : '';
    await on.desk.gates().open({ incidentId, gateId: 'difference', subject, at: noon });
    const vote = { incidentId, by: 'finance', gate: 'difference', subject };
    expect(await on.desk.vote(vote)).toBe('accepted');
    await insider.edit(`UPDATE gates SET state = 'passed' WHERE incident_id = '${incidentId}'`);
    const body = { gate: 'difference', opening: 1, subject, votes: [] };
    await on.desk.forge(incidentId, { kind: 'gate-passed', body });
    expect(await the.run('reconcilePlan', {})).toEqual(found);
    expect(found.explained).toBe(false);
  });
});
