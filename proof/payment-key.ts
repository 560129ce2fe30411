import { paymentName, transferName } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import type { Transfer } from '../domain/settlement-order';
import { digestOf } from './digest';

/** The key under which a line is paid or invoiced, whoever computes it, however often. */
export function paymentKey(incident: string, line: PlanLine): string {
  return digestOf(paymentName(incident, line));
}

/** The key under which units are transferred. */
export function transferKey(incident: string, transfer: Transfer): string {
  return digestOf(transferName(incident, transfer));
}

/** The key of an order for a payment: the payment's own for the first, another for each reissue. */
export function orderKey(key: string, issue: number): string {
  return issue === 1 ? key : digestOf({ issue, payment: key });
}
