import type { Part } from './part';
import { pidRecord, type PidRecord } from './pid-record';
import { type PartName, type StackFile, writeStackFile } from './stack-file';

/** What the supervisor knows of the running stack, on disk after every change. */
export class StackRecord {
  readonly #stateDir: string;
  #stack: StackFile;

  constructor(stateDir: string, stack: StackFile) {
    this.#stateDir = stateDir;
    this.#stack = { ...stack, supervisor: pidRecord(process.pid) ?? null };
  }

  change(changes: Partial<StackFile>): void {
    this.#stack = { ...this.#stack, ...changes };
    writeStackFile(this.#stateDir, this.#stack);
  }

  /** Notes that a part was launched, so that it can be found when we are killed. */
  launched(part: Part, record: PidRecord): void {
    const before = this.#stack.parts[part.name];
    const { version, source, logFile } = part;
    const restarts = before?.record == null ? 0 : before.restarts + 1;
    const entry = { record, version, source, log: logFile, restarts };
    this.change({ parts: { ...this.#stack.parts, [part.name]: entry } });
  }

  /** Adds to what is known of a launched part. */
  learned(name: PartName, found: { version: string; source: string; port: number }): void {
    const before = this.#stack.parts[name];
    if (before === undefined) return;
    const { version, source, port } = found;
    const parts = { ...this.#stack.parts, [name]: { ...before, version, source } };
    this.change({ parts, ports: { ...this.#stack.ports, [name]: port } });
  }

  /** Notes that nothing runs any more; ports and what was used last stay known. */
  ended(): void {
    const gone = Object.entries(this.#stack.parts).map(([name, part]) => {
      return [name, { ...part, record: null }] as const;
    });
    this.change({ phase: 'down', supervisor: null, parts: Object.fromEntries(gone) });
  }

  /** The pid of a part just now. */
  pidOf(name: PartName): number | undefined {
    return this.#stack.parts[name]?.record?.pid;
  }
}
