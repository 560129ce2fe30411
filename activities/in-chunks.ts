import { Context } from '@temporalio/activity';

type Chunked<Item, Result> = {
  size: number;
  /** The number of the first chunk: what came before is stored. */
  first: number;
  work: (item: Item) => Result;
  /** Takes what it needs of the moment before it first waits. */
  save: (given: { chunk: number; results: Result[]; isLast: boolean }) => Promise<void>;
};

const nobody = () => undefined;

/**
 * Works through items and stores the results in chunks, one after another, telling how far it is.
 *
 * Order: a chunk is stored while the next one is worked out, never before the one in front of it.
 * Retry: what is stored stays; whoever tries again begins with the first chunk that is not.
 * Ensures: nothing more is stored once the server has given this try up.
 */
export async function inChunks<Item, Result>(
  items: AsyncIterable<Item>,
  { size, first, work, save }: Chunked<Item, Result>,
): Promise<void> {
  const context = Context.current();
  let [chunk, results]: [number, Result[]] = [first, []];
  let stored = Promise.resolve();
  const store = async (isLast: boolean) => {
    await stored;
    if (context.cancellationSignal.aborted) await context.cancelled;
    context.heartbeat({ chunks: chunk });
    stored = save({ chunk, results, isLast });
    stored.catch(nobody); // Heard of when the next one is stored, or at the end.
    [chunk, results] = [chunk + 1, []];
  };
  try {
    for await (const item of items) {
      if (results.length === size) await store(false);
      results.push(work(item));
    }
    if (results.length > 0 || chunk === 0) await store(true);
  } finally {
    await stored;
  }
}
