import { shownDeals } from '../../scripts/incident-start';
import { readOpening, type OpeningFlags } from '../../scripts/opening-flags';

const flags: OpeningFlags = { summary: 'wrong', as: 'olga', assume: [] };

describe('what incident open is given', () => {
  it('becomes 1 body with its defaults', () => {
    const body = readOpening({
      ...flags,
      deals: 'OLD, NEW,OLD,',
      firstKnown: '2026-11-21T09:00:00+01:00',
      estimateDeals: '2',
      estimateAmount: '7000 EUR',
      assume: ['one'],
    });
    expect(body).toEqual({
      summary: 'wrong',
      deals: ['OLD', 'NEW'],
      firstKnownAt: '2026-11-21T08:00:00.000Z',
      estimate: { deals: 2, amount: '7000.00', currency: 'EUR' },
      assumptions: ['one'],
      pack: 'us-private',
      drill: false,
    });
  });

  it('is pack demo for a drill, unless 1 is named', () => {
    expect(readOpening({ ...flags, drill: true }).pack).toBe('demo');
    expect(readOpening({ ...flags, drill: true, policy: 'us-private' }).pack).toBe('us-private');
  });

  it.each([
    [{ estimateAmount: '1.234 USD' }, /estimate-amount/],
    [{ estimateAmount: '1e3' }, /estimate-amount/],
    [{ estimateAmount: '-1' }, /estimate-amount/],
    [{ estimateAmount: '5 XXQ' }, /estimate-amount/],
    [{ estimateDeals: '2.5' }, /estimate-deals/],
    [{ estimateInvestors: 'many' }, /estimate-investors/],
    [{ firstKnown: '2026-11-21T09:00' }, /first-known/],
    [{ firstKnown: '2026-13-01' }, /first-known/],
    [{ firstKnown: 'yesterday' }, /first-known/],
  ])('is rejected with exit 2 for %j', (wrong, says) => {
    expect(() => readOpening({ ...flags, ...wrong })).toThrow(says);
    expect(() => readOpening({ ...flags, ...wrong })).toThrow(
      expect.objectContaining({ kind: 'rejected' }) as Error,
    );
  });
});

describe('the deals shown in Temporal', () => {
  it('are 50 at most', () => {
    expect(shownDeals(Array.from({ length: 80 }, (_, index) => `D${index}`))).toHaveLength(50);
  });

  it('stay below 2,048 bytes, above which the server ends the workflow', () => {
    const shown = shownDeals(Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(200, 'é')));
    expect(Buffer.byteLength(shown.join(''), 'utf8')).toBeLessThan(2048);
    expect(shown.length).toBeGreaterThan(2);
  });
});
