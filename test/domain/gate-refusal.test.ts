import fc from 'fast-check';
import {
  firstRefusal,
  refusalOrder,
  type CommandFacts,
  type OpenGate,
  type RefusalCode,
} from '../../domain/command-refusal';
import { rolesFor } from '../../domain/command-roles';
import { gateRuleFor } from '../../domain/gate-rule';

const now = 1_800_000_000;
const digest = 'a'.repeat(64);
const gate: OpenGate = {
  opening: 2,
  subject: digest,
  lapsed: false,
  rule: gateRuleFor('plan')!,
  makers: ['olga'],
  voters: [],
  heldDeals: [],
  tied: [],
};
const flawless: CommandFacts = {
  now,
  claims: { iss: 'lena', kid: 'k', kind: 'decide', subject: digest, iat: now, exp: now + 60 },
  key: { person: 'lena', validFrom: now - 10 },
  signatureHolds: true,
  jtiTaken: false,
  incident: { named: 'INC-2026-0001', asked: 'INC-2026-0001', known: true, closed: false },
  roles: ['legal'],
  vote: { gateId: 'plan', opening: 2, open: gate },
};

type Spoil = (facts: CommandFacts) => CommandFacts;
const spoilGate =
  (change: Partial<OpenGate>): Spoil =>
  (facts) => {
    const vote = facts.vote!;
    return { ...facts, vote: { ...vote, open: { ...vote.open!, ...change } } };
  };
const spoilClaims =
  (change: Partial<NonNullable<CommandFacts['claims']>>): Spoil =>
  (facts) => ({ ...facts, claims: { ...facts.claims!, ...change } });
const spoilIncident =
  (change: Partial<NonNullable<CommandFacts['incident']>>): Spoil =>
  (facts) => ({ ...facts, incident: { ...facts.incident!, ...change } });

/** One flaw for each code, which leaves all other checks as they were. */
const spoils: [RefusalCode, Spoil][] = [
  ['MALFORMED', (facts) => ({ ...facts, malformed: 'not a JWS' })],
  ['KEY_UNKNOWN', spoilClaims({ iss: 'mallory' })],
  ['SIGNATURE_INVALID', (facts) => ({ ...facts, signatureHolds: false })],
  ['KEY_REVOKED', (facts) => ({ ...facts, key: { ...person(facts), revokedAt: now } })],
  ['NOT_YET_VALID', spoilClaims({ iat: now + 61, exp: now + 90 })],
  ['EXPIRED', spoilClaims({ iat: now - 90, exp: now })],
  ['REPLAYED', (facts) => ({ ...facts, jtiTaken: true })],
  ['INCIDENT_UNKNOWN', spoilIncident({ known: false })],
  ['INCIDENT_OTHER', spoilIncident({ asked: 'INC-2026-0002' })],
  ['INCIDENT_CLOSED', spoilIncident({ closed: true })],
  ['GATE_CLOSED', (facts) => ({ ...facts, vote: { ...facts.vote!, opening: 1 } })],
  ['DIGEST_STALE', spoilClaims({ subject: 'b'.repeat(64) })],
  ['ROLE_MISSING', (facts) => ({ ...facts, roles: ['operations'] })],
  ['SELF_APPROVAL', spoilGate({ makers: ['olga', 'lena', 'mallory'] })],
  ['INTEREST', spoilGate({ heldDeals: ['OLD'] })],
  ['ALREADY_VOTED', spoilGate({ voters: ['lena', 'mallory'] })],
  ['NOT_FOUND', (facts) => ({ ...facts, found: { code: 'NOT_FOUND', message: 'none' } })],
];

function person(facts: CommandFacts) {
  const { key } = facts;
  if (key === undefined || key === 'unknown') throw new Error('the key must be known here');
  return key;
}

describe('the refusal of a command', () => {
  it('is none when all 21 checks hold', () => {
    expect(refusalOrder).toHaveLength(21);
    expect(firstRefusal(flawless)).toBeUndefined();
  });

  it.each(spoils)('is %s for 1 flaw of that kind', (code, spoil) => {
    const refusal = firstRefusal(spoil(flawless));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message.length).toBeGreaterThan(2);
  });

  it('is named by the first failing check, for any subset of 17 flaws', () => {
    // Claims are replaced whole by some flaws, so each is laid over what the ones before left.
    fc.assert(
      fc.property(fc.subarray(spoils, { minLength: 1 }), (chosen) => {
        const clash = ['NOT_YET_VALID', 'EXPIRED'];
        const one = chosen.filter(([code], _, all) => {
          return !(code === 'EXPIRED' && all.some(([other]) => other === clash[0]));
        });
        const spoiled = one.reduce((facts, [, spoil]) => spoil(facts), flawless);
        expect(firstRefusal(spoiled)?.code).toBe(one[0]![0]);
      }),
      { seed: 11, numRuns: 3000 },
    );
  });

  it.each([
    ['a key nobody enrolled', { key: 'unknown' }, 'KEY_UNKNOWN'],
    ['a key before its time', { key: { person: 'lena', validFrom: now + 1 } }, 'KEY_REVOKED'],
    [
      'a key after its time',
      { key: { person: 'lena', validFrom: 0, validUntil: now } },
      'KEY_REVOKED',
    ],
    [
      'a gate that is not open',
      { vote: { gateId: 'plan', opening: 1, open: undefined } },
      'GATE_CLOSED',
    ],
    [
      'an opening whose time is over',
      { vote: { gateId: 'plan', opening: 2, open: { ...gate, lapsed: true } } },
      'GATE_CLOSED',
    ],
    ['nobody who may give it', { rolesAllowed: ['finance'] }, 'ROLE_MISSING'],
    [
      'a stand-in of whoever made it',
      { vote: { gateId: 'plan', opening: 2, open: { ...gate, tied: ['olga'] } } },
      'SELF_APPROVAL',
    ],
    [
      'the other side of a stand-in that has voted',
      { vote: { gateId: 'plan', opening: 2, open: { ...gate, tied: ['lou'], voters: ['lou'] } } },
      'ALREADY_VOTED',
    ],
    [
      'a document that is not there',
      { vote: undefined, current: { what: 'x', digest: undefined } },
      'DIGEST_STALE',
    ],
  ] as [string, Partial<CommandFacts>, RefusalCode][])('meets %s', (_, change, code) => {
    expect(firstRefusal({ ...flawless, ...change })?.code).toBe(code);
  });

  it.each([
    ['decide', 14 * 86_400, undefined],
    ['decide', 14 * 86_400 + 1, 'MALFORMED'],
    ['take', 86_400, undefined],
    ['take', 86_401, 'MALFORMED'],
    ['take', 0, 'MALFORMED'],
    ['take', -5, 'MALFORMED'],
  ])('lets %s live for %d seconds: %s', (kind, life, code) => {
    const { vote: _, ...facts } = flawless;
    const claims = { ...flawless.claims!, kind, exp: now + life };
    expect(firstRefusal({ ...facts, claims })?.code).toBe(code);
  });

  it('forgives a clock that is 60 seconds ahead', () => {
    const claims = { ...flawless.claims!, iat: now + 60, exp: now + 120 };
    expect(firstRefusal({ ...flawless, claims })).toBeUndefined();
  });
});

describe('who may give a command', () => {
  it.each([
    ['take', 'on-call engineering operations'],
    ['updated', 'customer-success on-call engineering operations legal management'],
    ['halt', 'on-call engineering operations finance legal'],
    ['receipt', 'management legal'],
    ['propose-fix', 'engineering on-call'],
    ['redraft', 'legal finance operations'],
    ['correct-fact', 'legal finance operations'],
    ['submit-letter', 'customer-success legal'],
  ])('%s: %s', (kind, roles) => {
    expect(rolesFor(kind)?.join(' ')).toBe(roles);
  });

  it.each(['decide', 'answer', 'toString'])('%s has a rule of its own', (kind) => {
    expect(rolesFor(kind)).toBeUndefined();
  });
});
