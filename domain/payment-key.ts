import type { Leg, PlanLine } from './plan-line';

/** What a payment is, for ever: never the plan's version, never the attempt. */
export type PaymentName = {
  readonly incident: string;
  readonly deal: string;
  readonly investor: string;
  readonly leg: Leg;
  readonly sequence: number;
};

/** What a transfer of units is, for ever. */
export type TransferName = {
  readonly incident: string;
  readonly deal: string;
  readonly leg: 'transfer';
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
};

/** The name of the payment or invoice that a line asks for; its key is the SHA-256 of it. */
export function paymentName(incident: string, line: PlanLine): PaymentName {
  const { deal, investor, leg, sequence } = line;
  return { incident, deal, investor, leg, sequence };
}

/** The name of a transfer of units; its key is the SHA-256 of it. */
export function transferName(
  incident: string,
  transfer: Pick<TransferName, 'deal' | 'from' | 'to' | 'sequence'>,
): TransferName {
  const { deal, from, to, sequence } = transfer;
  return { incident, deal, leg: 'transfer', from, to, sequence };
}

/** 48 bits: among 100,000 invoices of one incident, two alike are 1 in 50,000. */
const keyDigits = 12;

/** What a payee or payer reads on the statement: the incident, and the beginning of the key. */
export function referenceOf(incident: string, key: string): string {
  return `${incident} ${key.slice(0, keyDigits)}`;
}

const referenceForm = /(?<![0-9a-z])(inc-\d{4}-\d{4,})[\s/,.:-]+([0-9a-f]{12})(?![0-9a-z])/gi;

/**
 * The references of ours that stand in what a payer wrote, each once, in our spelling.
 *
 * Shapes: upper case, other separators and text around it do not matter; anything else does.
 */
export function referencesIn(text: string): string[] {
  const found = [...text.matchAll(referenceForm)].map(([, incident = '', digits = '']) => {
    return referenceOf(incident.toUpperCase(), digits.toLowerCase());
  });
  return [...new Set(found)];
}
