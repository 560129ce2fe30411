import type { Leg } from './plan-line';

/** A line of an entry. Units: minor units, debit above zero and credit below. */
export type Posting = {
  readonly account: string;
  readonly amount: bigint;
  readonly currency: string;
};

/** An entry; `key` makes it post once, however often it is tried. */
export type Entry = {
  readonly key: string;
  readonly rule: PostingRule;
  readonly postings: readonly Posting[];
};

/** Whose money or units an entry is about. Accounts are those of plan lines. */
export type Posted = {
  readonly deal: string;
  readonly investor: string;
  readonly leg: Leg;
  readonly payer: string;
  readonly payee: string;
};

type Sides = { readonly debit: string; readonly credit: string };

/** A beneficiary or payer as accounts name it: investors by their id alone. */
const party = (account: string): string => account.replace(/^investor:/, '');
const owed = ({ payer, payee }: Posted): string => `owed:${payer}:${party(payee)}`;
const returned = ({ payer, payee }: Posted): string => `returned:${payer}:${party(payee)}`;
const receivable = ({ payer, payee }: Posted): string => `receivable:${payee}:${party(payer)}`;
const capital = ({ deal, investor }: Posted): string => `capital:${deal}:${investor}`;
const clearing = ({ payer }: Posted): string => `clearing:${payer}`;
const bank = (account: string): string => `bank:${account}`;

/** What a payment is booked against when it comes to be owed. */
function groundOf(row: Posted): string {
  if (row.leg === 'refund') return capital(row);
  if (row.leg === 'repurchase') return `held:${row.payer}:${row.deal}`;
  return `error:${row.payer}`;
}

/**
 * What each change of state posts: one amount from the credited account to the debited one.
 *
 * Source: docs/money.md, which shows this table.
 */
const rules = {
  'payment-owed': (row) => ({ debit: groundOf(row), credit: owed(row) }),
  'payment-sending': (row) => ({ debit: owed(row), credit: clearing(row) }),
  'payment-settled': (row) => ({ debit: clearing(row), credit: bank(row.payer) }),
  'payment-refused': (row) => ({ debit: clearing(row), credit: owed(row) }),
  'payment-absent': (row) => ({ debit: clearing(row), credit: owed(row) }),
  'payment-returned': (row) => ({ debit: bank(row.payer), credit: returned(row) }),
  'payment-reissued': (row) => ({ debit: returned(row), credit: owed(row) }),
  'call-invoiced': (row) => ({ debit: receivable(row), credit: capital(row) }),
  'receipt-matched': (row) => ({ debit: bank(row.payee), credit: receivable(row) }),
} as const satisfies Record<string, (row: Posted) => Sides>;

/** A change of state that posts. */
export type PostingRule = keyof typeof rules | 'receipt-suspended' | 'units-transferred';

type Amount = { readonly amount: bigint; readonly currency: string };

/**
 * The entry of a change of state of one payment or invoice.
 *
 * Ensures: it balances, and touches no account of any payer but the row's own.
 */
export function entryOf(
  rule: keyof typeof rules,
  { row, key, ...amount }: { readonly row: Posted; readonly key: string } & Amount,
): Entry {
  return { key: `${key}/${rule}`, rule, postings: pair(rules[rule](row), amount) };
}

/** The entry of money on a payee's account that is for no invoice: somebody has to look at it. */
export function suspenseEntry({
  account,
  key,
  ...amount
}: { readonly account: string; readonly key: string } & Amount): Entry {
  const sides = { debit: bank(account), credit: `suspense:${account}` };
  return {
    key: `${key}/receipt-suspended`,
    rule: 'receipt-suspended',
    postings: pair(sides, amount),
  };
}

/**
 * The entry of units the register has moved: units at cost per deal and holder.
 *
 * Ensures: with the capital that call and refund move, both end at what the register says.
 */
export function unitsEntry({
  deal,
  from,
  to,
  key,
  ...amount
}: { readonly deal: string; readonly from: string; readonly to: string } & {
  readonly key: string;
} & Amount): Entry {
  const sides = { debit: `units:${deal}:${to}`, credit: `units:${deal}:${from}` };
  return {
    key: `${key}/units-transferred`,
    rule: 'units-transferred',
    postings: pair(sides, amount),
  };
}

function pair({ debit, credit }: Sides, { amount, currency }: Amount): Posting[] {
  return [
    { account: debit, amount, currency },
    { account: credit, amount: -amount, currency },
  ];
}
