import type { LetterCase, OwnDeal } from '../../domain/letter-case';
import type { LetterSetting } from '../../domain/letter-due';
import type { Leg, PlanLine } from '../../domain/plan-line';

/** The instant at which whatever is done in these cases was done. */
export const doneAt = '2026-11-21T12:00:00.000Z';

/** Frozen, and the fix awaited up to a moment after everything was done. */
export const setting: LetterSetting = {
  cause: 'stopped',
  fixAwaitedUpTo: '2026-11-22T12:00:00.000Z',
  approvedAt: '2026-11-20T12:00:00.000Z',
};

const shared = { investedOn: '2026-11-07', agreementOn: '2026-10-15', currency: 'USD' };

/** E had too little in FRESH and too little in OLD. */
export const fresh: OwnDeal = {
  ...shared,
  deal: 'FRESH',
  company: 'Fresh Inc',
  recorded: 31_788_793n,
  right: 32_142_857n,
};
/** Its other deal, two years older, with the same shares. */
export const old: OwnDeal = {
  ...shared,
  deal: 'OLD',
  company: 'Old Inc',
  investedOn: '2024-11-21',
  recorded: 31_788_793n,
  right: 32_142_857n,
};

/** A line of E's in a deal. */
export function lineOf(...[deal, leg, amount]: [deal: string, leg: Leg, amount: string]): PlanLine {
  const moves = leg === 'call' || leg.startsWith('transfer') || leg === 'let-stand';
  return {
    deal,
    investor: 'E',
    leg,
    when: 'always',
    sequence: 1,
    amount,
    currency: 'USD',
    payer: leg === 'call' ? 'investor:E' : moves ? '' : 'firm',
    payee: leg === 'call' ? `spv:${deal}` : moves ? '' : 'investor:E',
    computed: '',
  };
}

/** E's case: nothing planned, nothing paid, unless said. */
export function caseOf(given: Partial<LetterCase> = {}): LetterCase {
  const investor = {
    id: 'E',
    name: 'Eve',
    email: 'eve@example.com',
    locale: 'en',
    status: 'active',
  };
  return {
    investor,
    deals: [old, fresh],
    lines: [],
    payments: [],
    invoices: [],
    transfers: [],
    ...given,
  };
}

const usd = { currency: 'USD', sequence: 1 };
/** The payment of the OLD line, booked. */
export const compensation = {
  ...usd,
  deal: 'OLD',
  leg: 'compensation',
  amount: 708_128n,
  state: 'settled',
  reference: 'INC-2026-0001 a',
  bookedOn: '2026-11-21',
  settledAt: doneAt,
} as const;
/** The invoice of the FRESH line, unpaid. */
export const invoice = {
  ...usd,
  deal: 'FRESH',
  amount: 354_064n,
  state: 'issued',
  reference: 'INC-2026-0001 b',
  payee: 'spv:FRESH',
  dueOn: '2026-12-21',
  document: 'd'.repeat(64),
};
/** The units of FRESH, come in. */
export const transfer = {
  ...usd,
  deal: 'FRESH',
  side: 'in',
  amount: 354_064n,
  state: 'confirmed',
  confirmedAt: doneAt,
} as const;

/** E's part of the demonstration's plan. */
export const lines: PlanLine[] = [
  lineOf('OLD', 'compensation', '7081.28'),
  lineOf('FRESH', 'call', '3540.64'),
  lineOf('FRESH', 'transfer-in', '3540.64'),
];

/** Everything of E's is done. */
export const done = caseOf({
  lines,
  payments: [compensation],
  invoices: [{ ...invoice, state: 'paid', paidAt: doneAt }],
  transfers: [transfer],
});
