import type { Command } from 'commander';
import { installationSigner, makeNextKey } from '../../workers/wire-registry';
import { action, show, type CommandIo } from '../command-io';
import { bodyOf, readPublicKey } from '../people-change';
import { groupOf, rejected } from '../signing-options';
import { readStack } from '../stack/read-stack';
import { withRegistry } from '../with-registry';

const example = `
For the day on which no admin is left who can sign, or not two where two are needed. It works on the
machine that has the installation's own key and reaches its database, and no other way. Every admin
there was is one no more; enrol them again. It stands in evidence for ever.

Example:
  ./makewhole people break-glass adele --name "Adele Amt" --mail adele@example.com \\
    --reason "both admins have left; board minutes of 21 November" --yes`;

type Flags = { name: string; mail: string; reason: string; key?: string };

/** Adds `people break-glass`: an admin where none is left who could make one. */
export function registerBreakGlass(program: Command): void {
  groupOf(program, 'people')
    .command('break-glass')
    .description('make an admin with the installation’s own key, where none is left who could')
    .argument('<id>', 'who becomes the only admin')
    .requiredOption('--name <name>', 'as others know them')
    .requiredOption('--mail <address>', 'where they are reached')
    .requiredOption('--reason <text>', 'why, and who has decided it')
    .option('--key <file>', 'their public key (PEM); without it a key pair is made here')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [id = '']) => breakGlass(flags, { io, id })));
}

function breakGlass(flags: Flags, { io, id }: { io: CommandIo; id: string }): Promise<number> {
  const { name, mail: email, reason, key } = flags;
  if (!io.yes) throw rejected('this ends every admin there is: give --yes as well');
  const signer = installationSigner(readStack(io.stateDir).instanceKeyPath);
  const next = key === undefined ? makeNextKey(io.stateDir, id) : undefined;
  const publicKeyPem = next?.publicKeyPem ?? readPublicKey(key ?? '');
  const entry = { id, name, email, roles: ['admin'], interests: [], publicKey: publicKeyPem };
  bodyOf('people-add', entry); // The same words as anybody's enrolment.
  return withRegistry(io, async ({ people }) => {
    const at = new Date().toISOString();
    const { kid, ended } = await people.breakGlass({
      ...{ id, name, email, publicKeyPem, reason, at, signer },
    });
    const where = next === undefined ? '' : ` The private key lies in ${next.takeUp()}.`;
    const others = ended.length === 0 ? 'There was no other.' : `${ended.join(', ')} is none more.`;
    const text = () => `${id} is the only admin now. ${others}${where}`;
    show({ io, value: { id, kid, ended }, text });
    return 0;
  });
}
