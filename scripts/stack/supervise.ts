import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, RunningPart } from './part';
import type { PidRecord } from './pid-record';

const backOffMinMs = 200;
const backOffMaxMs = 10_000;
const settledMs = 30_000;

/** A part that is kept running until it is stopped. */
export interface Supervised {
  readonly part: Part;
  stop(): Promise<void>;
}

/** Whoever wants to know what happens to a supervised part. */
export interface SupervisionEvents {
  launched(part: Part, record: PidRecord): void;
  /** It died and will be started again. */
  restarting(part: Part, why: { readonly how: string; readonly waitMs: number }): void;
  restarted(part: Part): void;
  /** A start failed; the next try follows. */
  restartFailed(part: Part, error: unknown): void;
}

/**
 * Starts a part and keeps it running: when it dies it is started again, first soon, then ever more
 * slowly up to every 10 s, for as long as it is not stopped. Only the first start throws; later
 * failures are told and tried again.
 */
export async function supervise(given: {
  readonly part: Part;
  readonly events: SupervisionEvents;
  /** Ends the first start early. */
  readonly signal?: AbortSignal;
}): Promise<Supervised> {
  const { part, events } = given;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;
  const launched = (record: PidRecord): void => events.launched(part, record);
  let current: RunningPart | undefined = await part.start({
    launched,
    ...(given.signal && { signal: given.signal }),
  });

  const startAgain = async (): Promise<void> => {
    try {
      current = await part.start({ launched, signal });
      events.restarted(part);
    } catch (error) {
      if (!isStopping()) events.restartFailed(part, error);
    }
  };
  const keep = async (): Promise<void> => {
    let waitMs = backOffMinMs;
    while (!isStopping()) {
      const startedAt = Date.now();
      const how = current === undefined ? 'it did not start' : await current.exited;
      if (isStopping()) return;
      current = undefined;
      if (Date.now() - startedAt > settledMs) waitMs = backOffMinMs;
      events.restarting(part, { how, waitMs });
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(waitMs * 2, backOffMaxMs);
      if (!isStopping()) await startAgain();
    }
    // It came up just as we were asked to stop.
    await current?.stop();
  };
  const kept = keep();
  return {
    part,
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await kept;
    },
  };
}
