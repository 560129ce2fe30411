import type { CommandAnswer, Role } from '../../contracts/command';
import type { InstanceSigner } from './instance-signer';

/** One public key of a person, with the time for which it counts. */
export type PersonKey = {
  kid: string;
  validFrom: string;
  validUntil?: string;
  revokedAt?: string;
  compromised: boolean;
};

/** Somebody enrolled: what the registry says, which a message never does. */
export type Person = {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  /** Deals this person holds, and therefore has no vote on. */
  interests: string[];
  /** Where they are when they work, and which holidays they have; without, what the pack says. */
  timeZone?: string;
  calendar?: string;
  enrolledAt: string;
  enrolledBy: string;
  revokedAt?: string;
  keys: PersonKey[];
  standIns: { id: string; from: string; until: string }[];
};

/** Whom the installation itself makes an admin. */
export type FirstAdmin = {
  id: string;
  name: string;
  email: string;
  publicKeyPem: string;
  /** The installation's own key: named by the registry's first entry, so that it is known later. */
  instancePublicKeyPem?: string;
  at: string;
};

/** An admin made where none is left, and the key that answers for it. */
export type BreakGlass = Omit<FirstAdmin, 'instancePublicKeyPem'> & {
  reason: string;
  signer: InstanceSigner;
};

/** The registry of people: who they are, which keys and roles they hold. */
export type People = {
  /** Everybody ever enrolled, by id; the revoked with the time since when. */
  list(): Promise<Person[]>;
  /** Those who hold a role now, to be written to. */
  roleHolders(role: Role): Promise<Person[]>;
  /**
   * Enrols the first admin, once, on the machine itself.
   *
   * @throws ALREADY_DONE (refused) when anybody is enrolled.
   */
  bootstrapAdmin(first: FirstAdmin): Promise<{ id: string; kid: string }>;
  /**
   * Makes an admin where none is left who could. Every admin there was is one no more.
   *
   * @throws KEY_UNKNOWN (refused) when the installation's key is not the one the registry began
   * with.
   */
  breakGlass(given: BreakGlass): Promise<{ kid: string; ended: string[] }>;
  /**
   * Answers a signed command about people.
   *
   * Order: with two admins or more, the first one's command waits until a second signs the same;
   * but nobody waits to take a key from somebody who is no admin.
   * Retry: the same bytes get the first answer again.
   * Ensures: accepted or refused, the answer, its effect and its evidence commit together.
   */
  answer(received: { jws: string; at: string }): Promise<CommandAnswer>;
};
