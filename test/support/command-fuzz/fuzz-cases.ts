import { sign } from 'node:crypto';
import { kidOf } from '../../../proof/key-id';
import { expectedCode } from './expected-code';
import type { Draft } from '../../adapters/decision-desk';
import type { FuzzWorld } from './fuzz-world';

/** A text that is sent, and what it has to be answered: one of these. */
export type Case = {
  what: string;
  /** Whose desk it is sent to; `registry` for a command about people. */
  to: string;
  jws: string;
  expected: readonly string[];
  /** Sent only when everything of the first phase has been answered. */
  later?: true;
  /** Its answer is looked at itself: it goes as an update. */
  answered?: true;
};

type Make = (world: FuzzWorld) => Case[];
type Said = Omit<Case, 'what'>;

const accepted = ['accepted'];

/** A vote or an update that nothing speaks against. */
function valid(world: FuzzWorld): Said {
  if (world.pick(3) > 0) {
    const { by, incidentId } = world.nextVote();
    return { to: incidentId, jws: world.desk.sign(by, world.vote(incidentId)), expected: accepted };
  }
  const to = world.one(world.incidents);
  return { to, jws: world.desk.sign('carla', world.update(to)), expected: accepted };
}

/** A vote by somebody who has none left to give: it is meant to be refused before that shows. */
function spare(world: FuzzWorld): { to: string; by: string } {
  return { to: world.one(world.incidents), by: world.one(world.voters) };
}

function flipped(world: FuzzWorld, jws: string): string {
  const place = world.pick(jws.length);
  const other = String.fromCharCode(jws.charCodeAt(place) ^ (1 << world.pick(8)));
  return jws.slice(0, place) + other + jws.slice(place + 1);
}

/** Signs texts as they stand: what no honest program writes. */
function signedAsIs(world: FuzzWorld, given: { by: string; header: string; payload: string }) {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const input = `${encode(given.header)}.${encode(given.payload)}`;
  const signature = sign(null, Buffer.from(input), world.desk.keys.get(given.by)!);
  return `${input}.${signature.toString('base64url')}`;
}

const textOf = (part: string | undefined) => Buffer.from(part ?? '', 'base64url').toString();

/** A valid command of a spare voter, taken apart. */
function parts(world: FuzzWorld): { to: string; by: string; header: string; payload: string } {
  const { to, by } = spare(world);
  const [header, payload] = world.desk.sign(by, world.vote(to)).split('.');
  return { to, by, header: textOf(header), payload: textOf(payload) };
}

const refused = (said: Omit<Said, 'expected'>, ...expected: string[]): Said => {
  return { ...said, expected };
};

const byVoter = (world: FuzzWorld, wrong: { change: Partial<Draft>; code: string }): Said => {
  const { to, by } = spare(world);
  return refused({ to, jws: world.desk.sign(by, world.vote(to, wrong.change)) }, wrong.code);
};

/** Each class of commands with its share of all. */
export const classes: readonly { what: string; share: number; make: Make }[] = [
  { what: 'valid', share: 34, make: all((world) => [valid(world)]) },
  { what: 'the same bytes again', share: 5, make: all(copies) },
  { what: 'a bit flipped', share: 22, make: all((world) => [damaged(world)]) },
  { what: 'the end cut off', share: 6, make: all((world) => [cut(world)]) },
  { what: 'parts in another order', share: 2, make: all((world) => [reordered(world)]) },
  { what: 'signed by another key', share: 6, make: all((world) => [otherKey(world)]) },
  { what: 'for another incident', share: 4, make: all((world) => [otherIncident(world)]) },
  {
    what: 'on another digest',
    share: 3,
    make: all((world) => [
      byVoter(world, { change: { subject: '4'.repeat(64) }, code: 'DIGEST_STALE' }),
    ]),
  },
  { what: 'on other evidence', share: 3, make: all((world) => [otherEvidence(world)]) },
  { what: 'at a closed gate', share: 3, make: all((world) => [closedGate(world)]) },
  {
    what: 'expired',
    share: 3,
    make: all((world) => [byVoter(world, { change: { signedAt: -7200 }, code: 'EXPIRED' })]),
  },
  {
    what: 'from the future',
    share: 2,
    make: all((world) => [byVoter(world, { change: { signedAt: 120 }, code: 'NOT_YET_VALID' })]),
  },
  {
    what: 'that lives too long',
    share: 1,
    make: all((world) => [byVoter(world, { change: { life: 15 * 86_400 }, code: 'MALFORMED' })]),
  },
  { what: 'oversized', share: 2, make: all((world) => [oversized(world)]) },
  { what: 'other bytes, same jti', share: 3, make: all(replay) },
  { what: 'without the role', share: 2, make: all((world) => [withoutRole(world)]) },
  { what: 'twice by 1 person, 2 keys', share: 1, make: all(twoKeys) },
  { what: 'revoked in mid-flight', share: 1, make: all(revocation) },
  { what: 'another algorithm', share: 2, make: all((world) => [otherAlgorithm(world)]) },
];

function all(make: (world: FuzzWorld) => Said[]): Make {
  return (world) => make(world).map((said) => ({ what: '', ...said }));
}

function copies(world: FuzzWorld): Said[] {
  const one: Said = { ...valid(world), answered: true };
  return [one, one, { ...one, later: true }];
}

/** With no head, with one of no chain, with one from before the gate was opened. */
function otherEvidence(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const turn = world.pick(3);
  const wrong = { seq: turn, hash: 'c'.repeat(64) };
  const evidenceHead = turn === 2 ? world.early.get(to) : wrong;
  const vote = world.vote(to);
  const body = { ...(vote.body as object), evidenceHead };
  const code = turn === 0 ? 'MALFORMED' : 'DIGEST_STALE';
  return refused({ to, jws: world.desk.sign(by, { ...vote, body }) }, code);
}

function damaged(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const draft = world.pick(2) === 0 ? world.vote(to) : world.update(to);
  const jws = flipped(world, world.desk.sign(by, draft));
  return refused({ to, jws }, expectedCode(jws, world.owners()));
}

function cut(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const jws = world.desk.sign(by, world.vote(to));
  return refused({ to, jws: jws.slice(0, world.pick(jws.length)) }, 'MALFORMED');
}

function reordered(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const [header, payload, signature] = world.desk.sign(by, world.vote(to)).split('.');
  return refused({ to, jws: [signature, payload, header].join('.') }, 'MALFORMED');
}

function otherKey(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const draft = world.vote(to, { iss: by });
  const turn = world.pick(3);
  if (turn === 0) return refused({ to, jws: world.desk.sign('stranger', draft) }, 'KEY_UNKNOWN');
  if (turn === 1) return refused({ to, jws: world.desk.sign('carla', draft) }, 'KEY_UNKNOWN');
  // Under the right key's id, so that only the signature tells.
  const header = { alg: 'EdDSA', kid: kidOf(world.desk.keys.get(by)!), typ: 'makewhole+jws' };
  const payload = textOf(world.desk.sign('stranger', draft).split('.')[1]);
  const forged = { by: 'stranger', header: JSON.stringify(header), payload };
  return refused({ to, jws: signedAsIs(world, forged) }, 'SIGNATURE_INVALID');
}

function otherIncident(world: FuzzWorld): Said {
  const { to, by } = spare(world);
  const unknown = world.pick(2) === 0;
  const other = world.incidents.find((each) => each !== to)!;
  const incident = unknown ? 'INC-2031-0001' : other;
  const jws = world.desk.sign(by, world.vote(incident));
  return refused({ to, jws }, unknown ? 'INCIDENT_UNKNOWN' : 'INCIDENT_OTHER');
}

function closedGate(world: FuzzWorld): Said {
  const body = { gate: 'close', opening: 1, decision: 'approve' };
  const other = world.pick(2) === 0 ? { gate: 'plan' } : { opening: 2 };
  return byVoter(world, { change: { body: { ...body, ...other } }, code: 'GATE_CLOSED' });
}

function oversized(world: FuzzWorld): Said {
  const { to, by, header, payload } = parts(world);
  const padded = payload.replace(/}$/, `${' '.repeat(17_000)}}`);
  return refused({ to, jws: signedAsIs(world, { by, header, payload: padded }) }, 'MALFORMED');
}

function replay(world: FuzzWorld): Said[] {
  const to = world.one(world.incidents);
  const jti = world.jti();
  const say = () => world.desk.sign('carla', world.update(to, { jti }));
  return [
    { to, jws: say(), expected: accepted },
    { to, jws: say(), expected: ['REPLAYED'], later: true },
  ];
}

function withoutRole(world: FuzzWorld): Said {
  const to = world.one(world.incidents);
  return refused({ to, jws: world.desk.sign('erin', world.vote(to)) }, 'ROLE_MISSING');
}

/** Both at the same time: one of them counts, whichever. */
function twoKeys(world: FuzzWorld): Said[] {
  const id = world.twoKeyed.pop();
  if (id === undefined) return [valid(world)];
  const to = world.one(world.incidents);
  const expected = ['accepted', 'ALREADY_VOTED'];
  const jws = [id, `${id}#2`].map((key) => world.desk.sign(key, world.vote(to, { iss: id })));
  const third = world.desk.sign(id, world.vote(to));
  return [
    ...jws.map((each) => ({ to, jws: each, expected })),
    { to, jws: third, expected: ['ALREADY_VOTED'], later: true },
  ];
}

/** The vote that is under way with the revocation counts or not; the one after it never does. */
function revocation(world: FuzzWorld): Said[] {
  const id = world.leaving.pop();
  if (id === undefined) return [valid(world)];
  const [here, there] = [world.incidents[0]!, world.incidents[1]!];
  const body = { id, compromised: false, reason: 'a test' };
  const away = world.desk.sign('admin', { kind: 'people-revoke', body, jti: world.jti() });
  return [
    { to: here, jws: world.desk.sign(id, world.vote(here)), expected: ['accepted', 'KEY_REVOKED'] },
    { to: 'registry', jws: away, expected: accepted, answered: true },
    {
      to: there,
      jws: world.desk.sign(id, world.vote(there)),
      expected: ['KEY_REVOKED'],
      later: true,
    },
  ];
}

function otherAlgorithm(world: FuzzWorld): Said {
  const { to, by, header, payload } = parts(world);
  const turn = world.pick(4);
  const headers = [
    header.replace('EdDSA', 'none'),
    header.replace('EdDSA', 'HS256'),
    header.replace('{', '{"crit":[],'),
    header.replace('{', '{"alg":"EdDSA",'),
  ];
  const jws = signedAsIs(world, { by, header: headers[turn]!, payload });
  return refused({ to, jws: turn === 0 ? jws.replace(/[^.]+$/, '') : jws }, 'MALFORMED');
}
