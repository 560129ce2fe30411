const name = Symbol.for('makewhole.test.tear-down');
const kept = globalThis as unknown as Record<typeof name, (() => Promise<void>)[] | undefined>;

/** Notes what must be undone when all tests are over; the last thing noted is undone first. */
export function keepForTearDown(undo: () => Promise<void>): void {
  kept[name] = [undo, ...(kept[name] ?? [])];
}

/** Undoes what was noted, all of it, even when one of them fails. */
export async function tearDownAll(): Promise<void> {
  const undoing = kept[name] ?? [];
  kept[name] = [];
  const faults: unknown[] = [];
  for (const undo of undoing) await undo().catch((error: unknown) => faults.push(error));
  if (faults.length > 0) throw new AggregateError(faults, 'tests left something running');
}
