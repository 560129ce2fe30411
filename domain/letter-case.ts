import { parseMinor } from './money';
import type { Leg, PlanLine } from './plan-line';

/** The letters to investors there are by now, in the order somebody gets them. */
export const letterStages = ['acknowledgement', 'call', 'advice', 'resolution'] as const;
/** A stage of letters. */
export type LetterStage = (typeof letterStages)[number];

/** Money, or units at cost. Units: minor units of `currency`. */
export type Money = { readonly amount: bigint; readonly currency: string };

/** A deal in which this investor's recorded share is wrong. Units: minor units. */
export type OwnDeal = {
  readonly deal: string;
  readonly company: string;
  readonly investedOn: string;
  readonly agreementOn?: string;
  readonly currency: string;
  readonly recorded: bigint;
  readonly right: bigint;
};

/** A payment to this investor. `settledAt` is an instant, `bookedOn` a date of the statement. */
export type OwnPayment = Money & {
  readonly deal: string;
  readonly leg: Leg;
  readonly sequence: number;
  readonly state: string;
  readonly reference: string;
  readonly bookedOn?: string;
  readonly settledAt?: string;
};

/** An invoice to this investor. */
export type OwnInvoice = Money & {
  readonly deal: string;
  readonly sequence: number;
  readonly state: string;
  readonly reference: string;
  readonly payee: string;
  readonly dueOn: string;
  readonly document?: string;
  readonly paidAt?: string;
};

/** A transfer of units from or to this investor; `amount` is what they cost. */
export type OwnTransfer = Money & {
  readonly deal: string;
  readonly sequence: number;
  readonly side: 'out' | 'in';
  readonly state: string;
  readonly confirmedAt?: string;
};

/**
 * One investor as a letter to them may know them: their own rows and nobody else's.
 *
 * Order: deals by the day of the investment, then by id; all else as planned.
 */
export type LetterCase = {
  readonly investor: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly locale: string;
    readonly status: string;
  };
  readonly deals: readonly OwnDeal[];
  /** This investor's lines of every approved version of the plan. */
  readonly lines: readonly PlanLine[];
  readonly payments: readonly OwnPayment[];
  readonly invoices: readonly OwnInvoice[];
  readonly transfers: readonly OwnTransfer[];
};

/** The payment, invoice or transfer that carries out a line, when there is one. */
export function carriedOutBy(
  { payments, invoices, transfers }: LetterCase,
  line: PlanLine,
): { done: boolean; at?: string } {
  const amount = parseMinor(line.amount, line.currency);
  const same = (row: Money & { deal: string; sequence: number }) =>
    row.deal === line.deal &&
    row.sequence === line.sequence &&
    row.amount === amount &&
    row.currency === line.currency;
  if (line.leg === 'let-stand') return { done: true };
  if (line.leg === 'call') {
    const invoice = invoices.find(same);
    return standing(isPaid(invoice), invoice?.paidAt);
  }
  if (line.leg === 'transfer-out' || line.leg === 'transfer-in') {
    const side = line.leg === 'transfer-out' ? 'out' : 'in';
    const transfer = transfers.find((row) => same(row) && row.side === side);
    return standing(transfer?.state === 'confirmed', transfer?.confirmedAt);
  }
  const payment = payments.find((row) => same(row) && row.leg === line.leg);
  return standing(payment?.state === 'settled', payment?.settledAt);
}

/** Whether an invoice is covered, also by more than was asked. */
export const isPaid = (invoice: OwnInvoice | undefined): boolean =>
  invoice?.state === 'paid' || invoice?.state === 'over';

function standing(done: boolean, at: string | undefined): { done: boolean; at?: string } {
  return { done, ...(at === undefined ? {} : { at }) };
}
