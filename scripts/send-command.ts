import type { Client } from '@temporalio/client';
import type { CommandAnswer } from '../contracts/command';
import { messages, workflowIds } from '../contracts/workflow-ids';
import type { Decisions } from '../workers/wire-decisions';
import { CommandError } from './command-io';
import { withTemporal, type TemporalAddress } from './temporal-client';

/**
 * What became of a command: an answer; or the desk has it as a signal and answers when a worker
 * runs; or it lies in the inbox, where the desk finds it as soon as there is one.
 */
export type Delivery =
  | { kind: 'answered'; answer: CommandAnswer }
  | { kind: 'sent'; by: 'signal' | 'inbox'; jti: string };

/** A signed command on its way to an incident's desk. */
export type Outgoing = {
  stack: TemporalAddress;
  decisions: Decisions;
  incident: string;
  jws: string;
  jti: string;
  /** Where given, nobody waits for an answer. */
  via?: 'signal' | 'inbox' | undefined;
  /** How long an answer is waited for. Units: milliseconds. */
  answerWithinMs?: number;
  /** Tells what is tried next, for people. */
  onProgress?: (text: string) => void;
};

const usualWaitMs = 10_000;
const signalWithinMs = 5_000;
const pauseMs = 250;

/**
 * Sends a signed command to the incident's desk: as an update for an answer at once; where nobody
 * answers it is left in the inbox, and signalled so that the desk looks at once.
 *
 * Retry: safe, however often and by whatever way; the same text counts once.
 * @throws TEMPORAL_DOWN (fault) when it could be left nowhere.
 */
export async function sendCommand(outgoing: Outgoing): Promise<Delivery> {
  const { via, onProgress } = outgoing;
  if (via === undefined) {
    const answer = await ask(outgoing);
    if (answer !== undefined) return { kind: 'answered', answer };
    onProgress?.('Nobody answers; leaving the same command for the desk.');
  }
  return leave(outgoing);
}

/** The desk's answer; undefined when none came in time, for whatever reason. */
async function ask(outgoing: Outgoing): Promise<CommandAnswer | undefined> {
  const { stack, incident, jws, jti, answerWithinMs = usualWaitMs } = outgoing;
  const giveUpAt = Date.now() + answerWithinMs;
  const update = { args: [jws] as [string], updateId: jti };
  const askOnce = (client: Client) =>
    client.withDeadline(giveUpAt, () => {
      const desk = client.workflow.getHandle(workflowIds.desk(incident));
      return desk.executeUpdate<CommandAnswer, [string]>(messages.command, update);
    });
  const askAgain = async (client: Client) => {
    for (;;) {
      const answer = await orNothing(() => askOnce(client));
      if (answer !== undefined) return answer;
      // No desk, a failing task, a limit, one that just continued as new: none is an answer.
      const final = await answerWithoutDesk(outgoing);
      if (final !== undefined || Date.now() + pauseMs >= giveUpAt) return final;
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  };
  return orNothing(() => withTemporal(stack, askAgain));
}

/** A desk that cannot be reached is no end: the same command goes another way. */
async function orNothing<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  return attempt().catch(() => undefined);
}

/** Leaves it in the inbox, which outlives the desk, and signals it, which wakes the desk. */
async function leave(outgoing: Outgoing): Promise<Delivery> {
  const { decisions, incident, jws, jti, via } = outgoing;
  let fault: unknown;
  try {
    const answer = await answerWithoutDesk(outgoing);
    if (answer !== undefined) return { kind: 'answered', answer };
    const at = new Date().toISOString();
    await decisions.commandBacklog.keep({ incidentId: incident, batch: jti, texts: [jws], at });
  } catch (error) {
    fault = error; // Without a database the signal alone may still arrive.
  }
  if (via !== 'inbox' && (await orNothing(() => signal(outgoing)))) {
    return { kind: 'sent', by: 'signal', jti };
  }
  if (fault !== undefined) throw notSent(incident, fault);
  return { kind: 'sent', by: 'inbox', jti };
}

async function signal({ stack, incident, jws }: Outgoing): Promise<true> {
  return withTemporal<true>(stack, async (client) => {
    const desk = client.workflow.getHandle(workflowIds.desk(incident));
    const send = () => desk.signal(messages.command, jws);
    await client.withDeadline(Date.now() + signalWithinMs, send);
    return true;
  });
}

/** An incident that is closed or was never there has no desk: the verifier itself answers. */
async function answerWithoutDesk(outgoing: Outgoing): Promise<CommandAnswer | undefined> {
  const { decisions, incident, jws } = outgoing;
  const found = await decisions.incidents.find(incident);
  if (found?.closedAt === null) return undefined;
  const at = new Date().toISOString();
  const { answer } = await decisions.commandInbox.answer({ incidentId: incident, jws, at });
  return answer;
}

function notSent(incident: string, cause: unknown): CommandError {
  const message =
    `Neither Temporal nor the database took the command for ${incident}; ` +
    'look with ./makewhole doctor, then give the same command again.';
  return new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
}
