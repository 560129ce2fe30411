/** Says nothing by its name. */
export const incidentData = 1; // flagged: house/names
/** Says nothing by its name either. */
export class FreezeManager {} // flagged: house/names, @typescript-eslint/no-extraneous-class
/** Manages without one of the words, and hides none of them in another: `dataset` is one word. */
export const datasetProcessed = 2;
