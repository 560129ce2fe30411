/** Stands at the hundredth column: ....................................................... here. */
export const fits = 1;
// flagged below: house/columns
/** Stands past it, by one: ................................................................ here. */
export const past = 2;
/** An address may be as long as it is: https://example.org/a/very/long/path/to/a/page/that/is/cited */
export const cited = 3;
