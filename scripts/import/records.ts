import type { ImportFile } from '../../contracts/import-row';

/** A row as texts, and where it stands. */
export type TextRecord = { readonly line: number; readonly values: readonly string[] };

/** Records as they come, a block at a time, so that rows cost no promise each. */
export type RecordBlocks = AsyncIterable<readonly TextRecord[]>;

/** A file or view that is being read: its name for people, and its columns by place. */
export type OpenTable = {
  readonly columns: ReadonlyMap<string, number>;
  readonly blocks: RecordBlocks;
};

/** Where an import's tables come from. */
export type TableSource = {
  /** What a table is called in a fault. */
  nameOf(file: ImportFile): string;
  /** What a fault calls the place of a row. */
  readonly place: 'line' | 'row';
  /**
   * Opens a table; undefined when there is none, or when it cannot be read, and then the fault is
   * noted already.
   */
  open(file: ImportFile): Promise<OpenTable | undefined>;
};
