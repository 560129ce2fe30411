import { formatMinor } from './money';

/** A decimal text as people read it, with a comma between its thousands: `10,632.78`. */
export function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return decimals === undefined ? thousands : `${thousands}.${decimals}`;
}

/** An amount and its currency as people read them: `10,632.78 USD`. */
export function readableMoney(minor: bigint, currency: string): string {
  return `${grouped(formatMinor(minor, currency))} ${currency}`;
}
