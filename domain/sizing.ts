import { divideHalfEven, formatScaled, parseScaled, toCommonScale } from './money';

/** What an incident is sized by, in the order people read it. */
export const sizes = ['deals', 'investors', 'amount', 'hours'] as const;

/** One thing an incident is sized by. */
export type SizeOf = (typeof sizes)[number];

/**
 * How big the problem is, as thought at opening or as found; null where nobody has said.
 *
 * Units: the amount and the hours as decimal texts.
 */
export type Size = {
  readonly deals: number | null;
  readonly investors: number | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly hours: string | null;
};

/** What was found over what was thought, and what of it lies outside the factor. */
export type Deviation = {
  /** Decimal texts of two decimals; null where either is unknown or nothing was thought of. */
  readonly ratio: Readonly<Record<SizeOf, string | null>>;
  readonly outside: SizeOf[];
};

/**
 * How far reality is from what was thought, each size by itself.
 *
 * Method: outside is more than `factor` times what was thought, or less than that part of it; where
 * nothing was thought of, anything is outside. Compared exactly, before the ratio is rounded.
 */
export function deviationOf(given: {
  readonly estimate: Size;
  readonly actual: Size;
  readonly factor: string;
}): Deviation {
  const { estimate, actual, factor } = given;
  const compared = sizes.map((what) => {
    const [found, thought] = [actual[what], estimate[what]];
    if (found === null || thought === null) return { what, ratio: null, isOutside: false };
    return { what, ...compare({ found: String(found), thought: String(thought), factor }) };
  });
  const ratio = Object.fromEntries(compared.map((each) => [each.what, each.ratio]));
  const outside = compared.filter(({ isOutside }) => isOutside).map(({ what }) => what);
  return { ratio: ratio as Record<SizeOf, string | null>, outside };
}

function compare({ found, thought, factor }: { found: string; thought: string; factor: string }) {
  const [above = 0n, below = 0n] = toCommonScale([found, thought].map(parseScaled));
  if (below === 0n) return { ratio: null, isOutside: above > 0n };
  const { digits, scale } = parseScaled(factor);
  const one = 10n ** BigInt(scale);
  const isOutside = above * one > below * digits || above * digits < below * one;
  return {
    ratio: formatScaled({ digits: divideHalfEven(above * 100n, below), scale: 2 }),
    isOutside,
  };
}
