/**
 * Works on items, several at a time; those begun are always finished.
 *
 * Ensures: after the first failure, or once `signal` is aborted, nothing more is begun.
 */
export async function inLanes<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  { lanes, signal }: { lanes: number; signal: AbortSignal },
): Promise<{ failure?: unknown }> {
  const failures: unknown[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length && failures.length === 0 && !signal.aborted) {
      const item = items[next++];
      if (item === undefined) return;
      try {
        await work(item);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return failures.length === 0 ? {} : { failure: failures[0] };
}
