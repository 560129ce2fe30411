import { BankError } from '../bank-error';
import type { ArmedFault, FaultKind, FaultyOrder, SpoiltAnswer } from './fault-kind';
import { loseReply } from './lose-reply';
import { refuse } from './refuse';

const catalogue: readonly FaultKind[] = [loseReply, refuse];

/**
 * The faults now at work, in the order they were set: the first that has a say decides.
 *
 * A further fault is one file with its entry, and its name in the catalogue above.
 */
export class FaultDesk {
  #armed: ArmedFault[] = [];

  /** Sets one more fault. @throws INPUT_INVALID (rejected) when no kind of that name is known. */
  add(settings: unknown): void {
    const named = kindOf(settings);
    const entry = catalogue.find(({ kind }) => kind === named);
    if (!entry) {
      const kinds = catalogue.map(({ kind }) => kind).join(', ');
      const found = named === undefined ? 'none' : JSON.stringify(named);
      const message = `kind: Expected one of ${kinds}, found ${found}.`;
      throw new BankError({ status: 400, code: 'INPUT_INVALID', message });
    }
    this.#armed.push(entry.arm(settings));
  }

  /** Replaces all faults by these, as they were listed before. */
  restore(faults: readonly unknown[]): void {
    this.#armed = [];
    for (const settings of faults) this.add(settings);
  }

  /** The faults at work, with what is left of each. */
  list(): object[] {
    return this.#armed.flatMap((fault) => fault.left() ?? []);
  }

  /** Why this order is refused, if a fault says so. */
  refusal(order: FaultyOrder): string | undefined {
    return first(this.#armed, (fault) => fault.refusal?.(order));
  }

  /** How the answer to this booked order is spoilt, if a fault hits it; that hit is then spent. */
  spoil(order: FaultyOrder): SpoiltAnswer | undefined {
    const spoilt = first(this.#armed, (fault) => fault.spoil?.(order));
    this.#armed = this.#armed.filter((fault) => fault.left() !== undefined);
    return spoilt;
  }
}

function kindOf(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'kind' in settings
    ? settings.kind
    : undefined;
}

function first<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | undefined,
): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
