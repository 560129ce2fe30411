import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { People, Person } from '../../activities/ports/people';
import { commandBodies, roles, type CommandBody, type CommandKind } from '../../contracts/command';
import { holidayCalendars } from '../../policies/holiday-calendars';
import { misplaced } from '../../policies/working-place';
import { signAs } from '../../workers/wire-decisions';
import { makeKey } from '../../workers/wire-registry';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { rejected } from '../signing-options';
import { textTable } from '../text-table';
import { withRegistry } from '../with-registry';

type Kind = 'people-add' | 'people-revoke' | 'people-stand-in';

/** The body as it may be signed, or a sentence naming what is wrong with which part of it. */
function bodyOf<K extends Kind>(kind: K, given: Record<string, unknown>): CommandBody<K> {
  const parsed = commandBodies[kind].safeParse(given);
  if (parsed.success) return parsed.data as CommandBody<K>;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw rejected(`${path}: ${issue?.message ?? 'not as expected'}; nothing was changed.`);
}

type Change<K extends CommandKind> = { as: string; kind: K; body: CommandBody<K> };

/** Signs a change of the registry, has it answered, and prints what came of it. */
async function signChange<K extends Kind>(
  change: Change<K>,
  given: { io: CommandIo; people: People; done: string; more?: Record<string, unknown> },
): Promise<number> {
  const { io, people, done, more = {} } = given;
  const { as, kind, body } = change;
  const draft = { kind, incident: 'registry', body };
  const jws = signAs<K>({ stateDir: io.stateDir, personId: as }, draft);
  const answer = await people.answer({ jws, at: new Date().toISOString() });
  if (!answer.accepted) throw new CommandError(answer.error);
  const { note } = answer;
  const text = () => (note === undefined ? done : `Signed, not done yet: it ${note}.`);
  show({ io, value: { ...answer, ...more }, text });
  return 0;
}

function readPublicKey(path: string): string {
  if (!existsSync(path)) throw rejected(`--key: there is no file ${path}.`, path);
  const pem = readFileSync(path, 'utf8');
  if (pem.includes('BEGIN PUBLIC KEY')) return pem;
  throw rejected(
    '--key: expected an Ed25519 public key in PEM, as written by: openssl pkey -in KEY -pubout',
    path,
  );
}

type Whom = { id: string };

type AddOptions = {
  as: string;
  name: string;
  mail: string;
  role: string[];
  interest: string[];
  timeZone?: string;
  calendar?: string;
  key?: string;
};

function checkRoles(given: readonly string[]): void {
  const unknown = given.filter((role) => !(roles as readonly string[]).includes(role));
  if (unknown.length === 0) return;
  throw rejected(`--role: there is no role ${unknown.join(', ')}; roles are ${roles.join(', ')}.`);
}

async function add(options: AddOptions & Whom, io: CommandIo): Promise<number> {
  const { id, as, name, mail, role, interest, timeZone, calendar, key } = options;
  checkRoles(role);
  const wrong = misplaced({ zone: timeZone, calendar });
  if (wrong !== undefined) {
    throw rejected(`--${wrong.part === 'zone' ? 'time-zone' : 'calendar'}: ${wrong.expected}.`);
  }
  const place = { ...(timeZone && { timeZone }), ...(calendar && { calendar }) };
  const entry = { id, name, email: mail, roles: [...new Set(role)], interests: interest, ...place };
  // Everything else is checked before a key is made, so that a slip of the pen leaves none behind.
  bodyOf('people-add', { ...entry, publicKey: 'not known yet' });
  return withRegistry(io, async ({ people }) => {
    const made = key === undefined ? makeKey(io.stateDir, id) : undefined;
    const publicKey = made?.publicKeyPem ?? readPublicKey(key ?? '');
    const body = bodyOf('people-add', { ...entry, publicKey });
    const where =
      made === undefined ? '' : ` The private key lies in ${made.path}: keep it secret.`;
    const done = `${id} is enrolled as ${body.roles.join(', ')}.${where}`;
    const more = { id, roles: body.roles, ...(made && { kid: made.kid, key: made.path }) };
    return signChange({ as, kind: 'people-add', body }, { io, people, done, more });
  });
}

/** One row a person, with what somebody who looks for help at night needs first. */
function tableOf(people: readonly Person[]): string {
  const rows = people.map((person) => {
    const { id, name, email, timeZone, revokedAt } = person;
    const keys = person.keys.filter((key) => key.revokedAt === undefined);
    const standIns = person.standIns.map((by) => `${by.id} ${by.from} to ${by.until}`);
    return [
      id,
      name,
      person.roles.join('\n'),
      timeZone === undefined ? email : `${email}\n${timeZone}`,
      keys.map((key) => key.kid.slice(0, 12)).join('\n'),
      revokedAt === undefined ? standIns.join('\n') : `revoked ${revokedAt}`,
    ];
  });
  return textTable(['person', 'name', 'roles', 'mail', 'key', 'stand-in'], rows);
}

const list = (_: object, io: CommandIo): Promise<number> =>
  withRegistry(io, async ({ people }) => {
    const value = await people.list();
    show({ io, value, text: () => tableOf(value) });
    return 0;
  });

type RevokeOptions = { as: string; reason: string; compromised?: boolean };

function revoke(options: RevokeOptions & Whom, io: CommandIo): Promise<number> {
  const { id, as, reason, compromised = false } = options;
  const body = bodyOf('people-revoke', { id, reason, compromised });
  const done = `${id} is revoked: no key of theirs counts from now on.`;
  return withRegistry(io, ({ people }) =>
    signChange({ as, kind: 'people-revoke', body }, { io, people, done }),
  );
}

type StandInOptions = { as: string; by: string; from?: string; until: string };

function standIn(options: StandInOptions & Whom, io: CommandIo): Promise<number> {
  const { id, as, by, until, from = new Date().toISOString() } = options;
  const body = bodyOf('people-stand-in', { id, standIn: by, from, until });
  const done = `${by} stands in for ${id} from ${from} to ${until}.`;
  return withRegistry(io, ({ people }) =>
    signChange({ as, kind: 'people-stand-in', body }, { io, people, done }),
  );
}

const collect = (value: string, before: string[]): string[] => [...before, value];

const calendars = Object.keys(holidayCalendars).join(', ');

function registerAdd(group: Command): void {
  group
    .command('add')
    .description('enrol a person, or change the entry of one who is enrolled')
    .argument('<id>', 'small letters, digits, ". _ -"')
    .requiredOption('--name <name>', 'as others know them')
    .requiredOption('--mail <address>', 'where they are reached')
    .requiredOption('--role <role...>', roles.join(', '))
    .option('--interest <deal>', 'a deal they hold: no vote on it (repeatable)', collect, [])
    .option('--time-zone <place>', 'where they work, such as Europe/London (default: the pack’s)')
    .option('--calendar <name>', `their holidays: ${calendars} (default: the pack’s)`)
    .option('--key <file>', 'their public key (PEM); without it a key pair is made here')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText(
      'after',
      `
Example:
  ./makewhole people add lea --name "Lea Lang" --mail lea@example.com --role legal`,
    )
    .action(action<AddOptions>((options, io, [id = '']) => add({ ...options, id }, io)));
}

function registerEnds(group: Command): void {
  group
    .command('revoke')
    .description('end a person’s enrolment and keys, now')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why')
    .option('--compromised', 'somebody else may have signed with the key: its votes are void')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText('after', '\nExample:\n  ./makewhole people revoke lea --reason "left the firm"')
    .action(action<RevokeOptions>((options, io, [id = '']) => revoke({ ...options, id }, io)));
  group
    .command('stand-in')
    .description('who answers for a person while they are away')
    .argument('<id>')
    .requiredOption('--by <person>', 'somebody who shares a role')
    .option('--from <instant>', 'ISO 8601 with offset (default: now)')
    .requiredOption('--until <instant>', 'ISO 8601 with offset')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText(
      'after',
      '\nExample:\n  ./makewhole people stand-in lea --by leo --until 2026-08-15T08:00:00Z',
    )
    .action(action<StandInOptions>((options, io, [id = '']) => standIn({ ...options, id }, io)));
}

/** Adds `people add`, `list`, `revoke` and `stand-in`. */
export function registerPeople(program: Command): void {
  const group = program.command('people').description('who may decide what, and with which key');
  registerAdd(group);
  group
    .command('list')
    .description('everybody ever enrolled')
    .addHelpText('after', '\nExample:\n  ./makewhole people list --json')
    .action(action(list));
  registerEnds(group);
}
