/** Loses a cent each time. */
export function inexact(text: string): readonly (number | string)[] {
  return [
    Number(text), // flagged: house/exact-money
    parseFloat(text), // flagged: house/exact-money
    parseInt(text, 10), // flagged: house/exact-money
    Number.parseFloat(text), // flagged: house/exact-money
    text.length.toFixed(2), // flagged: house/exact-money
    text.length.toPrecision(2), // flagged: house/exact-money
    +text, // flagged: house/exact-money
    ...[text].map(Number), // flagged: house/exact-money
  ];
}

/** Asks about numbers and converts none. */
export const harmless = (count: number): boolean =>
  Number.isSafeInteger(count) && count < Number.MAX_SAFE_INTEGER;
