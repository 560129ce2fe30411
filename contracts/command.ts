import { z } from 'zod';

/** Every role a person may hold; the registry gives them, never a message. */
export const roles = [
  'on-call',
  'engineering',
  'customer-success',
  'operations',
  'finance',
  'legal',
  'management',
  'admin',
] as const;
/** One role by its name; anything else is turned down. */
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

const text = (max: number) => z.string().min(1).max(max);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex');
/** The head of the incident's chain as whoever decides has seen it: it holds all before them. */
const evidenceHead = z.strictObject({ seq: z.int().positive(), hash: digest });
const instant = z.iso.datetime({ offset: true });
const keyId = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected an RFC 7638 thumbprint');

/** The teams that are asked to fill in a form on page 3. */
export const teams = ['customer-success', 'engineering', 'operations'] as const;
export type Team = (typeof teams)[number];
/** Whether a word is one of the teams. */
export const isTeam = (word: string): word is Team => teams.some((team) => team === word);

/**
 * The body each kind of command carries.
 *
 * Shapes: amounts are decimal strings with a currency beside them; instants ISO 8601 with offset.
 */
export const commandBodies = {
  open: z.strictObject({
    summary: text(500),
    deals: z.array(text(200)).max(1000),
    firstKnownAt: instant.optional(),
    reportedBy: text(200).optional(),
    estimate: z.strictObject({
      deals: z.int().nonnegative().optional(),
      investors: z.int().nonnegative().optional(),
      amount: z
        .string()
        .regex(/^\d+(\.\d+)?$/)
        .optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional(),
      hours: z
        .string()
        .regex(/^\d{1,7}(\.\d{1,2})?$/)
        .optional(),
    }),
    assumptions: z.array(text(500)).max(50),
    pack: text(60),
    drill: z.boolean(),
  }),
  take: z.strictObject({}),
  /** What stakeholders have been told, in the words of whoever did. */
  updated: z.strictObject({ text: text(2000) }),
  answer: z.strictObject({ team: z.enum(teams), answers: z.record(text(100), z.unknown()) }),
  /** Who answers a team's form in its place. */
  'delegate-form': z.strictObject({ team: z.enum(teams), to: text(64) }),
  'explain-contradiction': z.strictObject({ contradiction: text(300), explanation: text(2000) }),
  receipt: z.strictObject({ evidenceHead }),
  'propose-fix': z.strictObject({ rule: text(100), averages: z.enum(['recorded', 'corrected']) }),
  redraft: z.strictObject({ deal: text(200), remedy: text(20), reason: text(2000) }),
  'correct-fact': z.strictObject({
    subject: z.enum(['deal', 'investor', 'incident']),
    id: text(200),
    name: text(100),
    value: z.string().max(500),
    source: text(500),
  }),
  'submit-letter': z.strictObject({
    stage: text(40),
    letter: z.strictObject({ subject: text(300), text: text(8000) }),
  }),
  decide: z.strictObject({
    gate: text(120),
    opening: z.int().positive(),
    decision: z.enum(['approve', 'reject']),
    reason: text(2000).optional(),
    evidenceHead,
  }),
  /** The signer's own vote, taken back before the gate has passed; `subject` is what it was on. */
  'withdraw-vote': z.strictObject({
    gate: text(120),
    opening: z.int().positive(),
    reason: text(2000),
    evidenceHead,
  }),
  /** What was rejected is to be decided again as it is; `subject` is its digest. */
  'ask-again': z.strictObject({
    gate: text(120),
    opening: z.int().positive(),
    reason: text(2000),
    evidenceHead,
  }),
  elect: z.strictObject({
    deal: text(200),
    investor: text(200),
    answer: z.enum(['accepted', 'declined']),
  }),
  /** What a clock was for has been done; without a deal it is one of the incident's own. */
  'meet-clock': z.strictObject({
    clock: text(80),
    deal: text(200).optional(),
    on: z.iso.date(),
    source: text(500),
  }),
  halt: z.strictObject({ reason: text(2000) }),
  /** `subject` is the digest of the level and its reasons as the signer saw them. */
  'lower-severity': z.strictObject({
    to: z.enum(['Sev 1', 'Sev 2', 'Sev 3']),
    reason: text(2000),
  }),
  /** `after` is the run that is over: nobody replaces one they have not seen. */
  resume: z.strictObject({ after: z.int().nonnegative(), reason: text(2000).optional() }),
  'resolve-letter': z.strictObject({ row: text(300), sent: z.boolean() }),
  'resolve-payment': z.strictObject({ key: digest, state: z.enum(['settled', 'absent']) }),
  'people-add': z.strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    name: text(200),
    email: z.email(),
    roles: z.array(role).min(1),
    publicKey: text(500),
    interests: z.array(text(200)).max(1000),
    /** Where they are when they work, and which holidays they have; without, what the pack says. */
    timeZone: text(60).optional(),
    calendar: text(60).optional(),
  }),
  /** Only what is named changes; keys stay as they are. */
  'people-change': z.strictObject({
    id: text(64),
    name: text(200).optional(),
    email: z.email().optional(),
    roles: z.array(role).min(1).optional(),
    interests: z.array(text(200)).max(1000).optional(),
    timeZone: text(60).optional(),
    calendar: text(60).optional(),
  }),
  /** A further key; `ends` is the one it takes the place of, whose earlier signatures stand. */
  'people-add-key': z.strictObject({
    id: text(64),
    publicKey: text(500),
    ends: keyId.optional(),
  }),
  'people-revoke-key': z.strictObject({
    id: text(64),
    key: keyId,
    compromised: z.boolean(),
    reason: text(500),
  }),
  'people-revoke': z.strictObject({ id: text(64), compromised: z.boolean(), reason: text(500) }),
  'people-stand-in': z.strictObject({
    id: text(64),
    standIn: text(64),
    from: instant,
    until: instant,
  }),
} as const;

/** The commands that change the registry of people; they stand on its chain. */
export const peopleKinds = [
  'people-add',
  'people-change',
  'people-add-key',
  'people-revoke-key',
  'people-revoke',
  'people-stand-in',
] as const satisfies readonly (keyof typeof commandBodies)[];
export type PeopleKind = (typeof peopleKinds)[number];

/** What a command asks for, one word a kind. */
export type CommandKind = keyof typeof commandBodies;
/** What a command of kind `K` carries once it was verified. */
export type CommandBody<K extends CommandKind> = z.infer<(typeof commandBodies)[K]>;

/**
 * The signed payload of every command; `incident` is `registry` for commands about people.
 *
 * Shapes: `iat`, `exp` in whole seconds since 1970; `subject` is the digest decided on, else ''.
 */
export const commandEnvelope = z.strictObject({
  iss: text(64),
  kind: z.enum(Object.keys(commandBodies) as [CommandKind, ...CommandKind[]]),
  incident: text(40),
  subject: z.union([digest, z.literal('')]),
  body: z.unknown(),
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
});
export type CommandEnvelope = z.infer<typeof commandEnvelope>;

/** What the desk answers: to an update at once, and into Postgres either way. */
export type CommandAnswer =
  | {
      accepted: true;
      incident: string;
      jti: string;
      note?: string;
      result?: Record<string, unknown>;
    }
  | {
      accepted: false;
      incident: string;
      jti?: string;
      error: { code: string; kind: 'rejected' | 'refused'; message: string };
    };
