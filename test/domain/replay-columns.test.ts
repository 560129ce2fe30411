import { averageAt } from '../../domain/averages';
import { certifyRecorded, divideDeal } from '../../domain/divided-deal';
import { Histories } from '../../domain/histories';
import { HistoryColumns } from '../../domain/history-columns';
import { formatScaled, parseScaled } from '../../domain/money';
import { replay } from '../../domain/replay';
import { openScan, wrongShares } from '../../domain/scan';
import { shareFindings } from '../../domain/share-findings';
import type { PlatformHistory } from '../support/history/history-folder';
import { randomHistory, seeded } from '../support/history/random-history';
import { inColumns } from '../support/history/recorded-deal';

/** A history of amounts so large that few sums fit into a float. */
function enlarged({ deals, start }: PlatformHistory, factor: bigint): PlatformHistory {
  const times = (text: string) => {
    const { digits, scale } = parseScaled(text === '' ? '0' : text);
    return formatScaled({ digits: digits * factor, scale });
  };
  return {
    start: new Map([...start].map(([id, past]) => [id, { ...past, total: past.total * factor }])),
    deals: deals.map((deal) => ({
      ...deal,
      allocation: deal.allocation * factor,
      commitments: deal.commitments.map((row) => ({
        ...row,
        requested: row.requested * factor,
        allocated: row.allocated * factor,
        average: times(row.average),
      })),
    })),
  };
}

/** The same averages with more digits than a float holds. */
function refined({ deals, start }: PlatformHistory): PlatformHistory {
  const longer = (average: string) => (average === '0' ? '' : `${average}00000000000001`);
  const refine = (row: (typeof deals)[number]['commitments'][number]) => {
    return { ...row, average: longer(row.average) };
  };
  return {
    start,
    deals: deals.map((deal) => ({ ...deal, commitments: deal.commitments.map(refine) })),
  };
}

function expectSame(history: PlatformHistory) {
  const { people, opening, deals } = inColumns(history);
  const scan = openScan({ people, opening });
  const plain = [...replay(history.deals, opening)];
  const ours = deals.map((deal) => {
    const scanned = scan.add(deal);
    const { asRecorded, asShouldHaveBeen, findings, following, mismatched } = scanned;
    const lines = Array.from(deal.ranks, (rank, place) => ({
      investorId: people[rank],
      recorded: BigInt(deal.allocated[place]!),
      asRecorded: BigInt(asRecorded.shares[place]!),
      asShouldHaveBeen: BigInt(asShouldHaveBeen.shares[place]!),
    }));
    const tiers = { asRecorded: asRecorded.tiers, asShouldHaveBeen: asShouldHaveBeen.tiers };
    const off = mismatched.map((place) => [lines[place]!.investorId, averageAt(following, place)]);
    const kinds = lines.flatMap(({ investorId }, place) => {
      return findings[place] ? [[investorId, findings[place]]] : [];
    });
    return { isRight: scanned.isRight, lines, tiers, kinds: kinds.sort(), off };
  });
  const theirs = plain.map(({ lines, certificates, findings }) => ({
    isRight: certificates.recorded.holds,
    lines: lines.map(({ investorId, recorded, asRecorded, asShouldHaveBeen }) => {
      return { investorId, recorded, asRecorded, asShouldHaveBeen };
    }),
    tiers: {
      asRecorded: certificates.asRecorded.tiers,
      asShouldHaveBeen: certificates.asShouldHaveBeen.tiers,
    },
    kinds: certificates.recorded.findings
      .flatMap(({ kind, people: named }) => named.map(({ investorId }) => [investorId, kind]))
      .sort(),
    off: findings.flatMap((found) => {
      if (found.kind !== 'basis-mismatch') return [];
      return found.people.map(({ investorId, averageFollowing }) => [investorId, averageFollowing]);
    }),
  }));
  const four = (off: unknown[][]) => off.map(([id, text]) => [id, parseScaled(text as string)]);
  expect(ours.map((deal) => ({ ...deal, off: four(deal.off) }))).toEqual(
    theirs.map((deal) => ({ ...deal, off: four(deal.off) })),
  );
  return { summary: scan.conclude(), plain };
}

describe('a replay in columns', () => {
  it('equals the plain replay on 30 histories: shares, rates, findings, mismatches', () => {
    for (let seed = 1; seed <= 30; seed += 1) expectSame(randomHistory(seed));
  });

  it('equals it where averages have 18 decimals, and where sums leave exact floats', () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      expectSame(refined(randomHistory(seed)));
      expectSame(enlarged(randomHistory(seed, { misremembering: false }), 100_000_000n));
      expectSame(enlarged(randomHistory(seed), 1_000_000n));
    }
  });

  it('counts what the plain replay finds, kind by kind and on both bases', () => {
    const { summary, plain } = expectSame(randomHistory(11, { deals: 60 }));
    const found = plain.flatMap(({ findings }) => findings);
    for (const [kind, count] of Object.entries(summary.findings)) {
      const named = found.filter((each) => each.kind === kind).map(({ people }) => people.length);
      expect([kind, count]).toEqual([kind, named.reduce((sum, many) => sum + many, 0)]);
    }
    for (const basis of ['asRecorded', 'asShouldHaveBeen'] as const) {
      const wrong = plain.flatMap(({ dealId, lines }) =>
        lines.filter((line) => line.recorded !== line[basis]).map((line) => ({ dealId, line })),
      );
      expect(summary.commitments.affected[basis]).toBe(wrong.length);
      expect(summary.deals.affected[basis]).toBe(new Set(wrong.map(({ dealId }) => dealId)).size);
      const people = new Set(wrong.map(({ line }) => line.investorId));
      expect(summary.investors.affected[basis]).toBe(people.size);
    }
  });

  it('names the reason of every share that is wrong as recorded, and of no other', () => {
    const { people, opening, deals } = inColumns(randomHistory(3));
    const scan = openScan({ people, opening });
    const wrong = deals.flatMap((deal) => wrongShares(scan.add(deal)));
    expect(wrong.length).toBeGreaterThan(10);
    for (const { recorded, asRecorded, finding } of wrong) {
      expect(finding === null).toBe(recorded === asRecorded);
    }
  });

  it('names reasons as the certificate does, for 4 kinds in 400 deals of made-up shares', () => {
    const pick = seeded(9);
    const seen = new Set<string | null>();
    for (let seed = 1; seed <= 17; seed += 1) {
      const { people, deals } = inColumns(randomHistory(seed));
      for (const deal of deals) {
        const right = divideDeal(deal, { averages: deal.averages, people }).shares;
        const allocated = right.slice();
        const [from, to] = [pick(right.length), pick(right.length)];
        const moved = Math.min(allocated[from]!, [1, 3, 100_000, 10_000_000][pick(4)]!);
        allocated[from]! -= pick(6) === 0 ? 0 : moved;
        allocated[to]! += pick(3) === 0 ? 0 : moved;
        const made = { ...deal, allocated };
        const expected = new Map(
          certifyRecorded(made, people).findings.flatMap(({ kind, people: named }) => {
            return named.map(({ investorId }) => [investorId, kind]);
          }),
        );
        const found = shareFindings(made, { right, people });
        for (const [place, rank] of deal.ranks.entries()) {
          expect(found[place]).toBe(expected.get(people[rank]!) ?? null);
          seen.add(found[place]!);
        }
      }
    }
    expect(seen.size).toBe(5);
  });

  it('refuses 2 deals out of order', () => {
    const { people, opening, deals } = inColumns(randomHistory(1));
    const scan = openScan({ people, opening });
    scan.add(deals[1]!);
    expect(() => scan.add(deals[0]!)).toThrow('comes after');
  });
});

describe('histories in columns', () => {
  it('give the averages of plain histories to the last digit, totals beyond 2^53 too', () => {
    const pick = seeded(5);
    for (const currency of ['JPY', 'USD', 'KWD', 'CLF']) {
      const plain = new Histories([]);
      const columns = new HistoryColumns(['I'], new Map());
      for (let round = 0; round < 300; round += 1) {
        const allocated = pick(3) * pick(1_000_003) * (round < 200 ? 1 : pick(400_000));
        plain.add({ investorId: 'I', currency, allocated: BigInt(allocated) });
        const ranks = Uint32Array.of(0);
        columns.add({ currency, ranks, allocated: Float64Array.of(allocated) });
        const average = averageAt(columns.averages(currency, ranks), 0);
        expect(parseScaled(average)).toEqual(parseScaled(plain.average('I', currency)));
      }
    }
  });
});
