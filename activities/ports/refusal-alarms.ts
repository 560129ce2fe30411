/** Refusals of one key in a row, or of all keys that nobody has. */
export type RefusalSeries = {
  /** The key's id, or `unknown`. */
  key: string;
  number: number;
  person: string | null;
  /** The incident where it was refused last, or `registry`. */
  chain: string;
  refusals: number;
  since: string;
  lastCode: string;
};

/** Series of refusals that are long enough to be an alarm. */
export type RefusalAlarms = {
  /** Those of three or more that nobody has been told of. Order: oldest first. */
  due(): Promise<RefusalSeries[]>;
  /** Notes that people were told: once a series, however long it becomes. */
  told(series: { key: string; number: number; at: string }): Promise<void>;
};
