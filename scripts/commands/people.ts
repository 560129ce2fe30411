import type { Command } from 'commander';
import { roles } from '../../contracts/command';
import { whoDecides } from '../../domain/who-decides';
import { holidayCalendars } from '../../policies/holiday-calendars';
import { misplaced } from '../../policies/working-place';
import { makeKey } from '../../workers/wire-registry';
import { action, show, type CommandIo } from '../command-io';
import { bodyOf, readPublicKey, signChange } from '../people-change';
import { peopleText, standingOf } from '../people-text';
import { groupOf, rejected } from '../signing-options';
import { withRegistry } from '../with-registry';

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

type ChangeOptions = Partial<Omit<AddOptions, 'key' | 'as'>> & { as: string };

/** Only what is named is signed, so that nobody restates what they do not know. */
function change(options: ChangeOptions & Whom, io: CommandIo): Promise<number> {
  const { id, as, name, mail, role, interest, timeZone, calendar } = options;
  if (role !== undefined) checkRoles(role);
  const named = {
    ...{ name, email: mail, roles: role && [...new Set(role)], interests: interest },
    ...{ timeZone, calendar },
  };
  const changes = Object.entries(named).filter(([, value]) => value !== undefined);
  if (changes.length === 0) throw rejected('name at least one thing that is to change');
  const body = bodyOf('people-change', { id, ...(Object.fromEntries(changes) as object) });
  const done = `${id} has another ${changes.map(([what]) => what).join(', ')} from now on.`;
  return withRegistry(io, ({ people }) =>
    signChange({ as, kind: 'people-change', body }, { io, people, done }),
  );
}

const list = (_: object, io: CommandIo): Promise<number> =>
  withRegistry(io, async ({ people: registry }) => {
    const now = new Date().toISOString();
    const people = (await registry.list()).map((person) => {
      return { ...person, today: standingOf(person, now) };
    });
    const decides = whoDecides(
      people.map(({ id, roles: held, today }) => {
        return { id, roles: held, ...today };
      }),
    );
    show({ io, value: { people, decides }, text: () => peopleText({ people, decides, now }) });
    return 0;
  });

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

function registerChange(group: Command): void {
  group
    .command('change')
    .description('change what is said of a person; what is not named stays')
    .argument('<id>')
    .option('--name <name>', 'as others know them')
    .option('--mail <address>', 'where they are reached')
    .option('--role <role...>', `all their roles from now on: ${roles.join(', ')}`)
    .option('--interest <deal...>', 'all deals they hold')
    .option('--time-zone <place>', 'where they work')
    .option('--calendar <name>', `their holidays: ${calendars}`)
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText('after', '\nExample:\n  ./makewhole people change lea --role legal management')
    .action(action<ChangeOptions>((options, io, [id = '']) => change({ ...options, id }, io)));
}

/** Adds `people add`, `change` and `list`. */
export function registerPeople(program: Command): void {
  const group = groupOf(program, 'people');
  registerAdd(group);
  registerChange(group);
  group
    .command('list')
    .description('who can decide what today, and everybody ever enrolled')
    .addHelpText('after', '\nExample:\n  ./makewhole people list --json')
    .action(action(list));
}
