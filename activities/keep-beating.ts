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

type Activity = (input: never) => Promise<unknown>;

/** The same activities, each telling that it is alive: a dead worker is noticed in seconds. */
export function allBeating<A extends Record<string, Activity>>(activities: A): A {
  const beating = Object.entries(activities).map(([name, activity]) => {
    return [name, (input: never) => keepBeating(() => activity(input))];
  });
  return Object.fromEntries(beating) as A;
}
