import type { Command } from 'commander';
import type { Person } from '../../activities/ports/people';
import { action, type CommandIo } from '../command-io';
import { bodyOf, signChange } from '../people-change';
import { personOf } from '../person-of';
import { groupOf, rejected } from '../signing-options';
import { withRegistry } from '../with-registry';

type Revoke = { as: string; reason: string; compromised?: boolean; key?: string };
type StandIn = { as: string; by: string; from?: string; until: string };
type On = { io: CommandIo; id: string };

/** Adds `people revoke` and `people stand-in`: who does not sign any more, or not now. */
export function registerPeopleLeave(program: Command): void {
  const group = groupOf(program, 'people');
  group
    .command('revoke')
    .description('end a person’s enrolment and keys, or one key, now; open votes by it are void')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why')
    .option('--key <key>', 'only this key (its first characters); the person stays')
    .option('--compromised', 'somebody else may have signed with it: all its votes are void')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText(
      'after',
      `
Examples:
  ./makewhole people revoke lea --reason "left the firm"
  ./makewhole people revoke lea --key 3qFf0-x7 --compromised --reason "laptop stolen"`,
    )
    .action(action<Revoke>((options, io, [id = '']) => revoke(options, { io, id })));
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
    .action(action<StandIn>((options, io, [id = '']) => standIn(options, { io, id })));
}

function revoke(options: Revoke, { io, id }: On): Promise<number> {
  const { as, reason, compromised = false, key: named } = options;
  return withRegistry(io, async ({ people }) => {
    if (named === undefined) {
      const body = bodyOf('people-revoke', { id, reason, compromised });
      const done = `${id} is revoked: no key of theirs counts from now on.`;
      return signChange({ as, kind: 'people-revoke', body }, { io, people, done });
    }
    const key = keyOf(await personOf(people, id), named);
    const body = bodyOf('people-revoke-key', { id, key, reason, compromised });
    const done = `Key ${key.slice(0, 12)} of ${id} counts no longer.`;
    return signChange({ as, kind: 'people-revoke-key', body }, { io, people, done });
  });
}

function keyOf({ id, keys }: Person, named: string): string {
  const [key, ...others] = keys.filter(({ kid }) => kid.startsWith(named));
  if (key !== undefined && others.length === 0) return key.kid;
  const all = keys.map(({ kid }) => kid.slice(0, 12)).join(', ');
  throw rejected(`--key: ${id} has the keys ${all}; name one of them`);
}

function standIn(options: StandIn, { io, id }: On): Promise<number> {
  const { as, by, until, from = new Date().toISOString() } = options;
  const body = bodyOf('people-stand-in', { id, standIn: by, from, until });
  const done = `${by} stands in for ${id} from ${from} to ${until}.`;
  return withRegistry(io, ({ people }) =>
    signChange({ as, kind: 'people-stand-in', body }, { io, people, done }),
  );
}
