export const undocumented = 1; // flagged: house/doc-sentence

/** a heading without an end */ // flagged: house/doc-sentence
export const heading = 2;

/** flagged: house/doc-sentence
 * This promises something, and its labels are wrong.
 *
 * Note: this is no label of ours.
 * @throws when it likes
 */
export const labelled = 3;

/**
 * Promises something, in a sentence.
 *
 * Ensures: every label here is one of ours.
 * @throws INPUT_INVALID (rejected) when it is nonsense
 */
export const documented = 4;
export type Documented = typeof documented;
