import { fitsSeat, type GateRule } from './gate-rule';

/** Why a command was refused, in the order of the checks: the first that fails names it. */
export const refusalOrder = [
  'MALFORMED',
  'KEY_UNKNOWN',
  'SIGNATURE_INVALID',
  'KEY_REVOKED',
  'NOT_YET_VALID',
  'EXPIRED',
  'REPLAYED',
  'INCIDENT_UNKNOWN',
  'INCIDENT_OTHER',
  'INCIDENT_CLOSED',
  'GATE_CLOSED',
  'DIGEST_STALE',
  'ROLE_MISSING',
  'SELF_APPROVAL',
  'INTEREST',
  'ALREADY_VOTED',
  'NOT_FOUND',
  'ANSWER_INVALID',
  'ALREADY_DONE',
  'OPTION_BLOCKED',
  'NOT_LOWER',
] as const;

/** A code of the order above. */
export type RefusalCode = (typeof refusalOrder)[number];
/** A refusal with what was expected, what was found and what to do. */
export type Refusal = { readonly code: RefusalCode; readonly message: string };

/**
 * An open gate as a vote meets it. `heldDeals`: those it decides on and the voter holds; `tied`:
 * who counts as one with the voter, since one of them stands in for the other.
 */
export type OpenGate = {
  readonly opening: number;
  readonly subject: string;
  readonly lapsed: boolean;
  readonly rule: GateRule;
  readonly makers: readonly string[];
  readonly voters: readonly string[];
  readonly heldDeals: readonly string[];
  readonly tied: readonly string[];
};

/**
 * What is known of a command; what is absent has not been looked at and refuses nothing.
 *
 * Units: instants are seconds since 1970.
 */
export type CommandFacts = {
  readonly now: number;
  readonly malformed?: string;
  readonly claims?: {
    readonly iss: string;
    readonly kid: string;
    readonly kind: string;
    readonly subject: string;
    readonly iat: number;
    readonly exp: number;
  };
  readonly key?:
    | 'unknown'
    | {
        readonly person: string;
        readonly validFrom: number;
        readonly validUntil?: number;
        readonly revokedAt?: number;
      };
  readonly signatureHolds?: boolean;
  readonly jtiTaken?: boolean;
  readonly incident?: {
    readonly named: string;
    readonly asked: string;
    readonly known: boolean;
    readonly closed: boolean;
  };
  readonly roles?: readonly string[];
  /** Roles that may give a command of this kind. */
  readonly rolesAllowed?: readonly string[];
  /** The digest that can be decided on now, where it is not a gate's. */
  readonly current?: { readonly what: string; readonly digest: string | undefined };
  readonly vote?: {
    readonly gateId: string;
    readonly opening: number;
    readonly open: OpenGate | undefined;
  };
  /** What the kind's own look at the tables found. */
  readonly found?: Refusal;
};

const hour = 3600;
const lifeMax = { decide: 14 * 24 * hour, others: 24 * hour };
const clockSkewMax = 60;

type Check = (facts: CommandFacts) => string | undefined;
type Claims = NonNullable<CommandFacts['claims']>;

/** Why the signed times cannot be meant, whatever the time is now. */
function lifetimeFlaw({ kind, iat, exp }: Claims): string | undefined {
  const max = kind === 'decide' ? lifeMax.decide : lifeMax.others;
  if (exp > iat && exp - iat <= max) return undefined;
  const hours = String(max / hour);
  return `exp must be at most ${hours} hours after iat for ${kind}, found ${String(exp - iat)} s`;
}

function staleness(facts: CommandFacts): string | undefined {
  const subject = facts.claims?.subject ?? '';
  const [what, now] =
    facts.vote === undefined
      ? [facts.current?.what, facts.current?.digest]
      : [`gate ${facts.vote.gateId}`, facts.vote.open?.subject];
  if (what === undefined || subject === now) return undefined;
  const signed = subject === '' ? 'no digest' : `digest ${subject}`;
  return now === undefined
    ? `${what} is not there yet, the command names ${signed}; try again later`
    : `${what} is now about digest ${now}, the command names ${signed}; read and sign that one`;
}

function closure({ vote, incident }: CommandFacts): string | undefined {
  if (vote === undefined) return undefined;
  const { gateId, opening, open } = vote;
  const see = `./makewhole incident status ${incident?.named ?? ''}`.trim();
  if (open === undefined) return `gate ${gateId} is not open; see ${see}`;
  if (open.lapsed)
    return `opening ${String(open.opening)} of gate ${gateId} has lapsed; it reopens`;
  return open.opening === opening
    ? undefined
    : `gate ${gateId} is at opening ${String(open.opening)}, the vote is for ${String(opening)}`;
}

function roleLack(facts: CommandFacts): string | undefined {
  const { roles, rolesAllowed, vote, claims } = facts;
  if (roles === undefined) return undefined;
  const held = roles.length === 0 ? 'no role' : roles.join(', ');
  if (vote?.open !== undefined && !fitsSeat(vote.open.rule, roles)) {
    const seats = vote.open.rule.seats.map((seat) => seat.roles.join(' or ')).join(' and ');
    return `gate ${vote.gateId} is decided by ${seats}; ${claims?.iss ?? ''} holds ${held}`;
  }
  if (rolesAllowed === undefined || roles.some((role) => rolesAllowed.includes(role))) {
    return undefined;
  }
  return `this needs ${rolesAllowed.join(' or ')}, ${claims?.iss ?? ''} holds ${held}`;
}

function keyLapse({ key, now }: CommandFacts): string | undefined {
  if (key === undefined || key === 'unknown') return undefined;
  // Known as revoked is revoked, also when the command carries an earlier time than that.
  if (key.revokedAt !== undefined) {
    return `the key of ${key.person} was revoked; enrol a new one`;
  }
  const inside = key.validFrom <= now && (key.validUntil === undefined || now < key.validUntil);
  if (inside) return undefined;
  return `the key of ${key.person} is not valid now: enrol a new one, or set the clock right`;
}

function keyLack({ key, claims }: CommandFacts): string | undefined {
  if (key === undefined || claims === undefined) return undefined;
  if (key === 'unknown') {
    return `no enrolled person has key ${claims.kid}; see ./makewhole people list`;
  }
  return key.person === claims.iss ? undefined : `key ${claims.kid} is not one of ${claims.iss}'s`;
}

function selfApproval({ vote, claims }: CommandFacts): string | undefined {
  if (claims === undefined || vote?.open === undefined) return undefined;
  const { makers } = vote.open;
  const maker = asOne(vote.open, claims.iss).find((person) => makers.includes(person));
  if (maker === undefined) return undefined;
  const as = maker === claims.iss ? '' : `, for or by whom ${claims.iss} is stood in,`;
  return `${maker}${as} had a part in making what gate ${vote.gateId} decides on; others vote`;
}

/** Whoever signs, and those who count as one with them. */
const asOne = ({ tied }: OpenGate, person: string): string[] => [person, ...tied];

function interest({ vote, claims }: CommandFacts): string | undefined {
  const held = vote?.open?.heldDeals ?? [];
  return held.length === 0 ? undefined : `${claims?.iss ?? ''} holds ${held.join(', ')}`;
}

function secondVote({ vote, claims }: CommandFacts): string | undefined {
  if (claims === undefined || vote?.open === undefined) return undefined;
  const { voters } = vote.open;
  const voter = asOne(vote.open, claims.iss).find((person) => voters.includes(person));
  if (voter === undefined) return undefined;
  const said = `${voter} has voted already in opening ${vote.opening} of gate ${vote.gateId}`;
  if (voter === claims.iss) return said;
  return `${said}; with ${claims.iss} on the other side of a stand-in, they count as one person`;
}

function otherIncident({ incident }: CommandFacts): string | undefined {
  if (incident === undefined || incident.named === incident.asked) return undefined;
  return `signed for ${incident.named}, sent to ${incident.asked}`;
}

/** What the kind itself found counts under its own code only. */
const own =
  (code: RefusalCode): Check =>
  ({ found }) =>
    found?.code === code ? found.message : undefined;

const checks: Readonly<Record<RefusalCode, Check>> = {
  MALFORMED: ({ malformed, claims }) =>
    malformed ?? (claims === undefined ? undefined : lifetimeFlaw(claims)),
  KEY_UNKNOWN: keyLack,
  SIGNATURE_INVALID: ({ signatureHolds }) =>
    signatureHolds === false ? 'the signature is not of this text by this key' : undefined,
  KEY_REVOKED: keyLapse,
  NOT_YET_VALID: ({ claims, now }) =>
    claims !== undefined && claims.iat > now + clockSkewMax
      ? 'signed in the future; set the clock right and sign again'
      : undefined,
  EXPIRED: ({ claims, now }) =>
    claims !== undefined && claims.exp <= now ? 'its time is over; sign again' : undefined,
  REPLAYED: ({ jtiTaken }) =>
    jtiTaken === true ? 'another command was given under this jti; sign again' : undefined,
  INCIDENT_UNKNOWN: ({ incident }) =>
    incident?.known === false ? `there is no incident ${incident.named}` : undefined,
  INCIDENT_OTHER: otherIncident,
  INCIDENT_CLOSED: ({ incident }) =>
    incident?.closed === true ? `${incident.named} is closed` : undefined,
  GATE_CLOSED: (facts) => closure(facts) ?? own('GATE_CLOSED')(facts),
  DIGEST_STALE: (facts) => staleness(facts) ?? own('DIGEST_STALE')(facts),
  ROLE_MISSING: roleLack,
  SELF_APPROVAL: selfApproval,
  INTEREST: interest,
  ALREADY_VOTED: secondVote,
  NOT_FOUND: own('NOT_FOUND'),
  ANSWER_INVALID: own('ANSWER_INVALID'),
  ALREADY_DONE: own('ALREADY_DONE'),
  OPTION_BLOCKED: own('OPTION_BLOCKED'),
  NOT_LOWER: own('NOT_LOWER'),
};

/**
 * The refusal a command meets first, or undefined when nothing speaks against it.
 *
 * Order: of `refusalOrder`, so that nobody learns of a gate with a signature that does not hold.
 */
export function firstRefusal(facts: CommandFacts): Refusal | undefined {
  for (const code of refusalOrder) {
    const message = checks[code](facts);
    if (message !== undefined) return { code, message };
  }
  return undefined;
}
