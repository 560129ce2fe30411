import type { DealColumns } from '../kernel/deal-columns';
import type { Ask } from '../prorate';

/** One way of dividing a deal, ours or one of the ways it is known to go wrong. */
export type Rule = {
  /** Stable for ever: it stands in evidence. A change of behaviour is a new id. */
  readonly id: string;
  /** What it does, in a sentence people read. */
  readonly summary: string;
  /** Divides an allocation. Units: minor units. Order: of the asks. */
  readonly allocate: (allocation: bigint, asks: readonly Ask[]) => Map<string, bigint>;
  /**
   * The same in columns, for speed; a rule without it is right as well, and many times slower.
   *
   * Ensures: true with `shares` full and equal to `allocate`, or false: then `allocate` is asked.
   */
  readonly inColumns?: (deal: DealColumns, shares: Float64Array) => boolean;
};
