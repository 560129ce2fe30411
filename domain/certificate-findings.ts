import type { TierRate } from './certificate-rate';
import { splitUnits } from './split';

/** What can be wrong with shares. */
export type FindingKind =
  /** Rounding lost units: nobody is off by more than one, yet the sum falls short. */
  | 'unit-short'
  /** Somebody has more than they asked for. */
  | 'over-request'
  /** Money lies unused that somebody wanted. */
  | 'stranded'
  /** Somebody's share is not the right one, for none of the reasons above. */
  | 'wrong-share';

/** Somebody named by a finding. Units: minor units. */
export type FoundPerson = {
  readonly investorId: string;
  readonly shareMinor: string;
  readonly rightMinor: string;
};

/** One reason why a certificate does not hold; safe for JSON. */
export type Finding = {
  readonly kind: FindingKind;
  /**
   * `unit-short`, `stranded`: what is missing in the sum. `over-request`: what lies above requests.
   * `wrong-share`: what these people have too much or too little, whichever is more.
   *
   * Units: minor units.
   */
  readonly amountMinor: string;
  /** Everybody wrong is named in exactly one finding. */
  readonly people: readonly FoundPerson[];
};

type Judged = {
  readonly investorId: string;
  readonly requested: bigint;
  readonly share: bigint;
  readonly right: bigint;
  /** Whether the share is the exact one but for rounding, up or down. */
  readonly withinUnit: boolean;
};

/**
 * Says why shares are not the right ones.
 *
 * Order: over-request, what the sum lacks, wrong-share; people in the order of each tier's lists.
 */
export function judgeShares(given: {
  allocation: bigint;
  tiers: readonly TierRate[];
  shares: ReadonlyMap<string, bigint>;
}): Finding[] {
  const judged = given.tiers.flatMap((tier) => judgeTier(tier, given.shares));
  const missing = total(judged, (person) => person.right - person.share);
  const over = judged.filter((person) => person.share > person.requested);
  const low = judged.filter((person) => person.share < person.right);
  const high = judged.filter((p) => p.share > p.right && p.share <= p.requested);
  const excess = total(over, (person) => person.share - person.requested);
  const findings = [finding('over-request', { amount: excess, people: over })];
  if (missing > 0n) {
    const kind = judged.every((person) => person.withinUnit) ? 'unit-short' : 'stranded';
    findings.push(finding(kind, { amount: missing, people: low }), wrongShare(high));
  } else {
    findings.push(wrongShare([...high, ...low]));
  }
  return findings.filter(({ people }) => people.length > 0);
}

function judgeTier(tier: TierRate, shares: ReadonlyMap<string, bigint>): Judged[] {
  const { capped, open, left, weight } = tier;
  const units = open.map(({ investorId, average }) => ({ id: investorId, weight: average }));
  const right = open.length === 0 ? new Map<string, bigint>() : splitUnits(left, units);
  const atRequest = capped.map(({ investorId, requested }) => {
    const share = shares.get(investorId) ?? 0n;
    const withinUnit = share === requested;
    return { investorId, requested, share, right: requested, withinUnit };
  });
  const atRate = open.map(({ investorId, requested, average }) => {
    const share = shares.get(investorId) ?? 0n;
    const off = share * weight - left * average;
    const withinUnit = -weight < off && off < weight;
    return { investorId, requested, share, right: right.get(investorId) ?? 0n, withinUnit };
  });
  return [...atRequest, ...atRate];
}

function wrongShare(people: readonly Judged[]): Finding {
  return finding('wrong-share', { amount: off(people), people });
}

function finding(
  kind: FindingKind,
  { amount, people }: { amount: bigint; people: readonly Judged[] },
): Finding {
  return {
    kind,
    amountMinor: String(amount),
    people: people.map(({ investorId, share, right }) => {
      return { investorId, shareMinor: String(share), rightMinor: String(right) };
    }),
  };
}

/** What people have too much or too little, whichever is more. */
function off(people: readonly Judged[]): bigint {
  const tooMuch = total(people, ({ share, right }) => (share > right ? share - right : 0n));
  const tooLittle = total(people, ({ share, right }) => (share < right ? right - share : 0n));
  return tooMuch > tooLittle ? tooMuch : tooLittle;
}

function total(people: readonly Judged[], amount: (person: Judged) => bigint): bigint {
  return people.reduce((sum, person) => sum + amount(person), 0n);
}
