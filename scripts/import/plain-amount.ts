/** By decimals: amounts below 10^15 minor units that need nothing but their point moved. */
const fullForms = [
  /^(?:0|[1-9]\d{0,14})$/,
  /^(?:0|[1-9]\d{0,13})\.\d$/,
  /^(?:0|[1-9]\d{0,12})\.\d\d$/,
  /^(?:0|[1-9]\d{0,11})\.\d{3}$/,
  /^(?:0|[1-9]\d{0,10})\.\d{4}$/,
];
const averageForm = /^(?:0|[1-9]\d{0,9})(?:\.\d{1,20})?$/;

/**
 * Reads an amount as it is usually written, with exactly the currency's decimals; undefined when it
 * is another one, which `parseMinor` then reads or refuses.
 *
 * Units: minor units, as text.
 */
export function plainMinor(text: string, decimals: number): string | undefined {
  if (fullForms[decimals]?.test(text) !== true) return undefined;
  if (decimals === 0) return text;
  const digits = text.slice(0, -decimals - 1) + text.slice(-decimals);
  return digits.startsWith('0') ? withoutZeros(digits) : digits;
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '');
}

/** Whether a text is an average that needs no second look: below 10^10, at most 20 decimals. */
export function isPlainAverage(text: string): boolean {
  return text === '' || averageForm.test(text);
}
