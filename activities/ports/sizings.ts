import type { Deviation, Size, SizeOf } from '../../domain/sizing';

/** What is sized against what: the estimate of the opening, and what is recorded now. */
export type SizingSources = { estimate: Size; actual: Size; factor: string };

/** How big an incident has turned out to be, as it stood at one time. */
export type Sizing = Deviation & { number: number; sizedAt: string; stage: string; actual: Size };

/** The sizes of incidents, with their history. */
export type Sizings = {
  /**
   * Compares by `compare` what is recorded with what was thought, and keeps that with its evidence
   * where it is not what is kept already.
   *
   * Ensures: gives what stands last, and what of it lies outside and did not before; null before
   * anything is known.
   */
  size(given: {
    incidentId: string;
    at: string;
    compare: (sources: SizingSources) => Deviation;
  }): Promise<(Sizing & { estimate: Size; newlyOutside: SizeOf[] }) | null>;
};
