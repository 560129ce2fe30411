import fc from 'fast-check';
import { fitsSeat, gateRuleFor, type GateRule, type SeatRole } from '../../domain/gate-rule';
import { isMissingReceipt, rolesOfMissing, tally, type CountedVote } from '../../domain/gate-tally';

const rule = (gateId: string): GateRule => gateRuleFor(gateId)!;
const approve = (person: string, ...roles: string[]): CountedVote => ({
  person,
  roles,
  decision: 'approve',
});
const reject = (person: string, ...roles: string[]): CountedVote => ({
  ...approve(person, ...roles),
  decision: 'reject',
});
const counted = (given: Partial<Parameters<typeof tally>[0]> & { rule: GateRule }) =>
  tally({ votes: [], receipts: [], makers: [], ...given });

describe('the votes a gate needs', () => {
  it.each([
    ['letters/acknowledgement', ['customer-success', 'legal']],
    ['letters/advice', ['customer-success', 'legal']],
    ['plan', ['legal', 'finance', 'receipt by management']],
    ['unfreeze', ['engineering', 'operations or legal']],
    ['difference', ['finance', 'operations']],
    ['close', ['legal', 'management']],
  ])('%s needs %j', (gateId, missing) => {
    expect(counted({ rule: rule(gateId) })).toEqual({ state: 'open', missing });
  });

  it.each(['', 'plans', 'letters', 'letters/', 'let-stand/OLD', 'people', 'Plan'])(
    'there is no gate %j',
    (gateId) => {
      expect(gateRuleFor(gateId)).toBeUndefined();
    },
  );
});

describe('a tally', () => {
  const plan = rule('plan');
  const receipts = [{ person: 'mary', roles: ['management'] }];

  it('passes the plan by 1 of legal, 1 of finance and 1 receipt by management', () => {
    const votes = [approve('lena', 'legal'), approve('finn', 'finance')];
    expect(counted({ rule: plan, votes, receipts })).toEqual({ state: 'passed', missing: [] });
    expect(counted({ rule: plan, votes })).toEqual({
      state: 'open',
      missing: ['receipt by management'],
    });
  });

  it("takes no receipt by legal for management's", () => {
    const votes = [approve('lena', 'legal'), approve('finn', 'finance')];
    const byLegal = [{ person: 'lena', roles: ['legal'] }];
    expect(counted({ rule: plan, votes, receipts: byLegal }).state).toBe('open');
  });

  it('lets 1 person with 2 roles fill 1 seat only', () => {
    const votes = [approve('both', 'legal', 'finance')];
    expect(counted({ rule: plan, votes, receipts }).missing).toHaveLength(1);
  });

  it('counts 1 vote of a person who is listed 2 times', () => {
    const votes = [approve('both', 'legal', 'finance'), approve('both', 'legal', 'finance')];
    expect(counted({ rule: plan, votes, receipts }).state).toBe('open');
  });

  it('finds the 1 assignment that passes, in whatever order people voted', () => {
    const votes = [approve('both', 'legal', 'finance'), approve('lena', 'legal')];
    for (const order of [votes, [...votes].reverse()]) {
      expect(counted({ rule: plan, votes: order, receipts }).state).toBe('passed');
    }
  });

  it('is rejected by 1 eligible rejection, however many approve', () => {
    const votes = [approve('lena', 'legal'), approve('finn', 'finance'), reject('lou', 'legal')];
    expect(counted({ rule: plan, votes, receipts })).toEqual({ state: 'rejected', missing: [] });
  });

  it("ignores a maker's vote and 1 by a role without a seat, for and against", () => {
    const votes = [
      approve('lena', 'legal'),
      reject('olga', 'finance'),
      reject('eve', 'operations'),
    ];
    const result = counted({ rule: plan, votes, receipts, makers: ['olga'] });
    expect(result).toEqual({ state: 'open', missing: ['finance'] });
  });

  it('says which roles can supply each of 3 kinds of missing item', () => {
    const { missing } = counted({ rule: rule('unfreeze') });
    expect(missing.map(rolesOfMissing)).toEqual([['engineering'], ['operations', 'legal']]);
    const [, , receipt] = counted({ rule: plan }).missing;
    expect(rolesOfMissing(receipt!)).toEqual(['management']);
    expect(isMissingReceipt(receipt!)).toBe(true);
    expect(missing.some(isMissingReceipt)).toBe(false);
  });
});

describe('a tally, for any rule of up to 4 seats and any 5 people', () => {
  const roles: SeatRole[] = ['legal', 'finance', 'management', 'operations'];
  const someRoles = fc.uniqueArray(fc.constantFrom(...roles), { minLength: 1, maxLength: 3 });
  const rules = fc
    .array(someRoles, { minLength: 1, maxLength: 4 })
    .map((seats): GateRule => ({ seats: seats.map((each) => ({ roles: each })) }));
  const voters = fc
    .array(fc.record({ roles: someRoles, decision: fc.constantFrom('approve', 'reject') }), {
      maxLength: 5,
    })
    .map((people) => people.map((each, index) => ({ ...each, person: `p${String(index)}` })));

  /** Tries every way to seat people, one seat after the other. */
  function canSeat(seats: GateRule['seats'], people: readonly CountedVote[]): boolean {
    const [first, ...others] = seats;
    if (first === undefined) return true;
    return people.some(
      (one) =>
        first.roles.some((role) => one.roles.includes(role)) &&
        canSeat(
          others,
          people.filter((other) => other !== one),
        ),
    );
  }

  it('passes exactly when some seating of different people fills every seat', () => {
    fc.assert(
      fc.property(rules, voters, (anyRule, votes) => {
        const approving = votes.filter(({ decision }) => decision === 'approve');
        const { state, missing } = counted({ rule: anyRule, votes: approving });
        expect(state).toBe(canSeat(anyRule.seats, approving) ? 'passed' : 'open');
        expect(missing.length === 0).toBe(state === 'passed');
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('does not depend on the order of 5 votes', () => {
    fc.assert(
      fc.property(rules, voters, (anyRule, votes) => {
        const there = counted({ rule: anyRule, votes });
        const back = counted({ rule: anyRule, votes: [...votes].reverse() });
        expect(back.state).toBe(there.state);
        expect(back.missing).toHaveLength(there.missing.length);
      }),
      { seed: 8, numRuns: 1000 },
    );
  });

  it('is rejected exactly when 1 who has a seat rejects', () => {
    fc.assert(
      fc.property(rules, voters, (anyRule, votes) => {
        const seated = votes.filter((vote) => fitsSeat(anyRule, vote.roles));
        const rejected = seated.some(({ decision }) => decision === 'reject');
        expect(counted({ rule: anyRule, votes }).state === 'rejected').toBe(rejected);
      }),
      { seed: 9, numRuns: 1000 },
    );
  });
});
