import type { ImportFault } from '../../contracts/import-row';

/** The most faults that are reported; reading stops there. */
export const faultsMax = 100;

/** What was wrong so far, in the order it was met. */
export class Faults {
  readonly #met: ImportFault[] = [];

  get met(): readonly ImportFault[] {
    return this.#met;
  }

  /** Whether nobody would read on. */
  get full(): boolean {
    return this.#met.length >= faultsMax;
  }

  add(fault: ImportFault): void {
    if (!this.full) this.#met.push(fault);
  }
}
