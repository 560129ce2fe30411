import type { Command } from 'commander';
import type { People, Person } from '../../activities/ports/people';
import { keyIdOf } from '../../proof/registry-words';
import { makeNextKey } from '../../workers/wire-registry';
import { action, type CommandIo } from '../command-io';
import { bodyOf, readPublicKey, signChange } from '../people-change';
import { personOf } from '../person-of';
import { groupOf, rejected } from '../signing-options';
import { withRegistry } from '../with-registry';

type AddKey = { as: string; key: string };
type Rotate = { as: string; key?: string; ends?: string };

/** Adds `people add-key` and `people rotate`. */
export function registerPeopleKeys(program: Command): void {
  const group = groupOf(program, 'people');
  group
    .command('add-key')
    .description('give a person a further key; the ones they have stay')
    .argument('<id>')
    .requiredOption('--key <file>', 'the public key (PEM)')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText('after', '\nExample:\n  ./makewhole people add-key lea --key lea-2.pub.pem')
    .action(action<AddKey>((options, io, [id = '']) => addKey(options, { io, id })));
  group
    .command('rotate')
    .description('put a new key in the place of the one a person has; earlier votes stand')
    .argument('<id>')
    .option('--key <file>', 'the new public key (PEM); without it a key pair is made here')
    .option('--ends <key>', 'which key ends, where they have several (its first characters)')
    .option('--as <person>', 'who signs: an admin', 'admin')
    .addHelpText('after', '\nExample:\n  ./makewhole people rotate lea --key lea-2.pub.pem')
    .action(action<Rotate>((options, io, [id = '']) => rotate(options, { io, id })));
}

function addKey({ as, key }: AddKey, { io, id }: { io: CommandIo; id: string }): Promise<number> {
  const publicKey = readPublicKey(key);
  const body = bodyOf('people-add-key', { id, publicKey });
  const done = `${id} can sign with this key too.`;
  return withRegistry(io, ({ people }) =>
    signChange({ as, kind: 'people-add-key', body }, { io, people, done }),
  );
}

function rotate(
  { as, key, ends }: Rotate,
  { io, id }: { io: CommandIo; id: string },
): Promise<number> {
  return withRegistry(io, async ({ people }) => {
    const ended = endedKey(await personOf(people, id), ends);
    const next = key === undefined ? makeNextKey(io.stateDir, id) : undefined;
    const publicKey = next?.publicKeyPem ?? readPublicKey(key ?? '');
    const body = bodyOf('people-add-key', { id, publicKey, ...(ended && { ends: ended }) });
    let where = '';
    const onDone = () => void (where = next?.takeUp() ?? '');
    const done = `${id} signs with the new key from now on; what the old one signed stands.`;
    const more = { id, kid: keyIdOf(publicKey), ...(ended && { ends: ended }) };
    const code = await signRotation({ as, body }, { io, people, done, more, onDone });
    if (where !== '') io.err(`The private key lies in ${where}: keep it secret.`);
    return code;
  });
}

const signRotation = (
  { as, body }: { as: string; body: ReturnType<typeof bodyOf<'people-add-key'>> },
  given: {
    io: CommandIo;
    people: People;
    done: string;
    more: Record<string, unknown>;
    onDone: () => void;
  },
): Promise<number> => signChange({ as, kind: 'people-add-key', body }, given);

/** The one key that counts now, or the one that was named. */
function endedKey({ id, keys }: Person, named: string | undefined): string | undefined {
  const live = keys
    .filter((key) => key.revokedAt === undefined && key.validUntil === undefined)
    .map(({ kid }) => kid);
  const meant = named === undefined ? live : live.filter((kid) => kid.startsWith(named));
  if (meant.length === 1 || (live.length === 0 && named === undefined)) return meant[0];
  const all = live.map((kid) => kid.slice(0, 12)).join(', ');
  throw rejected(`--ends: ${id} has the keys ${all || 'none'}; name one of them`);
}
