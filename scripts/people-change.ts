import { existsSync, readFileSync } from 'node:fs';
import type { People } from '../activities/ports/people';
import { commandBodies, type CommandBody, type PeopleKind } from '../contracts/command';
import { signAs } from '../workers/wire-decisions';
import { CommandError, show, type CommandIo } from './command-io';
import { rejected } from './signing-options';

/** The body as it may be signed, or a sentence naming what is wrong with which part of it. */
export function bodyOf<K extends PeopleKind>(
  kind: K,
  given: Record<string, unknown>,
): CommandBody<K> {
  const parsed = commandBodies[kind].safeParse(given);
  if (parsed.success) return parsed.data as CommandBody<K>;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw rejected(`${path}: ${issue?.message ?? 'not as expected'}; nothing was changed.`);
}

type Change<K extends PeopleKind> = { as: string; kind: K; body: CommandBody<K> };
type Given = {
  io: CommandIo;
  people: People;
  /** What people read when it was carried out. */
  done: string;
  /** Members of the JSON besides the answer's. */
  more?: Record<string, unknown>;
  /** What is done here once it was carried out, and not while it waits for a second admin. */
  onDone?: () => void;
};

/** Signs a change of the registry, has it answered, and prints what came of it. */
export async function signChange<K extends PeopleKind>(
  change: Change<K>,
  given: Given,
): Promise<number> {
  const { io, people, done, more = {}, onDone } = given;
  const { as, kind, body } = change;
  const draft = { kind, incident: 'registry', body };
  const jws = signAs<K>({ stateDir: io.stateDir, personId: as }, draft);
  const answer = await people.answer({ jws, at: new Date().toISOString() });
  if (!answer.accepted) throw new CommandError(answer.error);
  const { note, result } = answer;
  if (result?.['state'] === 'done') onDone?.();
  const text = () => (note === undefined ? done : `Signed, not done yet: it ${note}.`);
  show({ io, value: { ...answer, ...more }, text });
  return 0;
}

/**
 * A public key as a file holds it.
 *
 * @throws INPUT_INVALID (rejected) when it holds another thing.
 */
export function readPublicKey(path: string): string {
  if (!existsSync(path)) throw rejected(`--key: there is no file ${path}.`, path);
  const pem = readFileSync(path, 'utf8');
  if (pem.includes('BEGIN PUBLIC KEY')) return pem;
  throw rejected(
    '--key: expected an Ed25519 public key in PEM, as written by: openssl pkey -in KEY -pubout',
    path,
  );
}
