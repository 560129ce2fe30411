import type { FailureCode } from '../contracts/failures';

/** A failure of the world in a sentence that says what to do. */
export type Told = { readonly code: FailureCode; readonly message: string };

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

const unusable: Readonly<Record<string, string>> = {
  EACCES: 'you may not read or write it',
  EPERM: 'you may not change it',
  EROFS: 'it lies on a read-only disk',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'it is there already',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in a circle',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** What Postgres says when it is there but does not let us work. Source: its error codes. */
const turnedAway: Readonly<Record<string, string>> = {
  '28P01': 'it does not take the password',
  '28000': 'it does not let this login in',
  '3D000': 'there is no such database',
  '3F000': 'the schema is missing',
  '42P01': 'a table is missing: it was not migrated',
  '42501': 'this login may not do that',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'it has no connection left',
  '57P01': 'it is being shut down',
  '57P02': 'it crashed just now',
  '57P03': 'it is starting up',
  '25006': 'it is read-only',
};

/**
 * Names a failure that is neither the caller's nor ours: a disk, a service, a database; undefined
 * when it is none of those.
 */
export function toldFailure(error: unknown): Told | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as { code?: unknown; path?: string };
  if (code === undefined) return ofConnection(error);
  if (typeof code !== 'string') return undefined; // gRPC has numbers.
  if (unreachable.has(code)) return notReached(`${code}: ${error.message}`);
  const file = unusable[code];
  if (file !== undefined) {
    const which = path ?? 'A file';
    const message = `${which} cannot be used: ${file} (${code}). Nothing changed; mend that, or`;
    return { code: 'FILE_UNUSABLE', message: `${message} choose another place, then try again.` };
  }
  const database = code.startsWith('08') ? 'it cut the connection' : turnedAway[code];
  if (database === undefined) return undefined;
  return { code: 'DATABASE_DOWN', message: refused(database, error.message) };
}

const cutOff = new RegExp(
  '^Connection terminated|^timeout exceeded when trying to connect|' +
    '^Client (has encountered a connection error|was closed) and is not queryable',
);

/** The pool has words, but no codes, for a server that does not answer. */
function ofConnection(error: Error): Told | undefined {
  if (!cutOff.test(error.message)) return undefined;
  return { code: 'DATABASE_DOWN', message: refused('it does not answer', error.message) };
}

function notReached(why: string): Told {
  const message =
    `A service this command needs could not be reached (${why}). ` +
    'Look with ./makewhole doctor, start the stack with ./makewhole up.';
  return { code: 'SERVICE_UNREACHABLE', message };
}

const refused = (why: string, said: string) =>
  `The database turns this command away: ${why} (${said}). ` +
  'Look with ./makewhole doctor, then try again.';
