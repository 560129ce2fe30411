import { gcd } from '../gcd';
import type { Ask } from '../prorate';
import type { FractionalShares } from '../split';

/** What a round divides by. */
export type Basis = 'average' | 'requested';

/**
 * Divides in rounds: everybody gets a part, who has their request is cut back to it and leaves, and
 * what was cut off is divided again over those still open, on top of what they have.
 *
 * Method: round 0 is the distribution, round n the nth redistribution; `basisOf` names what each
 * divides by. An open share is always `byAverage`·average + `byRequest`·requested over one
 * denominator, so exactness costs three numbers and not a fraction a person.
 * Ensures: with no `redistributionMax`, Σ = min(available, Σ requested), exactly; with one, what
 * the last round cut off is stranded.
 */
export function cascade(given: {
  available: bigint;
  asks: readonly Ask[];
  basisOf: (round: number) => Basis;
  redistributionMax?: number;
}): FractionalShares {
  const { asks, basisOf, redistributionMax = asks.length } = given;
  let [open, excess, level] = [asks, given.available, nothingYet];
  for (let round = 0; round <= redistributionMax; round += 1) {
    if (excess === 0n || open.length === 0) break;
    level = raise({ level, open, excess, basis: basisOf(round) });
    const isCapped = (ask: Ask) => share(level, ask) >= ask.requested * level.den;
    excess = open
      .filter(isCapped)
      .reduce((sum, ask) => sum + share(level, ask) - ask.requested * level.den, 0n);
    open = open.filter((ask) => !isCapped(ask));
  }
  const stillOpen = new Set(open);
  const parts = asks.map((ask) => {
    const num = stillOpen.has(ask) ? share(level, ask) : ask.requested * level.den;
    return { id: ask.investorId, num };
  });
  return { den: level.den, parts };
}

type Level = { readonly den: bigint; readonly byAverage: bigint; readonly byRequest: bigint };

const nothingYet: Level = { den: 1n, byAverage: 0n, byRequest: 0n };

/** An open person's share, times `den`. */
function share({ byAverage, byRequest }: Level, ask: Ask): bigint {
  return byAverage * ask.average + byRequest * ask.requested;
}

/** Lifts everybody open by their part of the excess, which counts in units of 1/`den`. */
function raise(given: { level: Level; open: readonly Ask[]; excess: bigint; basis: Basis }): Level {
  const { level, open, excess, basis } = given;
  const weight = open.reduce((sum, ask) => sum + ask[basis], 0n);
  // Only people whose whole request is 0 weigh nothing; a zero share meets it.
  if (weight === 0n) return level;
  const den = level.den * weight;
  const byAverage = level.byAverage * weight + (basis === 'average' ? excess : 0n);
  const byRequest = level.byRequest * weight + (basis === 'requested' ? excess : 0n);
  // The level depends on who is open only, so in lowest terms it stays small in any deep cascade.
  const common = gcd(gcd(den, byAverage), byRequest);
  return { den: den / common, byAverage: byAverage / common, byRequest: byRequest / common };
}
