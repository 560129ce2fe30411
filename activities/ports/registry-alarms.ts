import type { Recipient } from './notices';

/** An admin who was made with the installation's own key, and who has to hear of it. */
export type BrokenGlass = {
  /** The entry of the registry that says so. */
  seq: number;
  person: string;
  at: string;
  people: Recipient[];
};

/** What happened in the registry that nobody may do in silence. */
export type RegistryAlarms = {
  /**
   * Each break-glass that not everybody has been written to about: holders of `admin`, `legal` and
   * `management`, those among them whom it ended. Order: oldest first.
   */
  brokenGlass(): Promise<BrokenGlass[]>;
};
