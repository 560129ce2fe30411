/**
 * One payment as ordered from a rail.
 *
 * Units: `amountMinor` is a decimal integer text in the currency's minor units, above zero.
 * Retry: `key` names the payment for ever: the same key never moves money twice.
 */
export type PaymentOrder = {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly reference: string;
};

/**
 * What a rail said to an order. `accepted` is not yet settled: only the statement settles.
 *
 * Retry: after `unknown` the money may have moved; look the key up before anything else.
 */
export type PayAnswer =
  | { readonly kind: 'accepted'; readonly paymentId: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly cause: string };

/** A rail's no to an account that cannot pay now: final for the order, not for the payment. */
export const unfundedReason = 'INSUFFICIENT_FUNDS';

/** A payment as the rail has it booked. Units: minor units as a decimal integer text. */
export type BookedPayment = {
  readonly kind: 'booked';
  readonly paymentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
  readonly reference: string;
  readonly bookedAt: string;
};

/**
 * What a rail knows of a key. `absent` is the rail's own word that it never took the order,
 * `pending` that it took it and has not booked it yet.
 */
export type LookupAnswer =
  | BookedPayment
  | { readonly kind: 'pending'; readonly paymentId: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'absent' };

/** Which part of an account's statement is wanted: at most `limit` entries after `afterSeq`. */
export type StatementRequest = {
  readonly account: string;
  readonly afterSeq: number;
  readonly limit: number;
  /** Needed only where one account name is held in several currencies. */
  readonly currency?: string;
};

/** One booking on an account, money in or out. `key` stands only on payments ordered with one. */
export type StatementEntry = {
  readonly seq: number;
  readonly bookedAt: string;
  readonly direction: 'in' | 'out';
  readonly amountMinor: string;
  readonly counterparty: string;
  readonly reference: string;
  readonly paymentId: string;
  readonly key?: string;
};

/**
 * A part of an account's statement and the balance at the time of the answer.
 *
 * Order: by `seq`, which begins at 1 and rises by 1; the page holds all there is up to its end.
 * Units: minor units as a decimal integer text. `lastSeq` is the newest entry of the account.
 */
export type StatementPage = {
  readonly account: string;
  readonly currency: string;
  readonly balanceMinor: string;
  readonly lastSeq: number;
  readonly entries: readonly StatementEntry[];
};

/** What a rail can do. Past `idempotencyWindowHours` an order is looked up, never sent again. */
export type RailCapabilities = {
  readonly idempotencyWindowHours: number;
  readonly statements: boolean;
  readonly lookup: boolean;
};

/** How one call may be ended early by whoever asked for it. */
export type RailCallOptions = { readonly signal?: AbortSignal };

/**
 * The errors a rail throws, told apart by `code`; everything else it says is a value.
 *
 * `RAIL_UNREACHABLE` (fault): nothing happened, the call may be made again.
 * `STATEMENT_GAP` (fault): the statement skips entries; nothing may be concluded from it.
 * `KEY_REUSED` (bug): the key was used before for another payment.
 * `RECEIPT_MISMATCH` (bug): the rail has another payment under the key than the one asked.
 * `RAIL_REJECTED` (bug): the rail cannot read what we send, or we cannot read its answer.
 */
export type RailFailureCode =
  'RAIL_UNREACHABLE' | 'STATEMENT_GAP' | 'KEY_REUSED' | 'RECEIPT_MISMATCH' | 'RAIL_REJECTED';

/** A way to move money and to see what moved: the port every payment provider is adapted to. */
export type PaymentRail = {
  /** Says what the rail can do, the same for as long as the program runs. */
  capabilities(): RailCapabilities;

  /**
   * Orders one payment.
   *
   * @throws RAIL_UNREACHABLE (fault) when nothing was sent, so nothing happened.
   * @throws KEY_REUSED (bug) when the key belongs to another payment.
   * @throws RECEIPT_MISMATCH (bug) when the rail took another payment than asked.
   * @throws RAIL_REJECTED (bug) when the rail cannot read the order; nothing was booked.
   */
  pay(order: PaymentOrder, options?: RailCallOptions): Promise<PayAnswer>;

  /**
   * Tells what became of a key; with `asked`, also that it is the payment asked for.
   *
   * @throws RAIL_UNREACHABLE (fault) when there is no answer; nothing is known then.
   * @throws RECEIPT_MISMATCH (bug) when the booked payment is not the one in `asked`.
   * @throws RAIL_REJECTED (bug) when the answer cannot be read.
   */
  lookup(
    key: string,
    options?: RailCallOptions & { readonly asked?: PaymentOrder },
  ): Promise<LookupAnswer>;

  /**
   * Reads on in an account's statement.
   *
   * @throws RAIL_UNREACHABLE (fault) when there is no answer.
   * @throws STATEMENT_GAP (fault) when the page does not follow `afterSeq` without a hole.
   * @throws RAIL_REJECTED (bug) when the account is unknown or the answer cannot be read.
   */
  statement(request: StatementRequest, options?: RailCallOptions): Promise<StatementPage>;
};
