/** How money that came in fits what was invoiced. */
export type Match = 'exact' | 'short' | 'over' | 'twice' | 'unknown';

/** How far an invoice is paid. */
export type InvoiceState = 'issued' | 'short' | 'paid' | 'over';

/** What becomes of one receipt. Units: minor units; `credited` + `inSuspense` is the receipt. */
export type ReceiptMatch = {
  readonly match: Match;
  readonly credited: bigint;
  readonly inSuspense: bigint;
  /** Left out where no invoice is touched. */
  readonly invoice?: InvoiceState;
};

/**
 * Matches a receipt with the one invoice its reference names, if there is one in its currency.
 *
 * Method: a part is credited and the rest stays owed; the part that completes it is `exact`; what
 * comes on top is in suspense, as is everything after the invoice is paid.
 * Ensures: an invoice is credited with its amount at most, whatever comes in.
 */
export function matchReceipt(
  received: bigint,
  invoice?: { readonly amount: bigint; readonly credited: bigint },
): ReceiptMatch {
  const suspended = { credited: 0n, inSuspense: received };
  if (invoice === undefined) return { match: 'unknown', ...suspended };
  const open = invoice.amount - invoice.credited;
  if (open <= 0n) return { match: 'twice', ...suspended };
  if (received > open) {
    return { match: 'over', credited: open, inSuspense: received - open, invoice: 'over' };
  }
  const covers = received === open;
  const state = covers ? ('paid' as const) : ('short' as const);
  return { match: covers ? 'exact' : 'short', credited: received, inSuspense: 0n, invoice: state };
}

/** Whether what was invoiced is in, so that what it pays for may go on. */
export function isCovered(state: InvoiceState | undefined): boolean {
  return state === 'paid' || state === 'over';
}
