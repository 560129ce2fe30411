import type { PaymentRail, StatementEntry } from '../contracts/payment-rail';

const entriesPerPage = 1_000;

/** The entries of an account after `afterSeq`. Order: as on the statement, without a hole. */
export async function* statementEntries(
  rail: Pick<PaymentRail, 'statement'>,
  { afterSeq = 0, ...of }: { account: string; currency: string; afterSeq?: number },
): AsyncGenerator<StatementEntry> {
  for (let after = afterSeq; ;) {
    const page = await rail.statement({ ...of, afterSeq: after, limit: entriesPerPage });
    yield* page.entries;
    const last = page.entries.at(-1);
    if (last === undefined || last.seq >= page.lastSeq) return;
    after = last.seq;
  }
}
