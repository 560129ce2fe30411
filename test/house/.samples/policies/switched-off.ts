/** A comment switches no rule off. */
// flagged below: no-inline-config
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const on = (given: any): unknown => [given]; // flagged: @typescript-eslint/no-explicit-any
// @ts-ignore // flagged: @typescript-eslint/ban-ts-comment
on();
