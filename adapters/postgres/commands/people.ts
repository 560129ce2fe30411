import { createPublicKey } from 'node:crypto';
import { commandBodies, type CommandKind } from '../../../contracts/command';
import type { CommandFacts } from '../../../domain/command-refusal';
import { misplaced } from '../../../policies/working-place';
import { addPerson, addStandIn, revokePerson, type PersonChange } from './people-changes';
import {
  obstacleToAdding,
  obstacleToRevoking,
  obstacleToStandingIn,
  type Obstacle,
} from './people-obstacles';
import { askSecondAdmin } from './second-admin';
import type { Queryable } from '../pool';
import type { Effect, Look, VerifiedCommand } from './verified-command';

/** A change of the registry that nothing speaks against: what evidence says, and how it is done. */
type Intention = { said: PersonChange; write: (tx: Queryable) => Promise<void> };

type Weighed = Obstacle | { malformed: string } | Intention;

function isEd25519(publicKeyPem: string): boolean {
  if (!publicKeyPem.includes('BEGIN PUBLIC KEY')) return false;
  try {
    return createPublicKey(publicKeyPem).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

const weighAdding = async (tx: Queryable, command: VerifiedCommand): Promise<Weighed> => {
  const body = commandBodies['people-add'].parse(command.body);
  if (!isEd25519(body.publicKey)) {
    return { malformed: 'body.publicKey: expected an Ed25519 public key in SPKI PEM' };
  }
  const wrong = misplaced({ zone: body.timeZone, calendar: body.calendar });
  if (wrong !== undefined) return { malformed: `body, ${wrong.part}: ${wrong.expected}` };
  const { at, person } = command;
  return (await obstacleToAdding(tx, body)) ?? addPerson({ body, by: person.id, at });
};

const weighRevoking = async (tx: Queryable, { body, at }: VerifiedCommand): Promise<Weighed> => {
  const wanted = commandBodies['people-revoke'].parse(body);
  return (await obstacleToRevoking(tx, wanted)) ?? revokePerson(wanted, at);
};

const weighStandingIn = async (tx: Queryable, { body }: VerifiedCommand): Promise<Weighed> => {
  const wanted = commandBodies['people-stand-in'].parse(body);
  return (await obstacleToStandingIn(tx, wanted)) ?? addStandIn(wanted);
};

type Weigh = (tx: Queryable, command: VerifiedCommand) => Promise<Weighed>;

/** With two admins or more, one alone only asks; the second one's same command carries it out. */
async function effectOf(
  tx: Queryable,
  { command, intention }: { command: VerifiedCommand; intention: Intention },
): Promise<{ facts: Partial<CommandFacts>; effect?: Effect }> {
  const second = await askSecondAdmin(tx, command);
  if (second.kind === 'asked-before') return { facts: { found: second.found } };
  if (second.kind === 'waits') {
    const { note, result, body } = second;
    const evidence = { kind: 'person', body };
    return { facts: {}, effect: { evidence, note, result, write: async () => undefined } };
  }
  const confirmed = second.jti === undefined ? {} : { confirms: second.jti };
  const body = { ...intention.said, ...confirmed };
  const result = { state: 'done', ...confirmed };
  return {
    facts: {},
    effect: { evidence: { kind: 'person', body }, result, write: intention.write },
  };
}

const look =
  (weigh: Weigh): Look =>
  async (tx, command) => {
    const facts = { rolesAllowed: ['admin'] };
    const weighed = await weigh(tx, command);
    if ('malformed' in weighed) return { facts: { ...facts, malformed: weighed.malformed } };
    if ('code' in weighed) return { facts: { ...facts, found: weighed } };
    const found = await effectOf(tx, { command, intention: weighed });
    return { ...found, facts: { ...facts, ...found.facts } };
  };

/** What the registry's own desk understands: commands about people, by admins. */
export const registryLooks: Readonly<Partial<Record<CommandKind, Look>>> = {
  'people-add': look(weighAdding),
  'people-revoke': look(weighRevoking),
  'people-stand-in': look(weighStandingIn),
};
