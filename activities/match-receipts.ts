import type { Activities } from '../contracts/activities';
import type { PaymentRail, StatementEntry } from '../contracts/payment-rail';
import { matchReceipt, type ReceiptMatch } from '../domain/match-receipt';
import { readableMoney } from '../domain/grouped';
import { referencesIn } from '../domain/payment-key';
import { entryOf, suspenseEntry, type Entry } from '../domain/posting-rules';
import { ofPlan } from './approved-plan';
import { parseInput } from './fail';
import type { Invoices, IssuedInvoice, NewReceipt } from './ports/invoices';
import type { NamedPayment, PaymentLedger } from './ports/payment-ledger';
import { comesBack, returnReceipt } from './take-return';

const entriesPerPage = 1_000;
const pagesPerCall = 20;

/** What matching receipts needs of the world. */
export type MatchingPorts = {
  invoices: Invoices;
  payments: Pick<PaymentLedger, 'named'>;
  rail: PaymentRail;
};

/**
 * Reads what has come in since the last look on every account that a version moves money on, and
 * matches it by reference and amount: with invoices, and with payments of ours that come back.
 *
 * Retry: safe; each entry of a statement is stored once, and the cursor moves with it.
 * Ensures: what fits nothing is in suspense and waits for a person; nothing else waits for it. What
 * comes back before we know that it had arrived is read again once we do.
 */
export const matchReceipts = (ports: MatchingPorts) =>
  async function matchReceipts(input) {
    return matchVersion(ports, parseInput(ofPlan, input));
  } satisfies Activities['matchReceipts'];

/** As the activity, for others that need to know what has come in. */
export async function matchVersion(
  ports: MatchingPorts,
  { incidentId, version, at }: { incidentId: string; version: number; at: string },
): ReturnType<Activities['matchReceipts']> {
  const accounts = await ports.invoices.accounts({ incidentId, version });
  const counts = { matched: 0, unmatched: 0 };
  for (const account of accounts) {
    for (let page = 0; page < pagesPerCall; page += 1) {
      const read = await readPage(ports, { incidentId, at, ...account });
      if (read === undefined) break;
      const known = read.filter(({ invoice, payment }) => invoice ?? payment).length;
      counts.matched += known;
      counts.unmatched += read.length - known;
    }
  }
  const returned = await ports.invoices.openReturns({ incidentId, version });
  return { ...counts, ...(returned === 0 ? {} : { returned }) };
}

type Of = {
  incidentId: string;
  at: string;
  account: string;
  currency: string;
  invoiced: boolean;
};
type Known = { named: readonly IssuedInvoice[]; paid: readonly NamedPayment[] };

/** The receipts of the next page as stored; undefined when there is none, or another was faster. */
async function readPage(
  { invoices, payments, rail }: MatchingPorts,
  of: Of,
): Promise<NewReceipt[] | undefined> {
  const { incidentId, at, account, currency } = of;
  const after = await invoices.cursor({ incidentId, account, currency });
  const limit = entriesPerPage;
  const page = await rail.statement({ account, currency, afterSeq: after, limit });
  const incoming = page.entries.filter(({ direction }) => direction === 'in');
  const references = [...new Set(incoming.flatMap(({ reference }) => referencesIn(reference)))];
  const [named, paid] =
    references.length === 0
      ? [[], []]
      : await Promise.all([invoices.named(references), payments.named(references)]);
  // A return of what we have not seen arrive: first the payment is looked up.
  const early = incoming.find((entry) => comesBack(entry, { of, paid }) === 'early');
  const last = early === undefined ? page.entries.at(-1)?.seq : early.seq - 1;
  if (last === undefined || last <= after) return undefined;
  const receipts = matchAll(
    incoming.filter(({ seq }) => seq <= last),
    { ...of, named, paid },
  );
  const part = { incidentId, at, account, currency, after, upTo: last, receipts };
  return (await invoices.store(part)) ? receipts : undefined;
}

/** In the order of the statement: the second of two payments meets what the first has left open. */
function matchAll(entries: readonly StatementEntry[], of: Of & Known): NewReceipt[] {
  const invoiceOf = new Map(of.named.map((invoice) => [invoice.reference, invoice]));
  return entries.flatMap((entry) => {
    const references = referencesIn(entry.reference);
    const [only] = references.length === 1 ? references : [];
    const invoice = only === undefined ? undefined : invoiceOf.get(only);
    const back = comesBack(entry, { of, paid: of.paid });
    if (back === 'elsewhere') return [];
    if (back !== undefined && back !== 'early') return [returnReceipt(entry, { of, row: back })];
    if (!of.invoiced && !references.some((text) => text.startsWith(`${of.incidentId} `))) return [];
    const fits = invoice?.payee === of.account && invoice.currency === of.currency;
    // Another incident's invoice on this very account: it reads the statement by itself.
    if (fits && invoice.incidentId !== of.incidentId) return [];
    const found = matchReceipt(BigInt(entry.amountMinor), fits ? invoice : undefined);
    if (invoice !== undefined && fits) {
      invoiceOf.set(invoice.reference, { ...invoice, credited: invoice.credited + found.credited });
    }
    return [asReceipt(entry, { of, found, ...(invoice && fits ? { invoice } : {}) })];
  });
}

type Found = { of: Of; found: ReceiptMatch; invoice?: IssuedInvoice };

function asReceipt(entry: StatementEntry, { of, found, invoice }: Found): NewReceipt {
  const { seq, counterparty, reference, bookedAt } = entry;
  const question = questionOf(entry, { of, found, ...(invoice ? { invoice } : {}) });
  return {
    ...{ seq, counterparty, reference, bookedAt },
    amount: BigInt(entry.amountMinor),
    currency: of.currency,
    match: found.match,
    entries: entriesOf(entry, { of, found, ...(invoice ? { invoice } : {}) }),
    ...(invoice && found.invoice ? { invoice: { key: invoice.key, state: found.invoice } } : {}),
    ...(question === undefined ? {} : { question }),
  };
}

function entriesOf({ seq }: StatementEntry, { of, found, invoice }: Found): Entry[] {
  const { account, currency } = of;
  const key = `receipt/${account}/${currency}/${String(seq)}`;
  const entries: Entry[] = [];
  if (invoice !== undefined && found.credited > 0n) {
    const { deal, investor, payee } = invoice;
    const row = { deal, investor, leg: 'call', payer: `investor:${investor}`, payee } as const;
    entries.push(entryOf('receipt-matched', { row, key, amount: found.credited, currency }));
  }
  if (found.inSuspense > 0n) {
    entries.push(suspenseEntry({ account, key, amount: found.inSuspense, currency }));
  }
  return entries;
}

function questionOf(entry: StatementEntry, { of, found, invoice }: Found): string | undefined {
  const { account, currency } = of;
  const money = (minor: bigint) => readableMoney(minor, currency);
  const got = `Entry ${String(entry.seq)} on ${account}, ${money(BigInt(entry.amountMinor))},`;
  const named = invoice?.reference ?? 'an invoice';
  switch (found.match) {
    case 'exact':
      return undefined;
    case 'short':
      return `${got} is less than what is open of ${named}. Will the rest be paid?`;
    case 'over':
      return (
        `${got} is ${money(found.inSuspense)} more than was open of ${named}. ` +
        'To whom does it go back?'
      );
    case 'twice':
      return `${got} is for ${named}, which was paid before. To whom does it go back?`;
    case 'unknown':
      return `${got} is for no invoice on this account. Whose is it?`;
  }
}
