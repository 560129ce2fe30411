import type { Refusal } from '../../../domain/command-refusal';
import { digestOf } from '../../../proof/digest';
import { activeAdmins, type Registry } from '../../../proof/registry';
import { needsSecond } from '../../../proof/registry-entries';
import type { RegistryWords } from '../../../proof/registry-words';
import type { VerifiedCommand } from './verified-command';

/** How long the first admin's command waits for the second one. */
const waitHours = 24;

/** Whether a change of the registry may be carried out, and on whose earlier command. */
export type SecondAdmin =
  | { kind: 'enough'; jti?: string }
  | { kind: 'asked-before'; found: Refusal }
  | {
      kind: 'waits';
      note: string;
      result: Record<string, unknown>;
      body: Record<string, unknown>;
    };

/**
 * Finds whether this command is enough: the only admin's is, or one that takes power away from
 * somebody who is no admin; else two admins sign the same.
 */
export function askSecondAdmin(
  registry: Registry,
  { command, said }: { command: VerifiedCommand; said: RegistryWords },
): SecondAdmin {
  const { kind, body, person, at } = command;
  if (!needsSecond(registry, { said, by: person.id })) return { kind: 'enough' };
  const bodyDigest = digestOf({ kind, body });
  const admins = activeAdmins(registry);
  const waiting = [...registry.asked].filter(([, asked]) => {
    const same = asked.bodyDigest === bodyDigest && admins.includes(asked.person);
    return same && Date.parse(asked.waitsUntil) > Date.parse(at);
  });
  const [jti] = waiting.find(([, asked]) => asked.person !== person.id) ?? [];
  if (jti !== undefined) return { kind: 'enough', jti };
  const second = admins.filter((admin) => admin !== person.id).join(' or ');
  if (waiting.length > 0) {
    const message = `${person.id} has asked for this; it waits until ${second} signs the same`;
    return { kind: 'asked-before', found: { code: 'ALREADY_DONE', message } };
  }
  const waitsUntil = new Date(Date.parse(at) + waitHours * 3_600_000).toISOString();
  return {
    kind: 'waits',
    note: `waits for a second admin: ${second} signs the same command before ${waitsUntil}`,
    result: { state: 'waiting', bodyDigest, waitsUntil },
    body: { did: 'asked', command: kind, bodyDigest, waitsUntil },
  };
}
