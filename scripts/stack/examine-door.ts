import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readDoor, type Door } from '../../workers/temporal/door';
import { CommandError } from '../command-io';

/** Something at the door that ends some day. */
export interface Expiring {
  readonly what: string;
  /** Whose it is, and for a token what it lets them do. */
  readonly of: string;
  readonly until: string | null;
}

/** How Temporal is entered, and what is sealed; nothing in it is secret. */
export interface DoorFound {
  readonly entry: 'open' | 'TLS' | 'TLS with a client certificate';
  readonly papers: readonly Expiring[];
  /** Ids of the keys, the one that seals first; empty when nothing is sealed. */
  readonly sealing: readonly string[];
  /** What has expired or soon will, in sentences. */
  readonly warnings: readonly string[];
}

const dayMs = 86_400_000;
const soonDays = 14;

/**
 * Looks at certificates, token and keys; connects to nothing.
 *
 * @throws INPUT_INVALID (rejected) when settings contradict each other or a file is no such thing
 * @throws FILE_UNUSABLE (fault) when a file cannot be read
 */
export function examineDoor(settings: NodeJS.ProcessEnv, now: Date): DoorFound {
  const door = readDoor(settings);
  const papers = [...certificatesOf(door), ...tokenOf(door)];
  const { tls, keys } = door;
  const entry = tls?.certificate === undefined ? 'TLS' : 'TLS with a client certificate';
  return {
    entry: tls === undefined ? 'open' : entry,
    papers,
    sealing: keys?.ids() ?? [],
    warnings: papers.flatMap((paper) => warningOf(paper, now)),
  };
}

function certificatesOf({ tls }: Door): Expiring[] {
  const files = { 'certificate of the authority': tls?.ca, 'client certificate': tls?.certificate };
  return Object.entries(files).flatMap(([what, path]) => {
    if (path === undefined) return [];
    const { subject, validTo } = certificateIn(path);
    return [{ what, of: nameIn(subject), until: new Date(validTo).toISOString() }];
  });
}

function certificateIn(path: string): X509Certificate {
  const pem = readFileSync(path);
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw unreadable(`${path} is no certificate.`, cause);
  }
}

const nameIn = (subject: string | undefined) =>
  /^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? subject ?? '';

/** A token's own words; whether they are true is for Temporal to check. */
function tokenOf({ token }: Door): Expiring[] {
  if (token === undefined) return [];
  const [, body = ''] = token.read().split('.');
  const { sub, exp, permissions } = claimsIn(body, token.source);
  const may: unknown[] = Array.isArray(permissions) ? permissions : [];
  const of = [sub, ...may].join(' ');
  const until = typeof exp === 'number' ? new Date(exp * 1000).toISOString() : null;
  return [{ what: 'token', of, until }];
}

function claimsIn(body: string, source: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  } catch (cause) {
    throw unreadable(`${source} holds no token of three parts.`, cause);
  }
}

function unreadable(message: string, cause: unknown): CommandError {
  return new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message, cause });
}

function warningOf({ what, of, until }: Expiring, now: Date): string[] {
  if (until === null) return [];
  const days = Math.floor((Date.parse(until) - now.getTime()) / dayMs);
  const renew =
    'renew it; a worker takes a new token by itself, a new certificate at its next start.';
  if (days < 0) return [`The ${what} of ${of} has expired (${until}): ${renew}`];
  return days < soonDays ? [`The ${what} of ${of} expires in ${days} days: ${renew}`] : [];
}
