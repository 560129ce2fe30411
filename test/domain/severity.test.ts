import {
  decideSeverity,
  standingSeverity,
  type Severity,
  type SeverityFacts,
  type SeverityMatrix,
} from '../../domain/severity';

const matrix: SeverityMatrix = {
  'Sev X': { serviceDown: true, over: 1000, amount: { USD: '1000.00' } },
  'Sev 1': {
    ...{ moneyStillMoving: true, figuresUnknown: true, amount: { USD: '100.00', JPY: '500' } },
    ...{ ofPosition: '0.05', over: 10, under: 8, retail: 1, deals: 3, ageDays: 365 },
    ...{ capsBreached: 1, freezeLapses: 1 },
  },
  'Sev 2': {
    ...{ amount: { USD: '10.00' }, ofPosition: '0.005', over: 1, under: 1, deals: 1, ageDays: 30 },
  },
};
const calm: SeverityFacts = {
  ...{ serviceDown: false, moneyStillMoving: false, figuresUnknown: false },
  ...{ amount: {}, ofPosition: '0', over: 0, under: 0, retail: 0, deals: 0, ageDays: 0 },
  ...{ capsBreached: 0, freezeLapses: 0 },
};
const decide = (facts: Partial<SeverityFacts>) => decideSeverity({ ...calm, ...facts }, matrix);

describe('decideSeverity', () => {
  it.each<[string, Partial<SeverityFacts>, Severity]>([
    ['nobody is hurt', {}, 'Sev 3'],
    ['the service as a whole has failed', { serviceDown: true }, 'Sev X'],
    ['money still moves', { moneyStillMoving: true }, 'Sev 1'],
    ['nothing has been recomputed yet', { figuresUnknown: true }, 'Sev 1'],
    ['exactly the gravest threshold is wrong', { amount: { USD: '1000.00' } }, 'Sev X'],
    ['exactly the first threshold is wrong', { amount: { USD: '100.00' } }, 'Sev 1'],
    ['one cent less is wrong', { amount: { USD: '99.99' } }, 'Sev 2'],
    ['less than the second threshold is wrong', { amount: { USD: '9.99' } }, 'Sev 3'],
    ['nothing is wrong in a currency', { amount: { USD: '0.00' } }, 'Sev 3'],
    ['a currency has no threshold', { amount: { KWD: '0.001' } }, 'Sev 1'],
    ['a currency is below its only threshold', { amount: { JPY: '499' } }, 'Sev 3'],
    ['the graver of two currencies counts', { amount: { JPY: '1', USD: '100' } }, 'Sev 1'],
    ['a twentieth of somebody’s position', { ofPosition: '0.0500' }, 'Sev 1'],
    ['a little less than that', { ofPosition: '0.0499' }, 'Sev 2'],
    ['less than a two-hundredth', { ofPosition: '0.0049' }, 'Sev 3'],
    ['1,000 people have too much', { over: 1000 }, 'Sev X'],
    ['10 people have too much', { over: 10 }, 'Sev 1'],
    ['1 person has too much', { over: 1 }, 'Sev 2'],
    ['8 people have too little', { under: 8 }, 'Sev 1'],
    ['7 people have too little', { under: 7 }, 'Sev 2'],
    ['1 of them is retail', { under: 1, retail: 1 }, 'Sev 1'],
    ['3 deals are wrong', { deals: 3 }, 'Sev 1'],
    ['1 deal is wrong', { deals: 1 }, 'Sev 2'],
    ['the first harm is a year old', { ageDays: 365 }, 'Sev 1'],
    ['the first harm is 364 days old', { ageDays: 364 }, 'Sev 2'],
    ['the first harm is 29 days old', { ageDays: 29 }, 'Sev 3'],
    ['1 cap is broken', { capsBreached: 1 }, 'Sev 1'],
    ['the freeze lapsed once', { freezeLapses: 1 }, 'Sev 1'],
    ['a failed service outweighs all', { serviceDown: true, figuresUnknown: true }, 'Sev X'],
  ])('when %s: %j is %s', (_when, facts, severity) => {
    expect(decide(facts).severity).toBe(severity);
  });

  it('keeps all 13 facts as reasons, each with its value and what it says', () => {
    const { reasons } = decide({ over: 2, amount: { USD: '50.00' }, ageDays: 400 });
    expect(reasons).toContainEqual({ fact: 'amount.USD', value: '50.00', says: 'Sev 2' });
    expect(reasons).toContainEqual({ fact: 'over', value: '2', says: 'Sev 2' });
    expect(reasons).toContainEqual({ fact: 'ageDays', value: '400', says: 'Sev 1' });
    expect(reasons).toContainEqual({ fact: 'serviceDown', value: 'false', says: 'Sev 3' });
    const facts = Object.keys(calm).map((fact) => (fact === 'amount' ? 'amount.USD' : fact));
    expect(reasons.map(({ fact }) => fact).sort()).toEqual(facts.sort());
  });
});

describe('standingSeverity', () => {
  const stands = (given: Partial<SeverityFacts>, standing: Severity | null) =>
    standingSeverity({ decided: decide(given), standing }).severity;

  it('rises by itself from every level', () => {
    expect(stands({ deals: 3 }, 'Sev 3')).toBe('Sev 1');
    expect(stands({ serviceDown: true }, 'Sev 1')).toBe('Sev X');
    expect(stands({ deals: 1 }, null)).toBe('Sev 2');
  });

  it('never falls by itself', () => {
    expect(stands({}, 'Sev X')).toBe('Sev X');
    expect(stands({ deals: 1 }, 'Sev 1')).toBe('Sev 1');
  });

  // Signed at 50 USD, 12 people over and a deal of 400 days: down from Sev 1 to Sev 3.
  const seen = { amount: { USD: '50.00' }, over: 12, ageDays: 400, ofPosition: '0.1' };
  const lowering = { to: 'Sev 3', reasons: decide(seen).reasons } as const;
  const after = (facts: Partial<SeverityFacts>) => {
    const decided = decide({ ...seen, ...facts });
    return standingSeverity({ decided, standing: 'Sev 3', lowering });
  };

  it('stays where somebody lowered it while every fact says what they saw, or less', () => {
    expect(after({}).severity).toBe('Sev 3');
    expect(after({ over: 11, ofPosition: '0.0999', amount: { USD: '10.00' } }).severity).toBe(
      'Sev 3',
    );
    expect(
      after({})
        .reasons.filter(({ waived }) => waived)
        .map(({ fact }) => fact),
    ).toEqual(['amount.USD', 'ofPosition', 'over', 'ageDays']);
  });

  it.each<[string, Partial<SeverityFacts>, Severity]>([
    ['a fact says a graver level', { amount: { USD: '100.00' } }, 'Sev 1'],
    ['a fact says what it said, of 1 person more', { over: 13 }, 'Sev 1'],
    ['a fact says what it said, of 1 cent more', { amount: { USD: '50.01' } }, 'Sev 2'],
    ['the ratio grows by its last decimal', { ofPosition: '0.1001' }, 'Sev 1'],
    ['a fact speaks that said nothing', { capsBreached: 1 }, 'Sev 1'],
    ['a word comes true', { moneyStillMoving: true }, 'Sev 1'],
    ['a currency comes up that was not there', { amount: { KWD: '1' } }, 'Sev 1'],
    ['the service fails', { serviceDown: true }, 'Sev X'],
  ])('rises again once %s: %j', (_what, facts, severity) => {
    expect(after(facts).severity).toBe(severity);
  });
});
