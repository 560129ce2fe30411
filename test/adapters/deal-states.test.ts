import { freshDeal, oldDeal } from './plan-desk';
import { SettlementDesk, type SettlementCase } from './settlement-desk';

let on: SettlementDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
});
afterAll(() => on.close());

const states = async (the: SettlementCase) =>
  (await on.ports.settlements.dealStates(the.incidentId)).map(({ dealId, approved, terminal }) => {
    const words = [approved ? 'approved' : 'open', terminal ? 'done' : 'to do'];
    return [dealId.replace(/-\d+$/, ''), ...words].join(' ');
  });

describe('the state of a deal', () => {
  it('is done for OLD when its 1 payment is, while FRESH waits for its call', async () => {
    const the = await on.approved();
    expect(await states(the)).toEqual(['FRESH approved to do', 'OLD approved to do']);
    await the.run('prepareSettlement', {});
    await the.run('issueInvoices', {});
    await the.pay('firm');
    expect(await states(the)).toEqual(['FRESH approved to do', 'OLD approved done']);
  });

  it('is never approved by a gate whose row alone says passed', async () => {
    const the = await on.planned([oldDeal]);
    const { incidentId } = the;
    const { digest } = (await the.plan.plans.readPlan({ incidentId }))!;
    await the.plan.passes('plan', digest);
    expect(await states(the)).toEqual(['OLD open to do']);
  });

  it('stays to do while 1 of 2 people wronged has no approved line yet', async () => {
    const the = await on.approved([oldDeal]);
    await the.run('prepareSettlement', {});
    await the.pay('firm');
    expect(await states(the)).toEqual(['OLD approved done']);
    await on.desk.intruder.query(`INSERT INTO impacts VALUES ($1, $2, 'Z', 'USD', 100, 200, 200)`, [
      the.incidentId,
      the.old,
    ]);
    expect(await states(the)).toEqual(['OLD approved to do']);
  });

  it('is told for deals whose plan asks for nothing but to let 3,540.64 stand', async () => {
    const facts = { ...oldDeal.facts, mark: '1.00' };
    const the = await on.approved([{ ...oldDeal, facts }, { ...freshDeal }]);
    const standing = (await states(the)).filter((state) => state.startsWith('OLD'));
    expect(standing).toEqual(['OLD approved done']);
  });
});
