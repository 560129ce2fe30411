import { postgresStatus } from '../../adapters/postgres/status';
import { after } from '../adapters/decision-desk';
import { oldDeal } from '../adapters/plan-desk';
import type { SettlementCase } from '../adapters/settlement-desk';
import { useLetterDesk, type LetterDesk } from './letter-desk';

let on: LetterDesk;
useLetterDesk((desk) => (on = desk));
afterEach(() => on.on.endFaults());

const returns = { kind: 'return-later', seconds: 0, count: 1, match: { to: 'investor:E' } };
const addresses = () => on.mail.taken.map(({ to }) => [to].flat()[0]?.value[0]?.address).sort();
const close = ({ incidentId }: SettlementCase) => {
  const end = { outcome: 'made-whole', planVersions: 1, postMortem: 'a'.repeat(64) };
  return on.ports.stages.close({ incidentId, at: after(9), ...end });
};

/** One compensation of 7,081.28 to E, which the bank sends back. */
async function sentBack(): Promise<SettlementCase> {
  const the = await on.on.approved([oldDeal]);
  await the.run('prepareSettlement', {});
  await on.on.fault(returns);
  await the.pay('firm');
  return the;
}

describe('money that comes back after page 9', () => {
  it('is the runbook to put right while the incident is open: 1 found, 0 mails', async () => {
    const of = await sentBack();
    expect(await on.run('followReturns', { of })).toEqual({ returned: 1, closedAt: null });
    expect(await on.run('proveTerminal', { of })).toMatchObject({ open: 1 });
    expect(addresses()).toEqual([]);
  });

  it('once closed is told to finance and management, with the sum, once in 2 looks', async () => {
    const of = await sentBack();
    await close(of);
    const found = { returned: 1, closedAt: after(9) };
    expect(await on.run('followReturns', { of, at: after(20) })).toEqual(found);
    expect(await on.run('followReturns', { of, at: after(40) })).toEqual(found);
    expect(addresses()).toEqual(['finance@example.com', 'mary@example.com']);
    expect(on.mail.taken[0]!.text).toContain('- 7,081.28 USD to investor:E, from firm: ');
    const status = await postgresStatus(on.on.desk.pool).read(of.incidentId);
    expect(status?.waitingFor).toMatchObject([{ for: 'payment', role: 'finance' }]);
  });

  it('is told by nobody where nothing came back: 0 mails', async () => {
    const of = await on.on.approved([oldDeal]);
    await of.run('prepareSettlement', {});
    await of.pay('firm');
    await close(of);
    expect(await on.run('followReturns', { of })).toEqual({ returned: 0, closedAt: after(9) });
    expect(addresses()).toEqual([]);
  });
});
