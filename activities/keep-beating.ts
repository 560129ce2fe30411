import { Context } from '@temporalio/activity';

const everyMs = 1_000;

/** Does long work while telling the server that we are alive, also while one answer is slow. */
export async function keepBeating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const beating = setInterval(() => context.heartbeat(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
