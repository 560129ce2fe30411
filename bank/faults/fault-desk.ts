import { BankError } from '../bank-error';
import { delay } from './delay';
import { failAfterCommit } from './fail-after-commit';
import type { ArmedFault, FaultKind, FaultyOrder, Later, Page, SpoiltAnswer } from './fault-kind';
import { loseReply } from './lose-reply';
import { refuse } from './refuse';
import { returnLater } from './return-later';
import { statementGap } from './statement-gap';

const catalogue: readonly FaultKind[] = [
  loseReply,
  failAfterCommit,
  delay,
  refuse,
  returnLater,
  statementGap,
];

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

  /** What becomes of this order later than usual, if a fault hits it; that hit is then spent. */
  later(order: FaultyOrder): Later | undefined {
    return this.#spent(first(this.#armed, (fault) => fault.later?.(order)));
  }

  /** How the answer to this taken order is spoilt, if a fault hits it; that hit is then spent. */
  spoil(order: FaultyOrder): SpoiltAnswer | undefined {
    return this.#spent(first(this.#armed, (fault) => fault.spoil?.(order)));
  }

  /** The page as a fault shows it, if one hits it; that hit is then spent. */
  page(page: Page): Page | undefined {
    return this.#spent(first(this.#armed, (fault) => fault.page?.(page)));
  }

  #spent<Found>(found: Found): Found {
    this.#armed = this.#armed.filter((fault) => fault.left() !== undefined);
    return found;
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
