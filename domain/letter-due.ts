import { carriedOutBy, isPaid, type LetterCase, type LetterStage } from './letter-case';

/** What is true of the incident as a whole, for every letter of it. */
export type LetterSetting = {
  /** Whether the cause is fixed and live, its service stopped, or neither is sure right now. */
  readonly cause: 'fixed' | 'stopped' | 'unclear';
  /** Who was done by this instant waits no longer for a fix. */
  readonly fixAwaitedUpTo: string;
  /** When the newest approved plan was approved, as an instant; '' while there is none. */
  readonly approvedAt: string;
};

/**
 * Whether a letter may leave now.
 *
 * Shapes: `deals` are those the letter speaks of; `waits` may become due later, `never` cannot.
 */
export type LetterDue =
  | { readonly kind: 'due'; readonly deals: readonly string[] }
  | { readonly kind: 'waits' }
  | { readonly kind: 'never' }
  | { readonly kind: 'held'; readonly deals: readonly string[]; readonly question: string };

type Asked = {
  readonly stage: LetterStage;
  readonly one: LetterCase;
  readonly setting: LetterSetting;
  /** Deals that earlier letters of this stage to this investor spoke of. */
  readonly told: readonly string[];
};

/**
 * Decides by the investor's own rows whether a letter of a stage is true and due.
 *
 * Method: acknowledgement at once; call when every call in a deal has its invoice; advice when all
 * money owed to them so far is booked; resolution when each line of theirs is done and the cause
 * is fixed, or has been awaited long enough.
 * Ensures: somebody who cannot be written to is held, with the question that would change it.
 */
export function letterDue(asked: Asked): LetterDue {
  const due = dueByRows(asked);
  if (due.kind !== 'due') return due;
  const question = obstacle(asked.one);
  return question === undefined ? due : { kind: 'held', deals: due.deals, question };
}

function dueByRows(asked: Asked): LetterDue {
  const { stage, one, told } = asked;
  if (stage === 'acknowledgement') return once(one, told);
  if (stage === 'resolution') return resolutionDue(asked);
  const deals = stage === 'call' ? calledDeals(one, told) : paidDeals(one, told);
  if (deals === 'waits') return { kind: 'waits' };
  if (deals.length > 0) return { kind: 'due', deals };
  return isPlanned(one) ? { kind: 'never' } : { kind: 'waits' };
}

function once(one: LetterCase, told: readonly string[]): LetterDue {
  if (told.length > 0) return { kind: 'never' };
  return { kind: 'due', deals: one.deals.map(({ deal }) => deal) };
}

/** Every wrong share of theirs stands in an approved plan. */
export function isPlanned({ deals, lines }: LetterCase): boolean {
  return deals.every(({ deal }) => lines.some((line) => line.deal === deal));
}

/** Every line of theirs is done, in every deal. */
export function isDone(one: LetterCase): boolean {
  return isPlanned(one) && linesDue(one).every((line) => carriedOutBy(one, line).done);
}

const linesDue = ({ lines }: LetterCase) => lines.filter((line) => line.when === 'always');

function calledDeals(one: LetterCase, told: readonly string[]): readonly string[] | 'waits' {
  const calls = linesDue(one).filter(({ leg, deal }) => leg === 'call' && !told.includes(deal));
  const invoices = calls.map(({ deal, sequence }) => {
    return one.invoices.find((row) => row.deal === deal && row.sequence === sequence);
  });
  if (invoices.some((invoice) => invoice?.document === undefined)) return 'waits';
  const unpaid = invoices.filter((invoice) => !isPaid(invoice));
  return [...new Set(unpaid.flatMap((invoice) => (invoice ? [invoice.deal] : [])))];
}

function paidDeals(one: LetterCase, told: readonly string[]): readonly string[] | 'waits' {
  const payments = linesDue(one).filter(({ leg, payee }) => {
    return leg !== 'call' && payee === `investor:${one.investor.id}`;
  });
  if (payments.some((line) => !carriedOutBy(one, line).done)) return 'waits';
  return [...new Set(payments.map(({ deal }) => deal))].filter((deal) => !told.includes(deal));
}

function resolutionDue({ one, told, setting }: Asked): LetterDue {
  const first = once(one, told);
  if (first.kind === 'never' || !isDone(one)) return first.kind === 'never' ? first : waits;
  if (setting.cause === 'fixed') return first;
  const instants = linesDue(one).map((line) => carriedOutBy(one, line).at ?? '');
  const doneAt = [...instants, setting.approvedAt].reduce((a, b) => (a > b ? a : b));
  const longEnough = doneAt <= setting.fixAwaitedUpTo;
  return setting.cause === 'stopped' && longEnough ? first : waits;
}

const waits = { kind: 'waits' } as const;

const oneAddress = /^[^\s@,;:<>"()[\]\\]+@[^\s@,;:<>"()[\]\\]+$/;

/** Why nobody can be written to, as the question whose answer would change that. */
function obstacle({ investor }: LetterCase): string | undefined {
  const { id, status, email } = investor;
  if (['deceased', 'dissolved', 'unreachable'].includes(status)) {
    return `Investor ${id} is ${status}: who is to be written to in their place?`;
  }
  if (!oneAddress.test(email))
    return `What is the mail address of investor ${id}? None is on file.`;
  if (investor.name.trim() === '') return `What is the name of investor ${id}? None is on file.`;
  return undefined;
}
