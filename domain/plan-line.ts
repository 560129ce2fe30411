import { compareCodePoints } from './code-points';
import { formatMinor } from './money';

/** What a line of the plan does. */
export type Leg =
  | 'compensation'
  | 'interest'
  | 'refund'
  | 'call'
  | 'transfer-out'
  | 'transfer-in'
  | 'repurchase'
  | 'let-stand'
  | 'residue';

/** Whether a line is due anyhow, or only in one branch of an election. */
export type Branch = 'always' | 'accepted' | 'declined' | 'silent';

/**
 * One line of a plan: who gives what to whom, and how that came about.
 *
 * Shapes: `amount` is a decimal text in `currency`, for transfers units at cost; accounts are
 * `firm`, `escrow:<deal>`, `spv:<deal>`, `investor:<id>`, `residue:<recipient>`, '' for nobody.
 */
export type PlanLine = {
  readonly deal: string;
  readonly investor: string;
  readonly leg: Leg;
  readonly when: Branch;
  readonly sequence: number;
  readonly amount: string;
  readonly currency: string;
  readonly payer: string;
  readonly payee: string;
  readonly computed: string;
};

/** Orders lines by deal, investor, leg, `when` and sequence, texts by code point. */
export function compareLines(a: PlanLine, b: PlanLine): number {
  return (
    compareCodePoints(a.deal, b.deal) ||
    compareCodePoints(a.investor, b.investor) ||
    compareCodePoints(a.leg, b.leg) ||
    compareCodePoints(a.when, b.when) ||
    a.sequence - b.sequence
  );
}

/** The account of the firm that owes for the error. */
export const firm = 'firm';

/** The account an investor pays from and is paid to. */
export const investorAccount = (investor: string): string => `investor:${investor}`;

/** The account that holds a deal's money before it closes. */
export const escrowAccount = (deal: string): string => `escrow:${deal}`;

/** The account of the vehicle that holds a deal's units. */
export const spvAccount = (deal: string): string => `spv:${deal}`;

/** Writes a line that is due anyhow, its amount in minor units; the sequence is 1 unless said. */
export function planLine(given: {
  deal: { readonly deal: string; readonly currency: string };
  investor: string;
  leg: Leg;
  amount: bigint;
  payer: string;
  payee: string;
  computed: string;
  sequence?: number;
}): PlanLine {
  const { investor, leg, payer, payee, computed, sequence = 1 } = given;
  const { deal, currency } = given.deal;
  const amount = formatMinor(given.amount, currency);
  return {
    deal,
    investor,
    leg,
    when: 'always',
    sequence,
    amount,
    currency,
    payer,
    payee,
    computed,
  };
}
