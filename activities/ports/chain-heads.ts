/** How far a chain of evidence has come; nothing yet is seq 0. */
export type ChainHead = { seq: number; hash: string };

/** The heads of the chains of evidence, and those of them that this instance has signed. */
export type ChainHeads = {
  /** The head as committed. */
  now(chain: string): Promise<ChainHead>;
  /** Keeps a signed head; of two of one entry the first stays. */
  keep(signed: { chain: string; seq: number; jws: string }): Promise<void>;
};
