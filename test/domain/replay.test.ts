import { averageText, Histories } from '../../domain/histories';
import { openReplay, replay, type ReplayedDeal } from '../../domain/replay';
import { opening, recordHistory, twoDeals } from './platform-history';

const kinds = (deal: ReplayedDeal) => deal.findings.map((found) => found.kind);
const line = (deal: ReplayedDeal, investorId: string) => {
  return deal.lines.find((each) => each.investorId === investorId)!;
};

describe('averageText', () => {
  it.each([
    [20000000n, 5, 'USD', '40000.0000'],
    [1n, 3, 'USD', '0.0033'],
    // 0.00125 and 0.00375 are halves of the fourth decimal.
    [1n, 8, 'USD', '0.0012'],
    [3n, 8, 'USD', '0.0038'],
    [100n, 3, 'JPY', '33.3333'],
    [0n, 0, 'USD', '0'],
  ])('writes %s over %s deals in %s as %s', (totalMinor, count, currency, text) => {
    expect(averageText({ totalMinor, count, currency })).toBe(text);
  });

  it('refuses a count of 1.5 deals', () => {
    expect(() => averageText({ totalMinor: 1n, count: 1.5, currency: 'USD' })).toThrow('no count');
  });
});

describe('histories', () => {
  it('counts only allocations above 0, each currency by itself', () => {
    const histories = new Histories(opening({ I: ['100', 1], J: ['50', 0] }));
    histories.add({ investorId: 'I', currency: 'USD', allocated: 0n });
    histories.add({ investorId: 'I', currency: 'USD', allocated: 30000n });
    histories.add({ investorId: 'I', currency: 'JPY', allocated: 7n });
    const averages = [histories.average('I', 'USD'), histories.average('I', 'JPY')];
    expect([...averages, histories.average('J', 'USD')]).toEqual(['200.0000', '7.0000', '0']);
    histories.add({ investorId: 'J', currency: 'USD', allocated: 3000n });
    expect(histories.average('J', 'USD')).toBe('30.0000');
  });
});

describe('replay', () => {
  it('finds the 2 wrong deals at 3,540.64 each, and the 3 between them right', () => {
    const { deals, start } = twoDeals();
    const replayed = [...replay(deals, start)];
    const off = replayed.map((deal) => {
      return ['D', 'E'].map((id) => line(deal, id).recorded - line(deal, id).asRecorded);
    });
    expect(off).toEqual([
      [354064n, -354064n],
      [0n, 0n],
      [0n, 0n],
      [0n, 0n],
      [354064n, -354064n],
    ]);
    expect(replayed.map((deal) => deal.certificates.recorded.holds)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(replayed.map(kinds)).toEqual([
      ['wrong-share'],
      [],
      [],
      [],
      ['wrong-share', 'contamination'],
    ]);
  });

  it('shows what the old deal did to the fresh one: D 126,295.30, not 128,571.43', () => {
    const { deals, start } = twoDeals();
    const fresh = [...replay(deals, start)].at(-1)!;
    expect(line(fresh, 'D')).toEqual({
      investorId: 'D',
      recorded: 13211207n,
      asRecorded: 12857143n,
      asShouldHaveBeen: 12629530n,
      averageRecorded: '40000.0000',
      averageFollowing: '40000.0000',
      averageCorrected: '39291.8720',
    });
    expect(line(fresh, 'E')).toMatchObject({
      asShouldHaveBeen: 32370470n,
      averageCorrected: '100708.1280',
    });
    expect(fresh.findings.at(-1)).toEqual({
      kind: 'contamination',
      people: [
        { investorId: 'D', asRecordedMinor: '12857143', asShouldHaveBeenMinor: '12629530' },
        { investorId: 'E', asRecordedMinor: '32142857', asShouldHaveBeenMinor: '32370470' },
      ],
    });
  });

  it('carries what should have been on to deal 6: a mean of 53,792.4433, not 54,171.7983', () => {
    const { deals, start } = twoDeals();
    const next = { ...deals[0]!, dealId: 'NEXT', closedOn: '2026-11-08' };
    const replayed = [...replay([...deals, next], start)].at(-1)!;
    expect(line(replayed, 'D').averageCorrected).toBe('53792.4433');
  });

  it('certifies both bases of all 5 deals', () => {
    const { deals, start } = twoDeals();
    for (const { certificates } of replay(deals, start)) {
      expect([certificates.asRecorded.holds, certificates.asShouldHaveBeen.holds]).toEqual([
        true,
        true,
      ]);
    }
  });

  it('lets 2 deals of one day see the history of the day before, not each other', () => {
    const row = { investorId: 'I', requested: 5000n, average: '10', allocated: 5000n };
    const on = (dealId: string, closedOn: string) => {
      return { dealId, closedOn, currency: 'USD', allocation: 9000n, commitments: [row] };
    };
    const deals = [on('a', '2026-01-01'), on('b', '2026-01-01'), on('c', '2026-01-02')];
    const replayed = [...replay(deals, opening({ I: ['10', 1] }))];
    const averages = replayed.map((deal) => line(deal, 'I').averageFollowing);
    expect(averages).toEqual(['10.0000', '10.0000', '36.6667']);
    expect(replayed.map(kinds)).toEqual([[], [], ['basis-mismatch']]);
  });

  it('names who was recorded with an average of 11 that history does not give', () => {
    const commitments = [
      { investorId: 'I', requested: 500n, average: '10.00', allocated: 500n },
      { investorId: 'J', requested: 500n, average: '11', allocated: 500n },
      { investorId: 'K', requested: 500n, average: '', allocated: 500n },
    ];
    const deal = {
      dealId: 'a',
      closedOn: '2026-01-01',
      currency: 'USD',
      allocation: 9000n,
      commitments,
    };
    const [replayed] = replay([deal], opening({ I: ['10', 1], J: ['10', 1] }));
    expect(replayed!.findings).toEqual([
      {
        kind: 'basis-mismatch',
        people: [{ investorId: 'J', averageRecorded: '11', averageFollowing: '10.0000' }],
      },
    ]);
  });

  it('keeps an opening history in USD out of a deal in EUR', () => {
    const commitments = [{ investorId: 'I', requested: 500n, average: '', allocated: 500n }];
    const deal = {
      dealId: 'a',
      closedOn: '2026-01-01',
      currency: 'EUR',
      allocation: 9000n,
      commitments,
    };
    const [replayed] = replay([deal], opening({ I: ['10', 1] }));
    expect(line(replayed!, 'I').averageFollowing).toBe('0');
  });

  it('gives a deal out before it takes the next of 2, page by page as in one go', () => {
    const { deals, start } = twoDeals();
    const replayDeal = openReplay(start);
    expect(deals.map(replayDeal)).toEqual([...replay(deals, start)]);
    let taken = 0;
    const counting = function* () {
      for (const deal of deals) {
        taken += 1;
        yield deal;
      }
    };
    replay(counting(), start).next();
    expect(taken).toBe(1);
  });

  it('refuses 2 deals out of order, 1 deal twice, and a date that is none', () => {
    const { deals, start } = twoDeals();
    const [old, mid] = [deals[0]!, deals[1]!];
    expect(() => [...replay([mid, old], start)]).toThrow('OLD of 2024-11-01 comes after MID-0');
    expect(() => [...replay([old, old], start)]).toThrow('comes after OLD');
    expect(() => [...replay([{ ...old, closedOn: '1.11.2024' }], start)]).toThrow('no ISO date');
  });

  it('finds nothing in a history of 3 deals that prorate@1 recorded', () => {
    const start = opening({ I: ['100', 2], J: ['33', 1] });
    const offers = ['2026-01-01', '2026-01-02', '2026-01-03'].map((closedOn) => {
      const requests = { I: '70', J: '80.01', N: '20' };
      return { dealId: closedOn, closedOn, rule: 'prorate@1', allocation: '111.11', requests };
    });
    const replayed = [...replay(recordHistory(offers, start), start)];
    expect(replayed.map(kinds)).toEqual([[], [], []]);
  });
});
