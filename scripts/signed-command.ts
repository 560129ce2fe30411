import type { CommandBody, CommandKind } from '../contracts/command';
import { decodeCommand } from '../proof/command-jws';
import { signAs, wireDecisions, type Decisions } from '../workers/wire-decisions';
import { CommandError, show, type CommandIo } from './command-io';
import type { Delivery } from './send-command';
import { readStack } from './stack/read-stack';

/** The options that every signed command has. */
export type SigningOptions = { readonly as: string; readonly via?: 'signal' | 'inbox' | undefined };

/** What a person wants to be signed and sent. */
export type Wish<K extends CommandKind> = {
  kind: K;
  incident: string;
  subject?: string;
  body: CommandBody<K>;
  expiresInSeconds?: number;
  /** What people read when it was accepted. */
  done: (result: Record<string, unknown>) => string | Promise<string>;
};

/** Runs `work` with the decisions in the database of the running stack. */
export async function withDecisions<T>(
  io: CommandIo,
  work: (decisions: Decisions) => Promise<T>,
): Promise<T> {
  const decisions = wireDecisions(readStack(io.stateDir).databaseUrl);
  try {
    return await work(decisions);
  } finally {
    await decisions.close();
  }
}

/**
 * Signs a command with the key of `--as`, sends it to the incident's desk and prints the answer.
 *
 * Ensures: when the answer is no, its code and kind are thrown, so they decide the exit code.
 */
export async function signAndSend<K extends CommandKind>(
  wish: Wish<K>,
  given: { io: CommandIo; options: SigningOptions; decisions: Decisions },
): Promise<number> {
  const { io, options, decisions } = given;
  const { done, ...draft } = wish;
  const jws = signAs<K>({ stateDir: io.stateDir, personId: options.as }, draft);
  const decoded = decodeCommand(jws);
  if (!('envelope' in decoded)) throw malformed(decoded.malformed);
  const { jti } = decoded.envelope;
  const sent = { jws, jti, incident: wish.incident, via: options.via };
  return sendSigned(sent, { io, decisions, done });
}

/** Sends a signed command to its incident's desk and prints the answer, as `signAndSend` does. */
export async function sendSigned(
  sent: { jws: string; jti: string; incident: string; via: SigningOptions['via'] },
  given: { io: CommandIo; decisions: Decisions; done: Wish<CommandKind>['done'] },
): Promise<number> {
  const { io, decisions, done } = given;
  const onProgress = (text: string) => io.err(text);
  const stack = readStack(io.stateDir);
  // Here, so that no mistake waits for Temporal's client, half of what a command takes to start.
  const { sendCommand } = await import('./send-command.js');
  return print(await sendCommand({ ...sent, stack, decisions, onProgress }), { io, done });
}

/** What we signed ourselves can be too large, or hold a text that no reader takes. */
function malformed(reason: string): CommandError {
  const message = `${reason}; nothing was sent`;
  return new CommandError({ code: 'MALFORMED', kind: 'rejected', message });
}

const left = {
  signal: (jti: string) =>
    `Sent as a signal (${jti}). It counts as soon as a worker reads it. ` +
    'Whether one runs: ./makewhole incident list.',
  inbox: (jti: string) =>
    `It lies in the inbox (${jti}); it counts as soon as the desk runs. See ./makewhole doctor.`,
} as const;

async function print(
  delivery: Delivery,
  given: { io: CommandIo; done: Wish<CommandKind>['done'] },
): Promise<number> {
  const { io, done } = given;
  if (delivery.kind === 'sent') {
    const { jti, by } = delivery;
    show({ io, value: { accepted: null, sent: by, jti }, text: () => left[by](jti) });
    return 0;
  }
  const { answer } = delivery;
  if (!answer.accepted) throw new CommandError(answer.error);
  const said = await done(answer.result ?? {});
  const note = answer.note === undefined ? '' : ` (${answer.note})`;
  show({ io, value: answer, text: () => `${said}${note}` });
  return 0;
}
