import type { Queryable } from './pool';
import { endWaits, want, type Wanted } from './waits';

const waitingFor = 'payment';

/** Shows on the incident that persons are wanted for payments and transfers. */
export async function wantPersons(
  tx: Queryable,
  { incidentId, at, persons }: { incidentId: string; at: string; persons: readonly Wanted[] },
): Promise<void> {
  await want(tx, { incidentId, waitingFor, at, wanted: persons });
}

/** Ends waits that are over; those that never were are no matter. */
export async function endPaymentWaits(
  tx: Queryable,
  ended: { incidentId: string; at: string; ids: readonly string[] },
): Promise<void> {
  await endWaits(tx, { ...ended, waitingFor });
}

/** The wait of a payment, by what it is. */
export function paymentWaitId(row: {
  deal: string;
  investor: string;
  leg: string;
  sequence: number;
}): string {
  return `${row.deal}/${row.investor}/${row.leg}/${String(row.sequence)}`;
}
