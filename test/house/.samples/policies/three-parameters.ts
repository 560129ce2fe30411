/** Takes three in a row. */
export function three(a: number, b: number, c: number): number { // flagged: no-restricted-syntax
  return a + b + c;
}

/** Takes three in a row as well. */
// flagged below: no-restricted-syntax
export const alsoThree = (a: number, b: number, c: number): number => three(a, b, c);

/** Calls back with three, as the language does. */
export const sum = (all: readonly number[]): number => all.reduce((a, b, at) => a + b + at, 0);
