/** Whatever was thrown, as an error that can be thrown again. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/**
 * Works on items, several at a time; those begun are always finished.
 *
 * Ensures: after the first failure, or once `signal` is aborted, nothing more is begun.
 */
export async function inLanes<T>(
  items: readonly T[],
  given: { lanes: number; signal: AbortSignal; work: (item: T) => Promise<void> },
): Promise<{ failure?: Error }> {
  const { lanes, signal, work } = given;
  const failures: Error[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length && failures.length === 0 && !signal.aborted) {
      const item = items[next++];
      if (item === undefined) return;
      await work(item).catch((thrown: unknown) => failures.push(asError(thrown)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  const [failure] = failures;
  return failure === undefined ? {} : { failure };
}
