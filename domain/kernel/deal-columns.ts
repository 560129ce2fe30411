/**
 * A deal as columns of whole numbers, one place per investor, in the row order of the import.
 *
 * Shapes: all columns are equally long; views (`subarray`) of columns of many deals are fine.
 * Units: whole minor units; every number a non-negative integer below 2^53, hence exact.
 */
export type DealColumns = {
  readonly allocation: number;
  readonly requested: Float64Array;
  /** Averages on one scale, so that they are whole; 0 for no history. */
  readonly weights: Float64Array;
  /** Steps of `weights` in one minor unit; read where averages are compared with money. */
  readonly weightPerMinor: number;
  /**
   * Standing of each investor when ids are sorted by code point. Any numbers in that order do, so
   * ranks among all investors of a platform, made once, serve every deal.
   */
  readonly ranks: Uint32Array;
};

/** Where one tier of a deal stops: everybody open has `left` / `weight` per weight. */
export type TierLevel = {
  /** What the tier had to divide. Units: minor units. */
  readonly available: number;
  /** What its capped people leave. Units: minor units. */
  readonly left: number;
  /** Σ weight of the open, 0 when everybody has their request. */
  readonly weight: number;
};

/** Both tiers of a deal: people with a history, then people without, who weigh 1 each. */
export type DealLevels = { readonly history: TierLevel; readonly noHistory: TierLevel };
