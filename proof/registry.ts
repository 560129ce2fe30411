import type { ChainBreak, ChainHead } from './evidence-chain';
import { genesis } from './evidence-chain';

/** A key as the registry's entries leave it. Shapes: instants ISO 8601. */
export type RegistryKey = {
  person: string;
  validFrom: string;
  /** Another key has taken its place: what it signed before stands. */
  endedAt?: string;
  revokedAt?: string;
  compromised: boolean;
  seq: number;
};

/** A person as the registry's entries leave them. */
export type RegistryPerson = {
  roles: string[];
  interests: string[];
  timeZone: string | null;
  calendar: string | null;
  revokedAt?: string;
  /** Every set of roles they ever held, with its beginning. Order: oldest first. */
  held: { from: string; roles: string[] }[];
  seq: number;
};

/** Somebody who answers for a person between two instants. */
export type RegistryStandIn = { person: string; standIn: string; from: string; until: string };

/** What a first admin has asked for, until a second one signs the same. */
export type AskedChange = { person: string; bodyDigest: string; waitsUntil: string };

/** The registry of people as its chain tells it, up to `head`. */
export type Registry = {
  head: ChainHead;
  people: Map<string, RegistryPerson>;
  keys: Map<string, RegistryKey>;
  standIns: RegistryStandIn[];
  /** Not confirmed yet, by jti. */
  asked: Map<string, AskedChange>;
  /** Commands that were carried out: none is carried out twice. */
  used: Set<string>;
  /** The key of this installation, which alone signs a break-glass. */
  instanceKey?: string;
  /** Entries that are not believed, since nobody entitled has signed what they say. */
  flaws: ChainBreak[];
  /** Where the chain itself breaks; nothing from there on is believed. */
  broken?: ChainBreak;
};

/** A registry of which nothing is told yet. */
export function emptyRegistry(): Registry {
  return {
    ...{ head: genesis, people: new Map(), keys: new Map(), standIns: [] },
    ...{ asked: new Map(), used: new Set(), flaws: [] },
  };
}

/** A registry that can be added to while the one it was copied from stays as it is. */
export function copyOfRegistry(from: Registry): Registry {
  const copied = <T extends object>(map: Map<string, T>) =>
    new Map([...map].map(([id, each]) => [id, { ...each }]));
  const { standIns, asked, used, flaws } = from;
  return {
    ...from,
    people: copied(from.people),
    keys: copied(from.keys),
    ...{ standIns: [...standIns], asked: new Map(asked), used: new Set(used), flaws: [...flaws] },
  };
}

const isEnded = ({ revokedAt, endedAt }: RegistryKey): boolean =>
  revokedAt !== undefined || endedAt !== undefined;

/** The keys of a person that are neither revoked nor ended. */
export function liveKeys({ keys }: Registry, person: string): string[] {
  return [...keys].flatMap(([kid, key]) => (key.person === person && !isEnded(key) ? [kid] : []));
}

/** Those who can sign as admins now, by id: the role is theirs, and a key that counts. */
export function activeAdmins(registry: Registry): string[] {
  return [...registry.people]
    .filter(([id, { roles, revokedAt }]) => {
      const enrolled = revokedAt === undefined && roles.includes('admin');
      return enrolled && liveKeys(registry, id).length > 0;
    })
    .map(([id]) => id)
    .sort();
}

/** The instance's clocks are taken to agree so far. Units: milliseconds. */
const slack = 60_000;

/** Whether a person held exactly these roles at an instant, give or take a minute. */
export function heldRoles(
  { people }: Registry,
  of: { person: string; roles: readonly string[]; at: string },
): boolean {
  const { held = [] } = people.get(of.person) ?? {};
  const time = Date.parse(of.at);
  const wanted = JSON.stringify(of.roles);
  return held.some(({ from, roles }, index) => {
    const next = held[index + 1]?.from;
    const begun = Date.parse(from) <= time + slack;
    const over = next !== undefined && Date.parse(next) < time - slack;
    return begun && !over && JSON.stringify(roles) === wanted;
  });
}
