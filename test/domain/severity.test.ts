import { decideSeverity, raisedSeverity, type SeverityFacts } from '../../domain/severity';

const limits = { sev1Amount: { USD: '100.00' }, sev2Amount: { USD: '10.00' } };
const calm: SeverityFacts = {
  reportedDeals: 1,
  people: 0,
  amount: {},
  ageDays: 0,
  moneyStillMoving: false,
  serviceDown: false,
  snapshotKnown: true,
};
const level = (facts: Partial<SeverityFacts>) =>
  decideSeverity({ ...calm, ...facts }, limits).severity;

describe('decideSeverity', () => {
  it.each([
    ['nobody is hurt', {}, 'Sev 3'],
    ['the service as a whole has failed', { serviceDown: true }, 'Sev X'],
    ['money still moves', { moneyStillMoving: true }, 'Sev 1'],
    ['nothing has been recomputed yet', { snapshotKnown: false }, 'Sev 1'],
    ['exactly the first threshold is wrong', { amount: { USD: '100.00' } }, 'Sev 1'],
    ['one cent less is wrong', { amount: { USD: '99.99' } }, 'Sev 2'],
    ['less than the second threshold is wrong', { amount: { USD: '9.99' } }, 'Sev 3'],
    ['nothing is wrong in a currency', { amount: { USD: '0.00' } }, 'Sev 3'],
    ['a currency has no threshold', { amount: { KWD: '0.001' } }, 'Sev 1'],
    ['the graver of two currencies counts', { amount: { JPY: '1', USD: '0.01' } }, 'Sev 1'],
    [
      'somebody is hurt by less than any threshold',
      { people: 1, amount: { USD: '0.01' } },
      'Sev 2',
    ],
    ['a failed service outweighs all', { serviceDown: true, snapshotKnown: false }, 'Sev X'],
  ] as const)('when %s: %j is %s', (_when, facts, severity) => {
    expect(level(facts)).toBe(severity);
  });

  it('keeps every fact it read as a reason, with its value and what it says', () => {
    const { reasons } = decideSeverity({ ...calm, people: 2, amount: { USD: '50.00' } }, limits);
    expect(reasons).toContainEqual({ fact: 'amount.USD', value: '50.00', says: 'Sev 2' });
    expect(reasons).toContainEqual({ fact: 'people', value: '2', says: 'Sev 2' });
    expect(reasons.map(({ fact }) => fact)).toEqual(
      expect.arrayContaining(['serviceDown', 'moneyStillMoving', 'snapshotKnown', 'ageDays']),
    );
  });
});

describe('raisedSeverity', () => {
  it('rises by itself from every level', () => {
    expect(raisedSeverity('Sev 3', 'Sev 1')).toBe('Sev 1');
    expect(raisedSeverity('Sev 1', 'Sev X')).toBe('Sev X');
    expect(raisedSeverity(null, 'Sev 2')).toBe('Sev 2');
  });

  it('never falls by itself', () => {
    expect(raisedSeverity('Sev X', 'Sev 3')).toBe('Sev X');
    expect(raisedSeverity('Sev 1', 'Sev 2')).toBe('Sev 1');
  });
});
