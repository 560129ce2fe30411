import { capsBroken, type CappedDeal } from '../../domain/caps';

const broken = (facts: CappedDeal['facts'], deal: Partial<CappedDeal> = {}) =>
  capsBroken({ currency: 'USD', largestMinor: 100_00n, overRequests: 0, facts, ...deal });

describe('capsBroken', () => {
  it.each([
    ['nothing is on file', {}, 0],
    ['as many hold it as may', { holders: '100', holders_cap: '100' }, 0],
    ['1 more holds it than may', { holders: '101', holders_cap: '100' }, 1],
    ['nobody knows how many may', { holders: '101' }, 0],
    ['35 are not accredited', { non_accredited: '35' }, 0],
    ['36 are not accredited', { non_accredited: '36' }, 1],
    ['somebody holds exactly the most', { max_per_investor: '100.00' }, 0],
    ['somebody holds 1 cent more', { max_per_investor: '99.99' }, 1],
    ['a cap is no number', { max_per_investor: 'none', holders: 'many', holders_cap: '1' }, 0],
    ['3 are', { holders: '2', holders_cap: '1', non_accredited: '40', max_per_investor: '1' }, 3],
  ])('when %s: %j is %i', (_what, facts, count) => {
    expect(broken(facts)).toBe(count);
  });

  it('counts each of 2 shares above its request too', () => {
    expect(broken({ non_accredited: '36' }, { overRequests: 2 })).toBe(3);
  });
});
