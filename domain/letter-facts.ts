import { carriedOutBy, isPaid, type LetterCase, type Money, type OwnDeal } from './letter-case';
import type { Leg, PlanLine } from './plan-line';

/** What a deal is called in a letter: never by an id. */
export type NamedDeal = Pick<OwnDeal, 'company' | 'investedOn'>;

/** An invoice the letter asks to be paid. */
export type CallFact = NamedDeal & {
  readonly recorded: Money;
  readonly right: Money;
  readonly due: Money;
  readonly dueOn: string;
  readonly payee: string;
  readonly reference: string;
  /** The digest of the invoice as a document. */
  readonly document: string;
};

/** A payment the investor has got. */
export type PaidFact = NamedDeal & {
  readonly leg: 'compensation' | 'interest' | 'refund';
  readonly paid: Money;
  readonly bookedOn: string;
  readonly reference: string;
};

/** One thing that was done, and when the outside confirmed it. */
export type Deed =
  | {
      readonly kind: 'compensation' | 'interest' | 'refund' | 'paid';
      readonly money: Money;
      readonly on: string;
    }
  | {
      readonly kind: 'units-in' | 'units-out';
      readonly money: Money;
      readonly on: string;
      readonly agreementOn?: string;
    }
  /** An excess that is kept, or a position that stays as recorded. */
  | { readonly kind: 'kept' | 'stands' };

/** What was wrong in one deal and what was done about it. */
export type DealStory = NamedDeal & {
  readonly side: 'over' | 'under';
  readonly recorded: Money;
  readonly right: Money;
  readonly difference: Money;
  readonly deeds: readonly Deed[];
};

/** The deals a letter names, and nothing of what was found in them. */
export function namedDeals(one: LetterCase): NamedDeal[] {
  return one.deals.map(({ company, investedOn }) => ({ company, investedOn }));
}

/** The unpaid invoices of these deals that have their document. */
export function callFacts(one: LetterCase, deals: readonly string[]): CallFact[] {
  return among(one, deals).flatMap((own) => {
    const invoices = one.invoices.filter((row) => row.deal === own.deal && !isPaid(row));
    return invoices.flatMap(({ document, ...invoice }) => {
      const { amount, currency, dueOn, payee, reference } = invoice;
      if (document === undefined) return [];
      return [{ ...shares(own), due: { amount, currency }, dueOn, payee, reference, document }];
    });
  });
}

/**
 * The payments in these deals that are booked.
 *
 * Ensures: what is not settled is not in it, whatever was planned.
 */
export function paidFacts(one: LetterCase, deals: readonly string[]): PaidFact[] {
  return among(one, deals).flatMap(({ deal, company, investedOn }) => {
    return inOrder(one.payments, ({ leg }) => leg).flatMap(
      ({ state, leg, bookedOn, reference, amount, currency, ...row }) => {
        if (row.deal !== deal || state !== 'settled' || bookedOn === undefined) return [];
        if (!isPaidOut(leg)) return [];
        return [{ company, investedOn, leg, paid: { amount, currency }, bookedOn, reference }];
      },
    );
  });
}

const isPaidOut = (leg: Leg): leg is PaidFact['leg'] =>
  leg === 'compensation' || leg === 'interest' || leg === 'refund';

/**
 * What was wrong and what was done, deal by deal.
 *
 * Ensures: a deed is told only when the bank or the register has confirmed it.
 */
export function dealStories(one: LetterCase): DealStory[] {
  return one.deals.map((own) => {
    const delta = own.recorded - own.right;
    const side = delta > 0n ? 'over' : 'under';
    const difference = { amount: delta < 0n ? -delta : delta, currency: own.currency };
    return { ...shares(own), side, difference, deeds: deedsOf(one, own) };
  });
}

function deedsOf(one: LetterCase, own: OwnDeal): Deed[] {
  const lines = one.lines.filter(({ deal, when }) => deal === own.deal && when === 'always');
  const sorted = inOrder(lines, ({ leg }) => leg);
  const moved = sorted.flatMap((line) => deedOf({ one, own, line }));
  const stays = !lines.some(({ leg }) => movesPosition.includes(leg));
  if (!stays) return moved;
  return [...moved, { kind: own.recorded > own.right ? 'kept' : 'stands' }];
}

/** First what the position was put right by, then what came on top. */
const told: readonly Leg[] = ['call', 'transfer-in', 'transfer-out', 'refund', 'compensation'];

function inOrder<T>(rows: readonly T[], legOf: (row: T) => Leg): T[] {
  const rank = (row: T) => (told.includes(legOf(row)) ? told.indexOf(legOf(row)) : told.length);
  return rows.toSorted((a, b) => rank(a) - rank(b));
}

const movesPosition: readonly Leg[] = [
  'refund',
  'call',
  'transfer-in',
  'transfer-out',
  'repurchase',
];

function deedOf(given: { one: LetterCase; own: OwnDeal; line: PlanLine }): Deed[] {
  const { one, own, line } = given;
  const { done, at } = carriedOutBy(one, line);
  if (!done || at === undefined) return [];
  const same = (row: { deal: string; sequence: number }) =>
    row.deal === line.deal && row.sequence === line.sequence;
  const on = at.slice(0, 10);
  const agreement = own.agreementOn === undefined ? {} : { agreementOn: own.agreementOn };
  if (line.leg === 'call') {
    return one.invoices.filter(same).map((row) => ({ kind: 'paid', money: moneyOf(row), on }));
  }
  if (line.leg === 'transfer-in' || line.leg === 'transfer-out') {
    const side = line.leg === 'transfer-in' ? 'in' : 'out';
    const rows = one.transfers.filter((row) => same(row) && row.side === side);
    return rows.map((row) => ({ kind: `units-${side}`, money: moneyOf(row), on, ...agreement }));
  }
  const { leg } = line;
  if (!isPaidOut(leg)) return [];
  const rows = one.payments.filter((row) => same(row) && row.leg === leg);
  return rows.map((row) => ({ kind: leg, money: moneyOf(row), on: row.bookedOn ?? on }));
}

const moneyOf = ({ amount, currency }: Money): Money => ({ amount, currency });

function among(one: LetterCase, deals: readonly string[]): OwnDeal[] {
  return one.deals.filter(({ deal }) => deals.includes(deal));
}

function shares({ company, investedOn, currency, recorded, right }: OwnDeal) {
  return {
    company,
    investedOn,
    recorded: { amount: recorded, currency },
    right: { amount: right, currency },
  };
}
