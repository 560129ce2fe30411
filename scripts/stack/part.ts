import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-io';
import { lastLines } from './last-lines';
import { launch, type Launch } from './launch';
import type { PidRecord, StopStep } from './pid-record';
import type { PartName } from './stack-file';

/** A part of the stack that runs and is healthy. */
export interface RunningPart {
  readonly record: PidRecord;
  /** Settles when it is over, with how. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** A part of the stack: how to start it until it is healthy. */
export interface Part {
  readonly name: PartName;
  readonly logFile: string;
  readonly version: string | null;
  readonly source: string;
  /** Starts it on the same ports and files as before, and waits until it is healthy. */
  start(given: PartStart): Promise<RunningPart>;
}

/** What the start of a part is given. */
export interface PartStart {
  /** Is told the pid at once, before it is healthy, so that it can be found again. */
  readonly launched: (record: PidRecord) => void;
  /** Ends the wait for its health. */
  readonly signal?: AbortSignal;
}

/** A part that is a program with a health check. */
export interface ProgramPart extends Omit<Part, 'start'> {
  readonly program: Omit<Launch, 'logFile'>;
  readonly stopSteps: readonly StopStep[];
  readonly healthWaitMs?: number;
  /** Whether it is ready for work; a throw counts as no. */
  isHealthy(record: PidRecord): Promise<boolean>;
  /** What to do right before each start. */
  beforeStart?(): void;
}

const healthPollMs = 40;
const healthWaitMs = 60_000;

function unhealthy(part: ProgramPart, how: string): CommandError {
  const lines = lastLines(part.logFile);
  const log = lines === '' ? `Its log ${part.logFile} is empty.` : `Its log ends:\n${lines}`;
  const message = `The ${part.name} did not start (${how}). ${log}`;
  return new CommandError({ code: 'SERVICE_UNREACHABLE', kind: 'fault', message });
}

async function untilHealthy(
  part: ProgramPart,
  running: { record: PidRecord; exited: Promise<string>; signal: AbortSignal | undefined },
): Promise<string | undefined> {
  let ended: string | undefined;
  void running.exited.then((how) => (ended = how));
  const waitMs = part.healthWaitMs ?? healthWaitMs;
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline) {
    if (ended !== undefined) return ended;
    if (running.signal?.aborted === true) return 'stopped';
    if (await part.isHealthy(running.record).catch(() => false)) return undefined;
    await sleep(healthPollMs);
  }
  return `not healthy in ${waitMs / 1000} s`;
}

/**
 * A part made of a program and its health check.
 *
 * @throws SERVICE_UNREACHABLE (fault) when its start ends unhealthy; the message ends like its log
 */
export function programPart(part: ProgramPart): Part {
  return {
    ...part,
    start: async ({ launched, signal }) => {
      part.beforeStart?.();
      const running = await launch({ ...part.program, logFile: part.logFile });
      launched(running.record);
      const stop = (): Promise<void> => running.stop(part.stopSteps);
      const how = await untilHealthy(part, { ...running, signal });
      if (how === undefined) return { ...running, stop };
      await stop();
      throw unhealthy(part, how);
    },
  };
}

/** Whether a GET of the URL answers 200. */
export async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await answer.arrayBuffer();
  return answer.status === 200;
}
