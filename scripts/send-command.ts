import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { CommandAnswer } from '../contracts/command';
import { messages, workflowIds } from '../contracts/workflow-ids';
import type { Decisions } from '../workers/wire-decisions';
import { CommandError } from './command-io';
import { withTemporal, type TemporalAddress } from './temporal-client';

/** What became of a command: an answer, or it lies in the desk's inbox until a worker reads it. */
export type Delivery = { kind: 'answered'; answer: CommandAnswer } | { kind: 'sent'; jti: string };

/** A signed command on its way to an incident's desk. */
export type Outgoing = {
  stack: TemporalAddress;
  decisions: Decisions;
  incident: string;
  jws: string;
  jti: string;
  /** Where given, nobody waits for an answer. */
  via?: 'signal' | undefined;
  /** How long an answer is waited for. Units: milliseconds. */
  answerWithinMs?: number;
  /** Tells what is tried next, for people. */
  onProgress?: (text: string) => void;
};

const usualWaitMs = 10_000;
const signalWithinMs = 5_000;
const pauseMs = 250;
const updatesMax = 2;

/**
 * Sends a signed command to the incident's desk: as an update for an answer at once, as a signal
 * with the same bytes where nobody answers.
 *
 * Retry: safe, however often; the desk knows the command by its `jti` and gives the first answer.
 * @throws TEMPORAL_DOWN (fault) when nothing could be sent.
 * @throws SERVICE_UNREACHABLE (fault) when the incident is open and its desk does not run.
 */
export async function sendCommand(outgoing: Outgoing): Promise<Delivery> {
  return withTemporal(outgoing.stack, async (client) => {
    const giveUpAt = Date.now() + (outgoing.answerWithinMs ?? usualWaitMs);
    for (;;) {
      try {
        return await deliver(client, { ...outgoing, giveUpAt });
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
      const refused = await answerWithoutDesk(outgoing);
      if (refused !== undefined) return { kind: 'answered', answer: refused };
      // Straight after opening, the desk is about to start.
      if (Date.now() >= giveUpAt) throw noDesk(outgoing.incident);
      await new Promise((done) => setTimeout(done, pauseMs));
    }
  });
}

async function deliver(
  client: Client,
  outgoing: Outgoing & { giveUpAt: number },
): Promise<Delivery> {
  const { incident, jws, jti, via, giveUpAt, onProgress } = outgoing;
  const desk = client.workflow.getHandle(workflowIds.desk(incident));
  const ask = () =>
    desk.executeUpdate<CommandAnswer, [string]>(messages.command, { args: [jws], updateId: jti });
  for (let left = via === 'signal' ? 0 : updatesMax; left > 0 && Date.now() < giveUpAt; left -= 1) {
    try {
      return { kind: 'answered', answer: await client.withDeadline(giveUpAt, ask) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw error;
      // No worker, a failing task, a desk that just continued as new: none of it is an answer.
    }
  }
  if (via !== 'signal') onProgress?.('Nobody answers; leaving the same command as a signal.');
  await client
    .withDeadline(Date.now() + signalWithinMs, () => desk.signal(messages.command, jws))
    .catch((error: unknown) => {
      throw error instanceof WorkflowNotFoundError ? error : notSent(incident, error);
    });
  return { kind: 'sent', jti };
}

function notSent(incident: string, cause: unknown): CommandError {
  const message =
    `Temporal did not take the command for ${incident}; ` +
    'look with ./makewhole doctor, then give the same command again.';
  return new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
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

function noDesk(incident: string): CommandError {
  const message =
    `${incident} is open, but its desk does not run; nothing was sent. ` +
    `Rebuild it with ./makewhole incident resume ${incident}, then try again.`;
  return new CommandError({ code: 'SERVICE_UNREACHABLE', kind: 'fault', message });
}
