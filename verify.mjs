#!/usr/bin/env node
/**
 * Checks an exported file of evidence with nothing but Node: no database, no network, no packages.
 *
 *     node verify.mjs FILE [--instance KEYID] [--key PERSON=KEYID]... [--json]
 *
 * What is checked, byte by byte, stands in docs/evidence-format.md; the numbers of rules below are
 * those of that page. Exit 0: everything holds. 3: it does not, with the first line at which that
 * shows. 2: there is no such file, or it is none of evidence. It reads line by line and keeps
 * digests, not texts.
 */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';

class Broken extends Error {}
/** Stops at the first thing that is not as it must be. */
const must = (holds, what) => {
  if (!holds) throw new Broken(typeof what === 'function' ? what() : what);
};

// --- Bytes: canonical JSON, digests, trees, signatures (rules 1 to 4) ---

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const hex = (content) => sha256(content).toString('hex');

/** RFC 8785 for what may stand here: whole numbers, strings, booleans, null, arrays, objects. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).sort(); // By UTF-16 code units, as RFC 8785 wants it.
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(',')}}`;
  }
  must(typeof value !== 'number' || Number.isSafeInteger(value), 'a number that is not whole');
  if (typeof value === 'string') must(value.isWellFormed?.() ?? true, 'half a surrogate pair');
  return JSON.stringify(value);
}
const digest = (value) => hex(canonical(value));
const same = (one, other) => canonical(one) === canonical(other);

const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);
const leafHash = (leaf) => sha256(Buffer.of(0), leaf);

function rootOf(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const next = [];
    for (let i = 0; i < level.length; i += 2) {
      next.push(i + 1 < level.length ? nodeHash(level[i], level[i + 1]) : level[i]);
    }
    level = next;
  }
  return (level[0] ?? sha256()).toString('hex');
}

/** RFC 9162 §2.1.3.2. */
function provesInclusion({ leaf, index, size, path, root }) {
  let [hash, place, last] = [leaf, index, size - 1];
  for (const neighbour of path) {
    if (last === 0 || !/^[0-9a-f]{64}$/.test(neighbour)) return false;
    const other = Buffer.from(neighbour, 'hex');
    while (place % 2 === 0 && place === last) [place, last] = [place / 2, Math.floor(last / 2)];
    hash = place % 2 === 1 ? nodeHash(other, hash) : nodeHash(hash, other);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash.toString('hex') === root;
}

const utf8 = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
const codePoints = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const membersOf = (value) =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.values(value).reduce(
        (sum, inner) => sum + membersOf(inner),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

/** JSON in which no member stands twice: with its strings away, each colon belongs to a member. */
function readJson(text) {
  const value = JSON.parse(text);
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
  must(colons === membersOf(value), 'JSON in which a member stands twice');
  return value;
}

/** The parts of a compact JWS, whose base64url is the only one for its bytes. */
function readJws(jws, typ) {
  must(typeof jws === 'string' && jws.split('.').length === 3, 'not a compact JWS');
  const parts = jws.split('.').map((part) => {
    const bytes = Buffer.from(part, 'base64url');
    must(bytes.toString('base64url') === part, 'base64url with idle bits or padding');
    return bytes;
  });
  const texts = parts.slice(0, 2).map((bytes) => utf8(bytes));
  const [header, payload] = texts.map((text) => readJson(text));
  must(same(Object.keys(header).sort(), ['alg', 'kid', 'typ']), 'a JWS with another header');
  must(header.alg === 'EdDSA' && header.typ === typ, `expected a JWS of ${typ}`);
  const input = Buffer.from(jws.slice(0, jws.lastIndexOf('.')), 'ascii');
  return { kid: header.kid, payload, text: texts[1], input, signature: parts[2] };
}

function signatureHolds({ input, signature }, { crv, kty, x }) {
  const key = createPublicKey({ key: { crv, kty, x }, format: 'jwk' });
  return signature.length === 64 && verifySignature(null, input, key, signature);
}

const kidOf = ({ crv, kty, x }) => sha256(canonical({ crv, kty, x })).toString('base64url');

/** Decimal texts as whole numbers of 10^-8, so that sums are exact. */
function amountOf(text) {
  const [, whole, fraction = ''] = /^(0|[1-9]\d*)(?:\.(\d{1,8}))?$/.exec(text) ?? [];
  must(whole !== undefined, () => `not an amount: ${JSON.stringify(text)}`);
  return BigInt(whole + fraction.padEnd(8, '0'));
}
const sumOf = (texts) => texts.reduce((sum, text) => sum + amountOf(text), 0n);

// --- The registry of people, as it stood after any of its entries (rule 6) ---

const day = 86_400;
const later = (at, seconds) => new Date(Date.parse(at) + seconds * 1000).toISOString();
/** What was under way may be that much older than what was written before it. */
const underWay = 3600;

/** The y of points of small order: whoever has such a key, every signature holds. */
const smallOrder = new Set([
  ...[0n, 1n, 2n ** 255n - 20n],
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);
function isSound({ crv, kty, x }) {
  const bytes = Buffer.from(x, 'base64url');
  if (crv !== 'Ed25519' || kty !== 'OKP' || bytes.length !== 32) return false;
  const y = BigInt(`0x${bytes.reverse().toString('hex')}`) % 2n ** 255n;
  return y < 2n ** 255n - 19n && !smallOrder.has(y);
}
const isLive = ({ revokedAt, endedAt }) => revokedAt === undefined && endedAt === undefined;
const isTime = (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
const utc = (instant) => new Date(instant).toISOString();

class Registry {
  #entries = [];
  #states = [{ people: {}, keys: {}, standIns: [], asked: {} }];
  #instance;

  constructor(instance) {
    this.#instance = instance;
  }

  add(entry, prevHash) {
    this.#entries.push(entry);
    const before = this.#states.at(-1);
    if (entry.kind === 'person') this.#requireAdmin(before, { entry, prevHash });
    this.#states.push(entry.kind === 'person' ? told(before, entry) : before);
  }

  /** People and keys once entries 1 to `seq` had been written. */
  asOf(seq) {
    must(this.#states[seq] !== undefined, `there is no entry ${seq} of the registry`);
    return this.#states[seq];
  }

  get now() {
    return this.#states.at(-1);
  }

  /** Whether the registry up to `seq` can be what `at` an act was judged by. */
  isOf(seq, at) {
    return this.#entries.every((entry) => {
      if (entry.kind !== 'person') return true;
      return entry.seq <= seq ? entry.at <= later(at, underWay) : later(entry.at, underWay) >= at;
    });
  }

  /** Keys of whoever was an admin at any time. */
  get adminKeys() {
    const admins = new Set(
      this.#states.flatMap(({ people }) => {
        return Object.keys(people).filter((id) => people[id].roles.includes('admin'));
      }),
    );
    return Object.entries(this.now.keys).filter(([, { person }]) => admins.has(person));
  }

  /** When a key, or whoever's it is, was revoked; undefined where neither ever was. */
  revokedAt(kid) {
    const { people, keys } = this.now;
    const { person, revokedAt } = keys[kid];
    return [revokedAt, people[person].revokedAt].filter((each) => each !== undefined).sort()[0];
  }

  /** Admins change it, most things two of them once there are two. */
  #requireAdmin(before, { entry, prevHash }) {
    const { seq, at, actor, body } = entry;
    if (body.did === 'first-admin') {
      must(
        Object.keys(before.people).length === 0 && actor === 'makewhole',
        'a second first admin',
      );
      const { instanceKey = this.#instance.kid } = body;
      must(instanceKey === this.#instance.kid, 'the registry began under another instance');
      must(body.roles.includes('admin'), 'a first admin who is none');
      return;
    }
    if (body.did === 'break-glass') {
      this.#requireInstance(body, prevHash);
      return;
    }
    const admins = activeAdmins(before);
    must(admins.includes(actor), `${actor} changed the registry without being an admin`);
    must(typeof body.jwsDigest === 'string', `nobody signed entry ${seq} of the registry`);
    if (!needsSecond(before, { admins, actor, body })) {
      must(body.confirms === undefined, `entry ${seq} of the registry confirms without need`);
      return;
    }
    const first = before.asked[body.confirms];
    must(
      first !== undefined && first.actor !== actor,
      'a change by one admin where two are needed',
    );
    must(first.command === didBy[body.did], `entry ${seq} of the registry confirms another kind`);
    must(at < first.waitsUntil && admins.includes(first.actor), 'a change confirmed too late');
  }

  /** Nobody was left who could make an admin: the instance's own key made one. */
  #requireInstance({ id, key, reasonDigest, instrument }, after) {
    const read = readJws(instrument, 'makewhole-instrument+jws');
    must(read.kid === this.#instance.kid, 'a break-glass by another instance');
    must(signatureHolds(read, this.#instance), 'a break-glass that is not signed');
    const payload = { act: 'break-glass', id, key, reasonDigest, after };
    must(read.text === canonical(payload), 'a break-glass for somebody else');
  }
}

/** Actors and chains that are no people. */
const reserved = new Set(['makewhole', 'registry']);

const liveKeys = ({ keys }, id) =>
  Object.values(keys).filter((key) => key.person === id && isLive(key));

const activeAdmins = (state) =>
  Object.entries(state.people)
    .filter(([id, { roles, revokedAt }]) => {
      return roles.includes('admin') && revokedAt === undefined && liveKeys(state, id).length > 0;
    })
    .map(([id]) => id);

function needsSecond({ people }, { admins, actor, body: { did, id } }) {
  if (did === 'asked' || !admins.some((admin) => admin !== actor)) return false;
  const takesAway = did === 'revoked' || did === 'key-revoked';
  return !takesAway || people[id]?.roles.includes('admin') === true;
}

/** What one entry about people makes of the registry before it, which stays as it is. */
function told(before, { at, actor, body }) {
  const state = structuredClone(before);
  const { did, id } = body;
  const { people, keys } = state;
  const addKey = (kid) => {
    must(!reserved.has(id), `somebody is enrolled as ${id}`);
    keys[kid] ??= { person: id, from: at, compromised: false };
    must(keys[kid].person === id, `key ${kid} is enrolled for two people`);
  };
  const revokeKey = (key, compromised) => {
    key.revokedAt ??= at;
    key.compromised ||= compromised === true;
  };
  const revoke = (who, compromised) => {
    must(people[who] !== undefined, `${who} was revoked and never enrolled`);
    people[who].revokedAt ??= at;
    for (const key of Object.values(keys)) if (key.person === who) revokeKey(key, compromised);
  };
  const enrol = ({ roles, interests, key }) => {
    addKey(key);
    people[id] = { roles, interests };
  };
  const does = {
    'first-admin': () => enrol(body),
    enrolled: () => enrol(body),
    changed: () => {
      must(people[id] !== undefined, `${id} was changed and never enrolled`);
      const { roles = people[id].roles, interests = people[id].interests } = body;
      Object.assign(people[id], { roles, interests });
    },
    'key-added': () => {
      addKey(body.key);
      if (body.ends === undefined) return;
      must(keys[body.ends]?.person === id, `key ${body.ends} ended for somebody else`);
      keys[body.ends].endedAt ??= at;
    },
    'key-revoked': () => {
      must(keys[body.key]?.person === id, `key ${body.key} was revoked for somebody else`);
      revokeKey(keys[body.key], body.compromised);
    },
    revoked: () => revoke(id, body.compromised),
    'stand-in': () => {
      const { standIn, from, until } = body;
      state.standIns.push({ person: id, standIn, from: utc(from), until: utc(until) });
    },
    'break-glass': () => {
      for (const admin of activeAdmins(state)) if (admin !== id) revoke(admin);
      for (const key of Object.values(keys)) if (key.person === id) revokeKey(key);
      enrol(body);
    },
    asked: () => {
      const { jti, command, bodyDigest, waitsUntil } = body;
      must(waitsUntil === later(at, day), 'a change that waits for longer than a day');
      state.asked[jti] = { actor, command, bodyDigest, waitsUntil };
    },
  };
  must(Object.hasOwn(does, did), `the registry says that somebody ${did}`);
  does[did]();
  if (body.confirms !== undefined) delete state.asked[body.confirms];
  return state;
}

/** Who counts as one with somebody: whoever stood in for them, or they for, while a gate waited. */
function tiedTo(standIns, { person, openedAt, at }) {
  return standIns.flatMap((each) => {
    if (each.from > at || each.until <= openedAt) return [];
    if (each.person === person) return [each.standIn];
    return each.standIn === person ? [each.person] : [];
  });
}

/** What an entry about people has to say by the signed text; what is personal stays there. */
function wordsOf({ kind, body }) {
  const {
    id,
    roles,
    interests,
    timeZone,
    calendar,
    key,
    compromised,
    ends,
    name: _,
    ...rest
  } = body;
  const place = { ...(timeZone && { timeZone }), ...(calendar && { calendar }) };
  const keyOf = (pem) => {
    const { crv, kty, x } = createPublicKey(pem).export({ format: 'jwk' });
    return kidOf({ crv, kty, x });
  };
  const kinds = {
    'people-add': () => ({
      ...{ did: 'enrolled', id, roles, key: keyOf(body.publicKey), interests, ...place },
    }),
    'people-change': () => ({
      ...{
        did: 'changed',
        id,
        parts: Object.keys(body)
          .filter((part) => part !== 'id')
          .sort(),
      },
      ...(roles && { roles }),
      ...(interests && { interests }),
      ...place,
    }),
    'people-add-key': () => ({
      ...{ did: 'key-added', id, key: keyOf(body.publicKey) },
      ...(ends && { ends }),
    }),
    'people-revoke-key': () => ({ did: 'key-revoked', id, key, compromised }),
    'people-revoke': () => ({ did: 'revoked', id, compromised }),
    'people-stand-in': () => {
      return { did: 'stand-in', id, standIn: rest.standIn, from: rest.from, until: rest.until };
    },
  };
  must(Object.hasOwn(kinds, kind), `${kind} is no command about people`);
  return kinds[kind]();
}

// --- Gates: who had to agree, who did (rules 8 and 9) ---

/** A gate that would lapse on days off waits until the next working day is over. */
const monthOff = 31 * day;

/** The seats that have to be filled at least, by kind of gate. */
const leastSeats = [
  [/^letters\/./, [['customer-success'], ['legal']]],
  [/^plan$/, [['legal'], ['finance']], ['management']],
  [/^unfreeze$/, [['engineering'], ['operations', 'legal']]],
  [/^difference$/, [['finance'], ['operations']]],
  [/^close$/, [['legal'], ['management']]],
];

/** Whether every seat can be given to another of these people, each a list of roles. */
function fills(seats, people) {
  const sits = new Map();
  const seat = (index, asked) =>
    people.some((roles, who) => {
      if (asked.has(who) || !roles.some((role) => seats[index].includes(role))) return false;
      asked.add(who);
      if (sits.has(who) && !seat(sits.get(who), asked)) return false;
      sits.set(who, index);
      return true;
    });
  return seats.every((_, index) => seat(index, new Set()));
}

/** What plans come to, by currency: all of it, and the largest line. */
function sizesOf(manifests) {
  const sizes = new Map();
  for (const { totals } of manifests.flatMap(({ deals }) => deals)) {
    const { currency, out, in: called, units, letStand, largest } = totals;
    const sum = sumOf([...Object.values(out), ...Object.values(called), units, letStand]);
    const [total, most] = sizes.get(currency) ?? [0n, 0n];
    const line = amountOf(largest);
    sizes.set(currency, [total + sum, line > most ? line : most]);
  }
  return sizes;
}

/** The further seats of a plan, by what it and those before it come to and the policy. */
function furtherSeats({ approvalTiers }, manifest, earlier) {
  const tiers = approvalTiers?.value ?? [];
  const before = sizesOf(earlier);
  const sizes = [...sizesOf([manifest])].map(([currency, [total, line]]) => {
    return [currency, [total + (before.get(currency)?.[0] ?? 0n), line]];
  });
  const reached = sizes.map(([currency, [total, line]]) => {
    if (tiers.every(({ from }) => from[currency] === undefined)) return tiers.length;
    return (
      tiers.findLastIndex(({ from: { [currency]: from } }) => {
        return from && (total >= amountOf(from.total) || line >= amountOf(from.line));
      }) + 1
    );
  });
  const sets = tiers[Math.max(0, ...reached) - 1]?.further;
  return sets?.map((roles) => roles.map((role) => [role]));
}

/** What an opening is over by; the last is the next opening, while this one waits. */
const ends = new Set(['gate-expired', 'gate-withdrawn', 'superseded']);

/** How an opening stood before entry `seq`, by what became of it. */
function standing({ events }, seq = Infinity) {
  const kinds = events.filter((each) => each.seq < seq).map(({ kind }) => kind);
  const isOver = kinds.some((kind) => ends.has(kind));
  const verdict = kinds.findLast((kind) => !ends.has(kind));
  const isDecided = verdict === 'gate-passed' || verdict === 'gate-rejected';
  return { isOver, isDecided, isPassed: verdict === 'gate-passed' && !isOver };
}

function tally({ seats, further = [[]], receiptFrom }, votes, receipts) {
  if (votes.some(({ decision }) => decision === 'reject')) return 'rejected';
  const people = votes.map(({ roles }) => roles);
  const filled = further.some((set) => fills([...seats, ...set], people));
  const received =
    receiptFrom === undefined ||
    receipts.some(({ roles }) => roles.some((role) => receiptFrom.includes(role)));
  return filled && received ? 'passed' : 'open';
}

// --- The file, line by line ---

const sections = 'registry key incident policy command plan row certificate head'.split(' ');
const members = {
  entry: ['chain', 'entry', 'hash', 'prevHash', 'type'],
  key: ['crv', 'kid', 'kty', 'type', 'x'],
  policy: ['text', 'type'],
  command: ['chain', 'jti', 'jws', 'type'],
  plan: ['digest', 'manifest', 'type'],
  line: ['line', 'plan', 'type'],
  row: ['index', 'leaf', 'path', 'root', 'size', 'type'],
  certificate: ['basis', 'certificate', 'deal', 'holds', 'type'],
  head: ['jws', 'type'],
  seal: ['jws', 'type'],
};
const envelopeMembers = ['body', 'exp', 'iat', 'incident', 'iss', 'jti', 'kind', 'subject'];
const recomputedMembers = [
  ...['asRecorded', 'asShouldHaveBeen', 'deal', 'differences', 'mismatches'],
];
const lineMembers = 'amount computed currency deal investor leg payee payer sequence when'.split(
  ' ',
);

const legs = new Set([
  ...['compensation', 'interest', 'refund', 'call', 'transfer-out', 'transfer-in', 'repurchase'],
  ...['let-stand', 'residue'],
]);
const branches = new Set(['always', 'accepted', 'declined', 'silent']);
const account = /^(firm|(escrow|spv|investor|residue):.+)?$/;
const dealMembers = ['deal', 'dealDigest', 'lines', 'reasons', 'remedy', 'root', 'totals'];
const totalsMembers = ['currency', 'in', 'largest', 'letStand', 'out', 'units'];

/** Kinds of commands in which people are named: their texts may be left out. */
const personal = new Set([
  ...['answer', 'correct-fact', 'explain-contradiction', 'open', 'people-add', 'people-change'],
  ...['submit-letter', 'updated'],
]);
const didBy = {
  enrolled: 'people-add',
  changed: 'people-change',
  'key-added': 'people-add-key',
  'key-revoked': 'people-revoke-key',
  revoked: 'people-revoke',
  'stand-in': 'people-stand-in',
};

/** Which kind of command an entry of a kind seals; those about people say so themselves. */
const commandKinds = {
  answered: 'answer',
  explained: 'explain-contradiction',
  fact: 'correct-fact',
  'further-fact': 'correct-fact',
  'letter-text': 'submit-letter',
  opened: 'open',
  'update-given': 'updated',
  vote: 'decide',
  receipt: 'receipt',
  'vote-withdrawn': 'withdraw-vote',
  'asked-again': 'ask-again',
  taken: 'take',
  'fix-proposed': 'propose-fix',
  redraft: 'redraft',
  'form-delegated': 'delegate-form',
  halted: 'halt',
  resumed: 'resume',
  'severity-asked': 'lower-severity',
  'severity-lowered': 'lower-severity',
  'clock-met': 'meet-clock',
  'payment-word': 'resolve-payment',
  'letter-sent': 'resolve-letter',
  'letter-not-sent': 'resolve-letter',
};
/** Kinds of entries that nobody but a person's command makes. */
const byPeople = new Set(Object.keys(commandKinds));
for (const kind of ['letter-text', 'letter-sent']) byPeople.delete(kind);
/** Facts of deals and investors that no plan is made from. */
const furtherFacts = new Set(
  'first_sale_on discovered_on offered_on distributed_on return_filed_on'.split(' '),
);

/** What is laid before a gate: the gate, and the digest. */
const laidBy = {
  'plan-drafted': ({ digest: plan }) => `plan ${plan}`,
  'letter-text': ({ stage, digest: text }) => `letters/${stage} ${text}`,
  'fix-verified': ({ holds, reportDigest }) => holds === true && `unfreeze ${reportDigest}`,
  'post-mortem': ({ digest: text }) => `close ${text}`,
};

/** Which kind of command an entry seals. */
function commandKindOf({ kind, body }) {
  if (kind === 'person') return didBy[body.did] ?? body.command;
  return kind === 'refusal' ? body.kind : commandKinds[kind];
}

/** What people decide at: they sign the head of the chain as it was when it lay before them. */
const deciding = new Set(['decide', 'withdraw-vote', 'ask-again', 'receipt']);
/** Members of entries that are digests of what was signed, by the names of both. */
const digestsOf = {
  answersDigest: 'answers',
  explanationDigest: 'explanation',
  reasonDigest: 'reason',
  sourceDigest: 'source',
  textDigest: 'text',
  valueDigest: 'value',
};

/** What becomes of an opening; `gate-opened` is what takes a verdict back. */
const gateEvents = new Set([
  ...['gate-passed', 'gate-rejected', 'gate-opened', 'gate-expired', 'gate-withdrawn'],
]);

const withRows = new Set([
  ...['payment-intent', 'payment-outcome', 'register-change', 'invoice', 'receipt-matched'],
  ...['letter-queued', 'letter-sent', 'scanned', 'recomputed'],
]);
const walks = new Set(['scanned', 'recomputed']);

/** A file as it is read; every method checks the lines of one section. */
class Check {
  lines = 0;
  #digest = createHash('sha256');
  #section = -1;
  #incident;
  #instance;
  #registry;
  #policy;
  #policyDigest;
  #hashes = {};
  #keys = {};
  #sealed = new Set();
  #dossiers = new Map();
  #laid = new Set();
  #closed = false;
  #registryRead = 0; // The registry never falls back from one command to the next.
  #lettersSent = new Set();
  #invoiced = new Set();
  #sealing = []; // Entries that seal a command, in order, until its text has come.
  #votes = []; // What counts at gates, with the entry that sealed it.
  #receipts = [];
  #withdrawals = [];
  #gates = new Map();
  #levelsAsked = new Map();
  #begunPlans = new Set();
  #effects = []; // Entries that need a gate to have passed.
  #drafted = [];
  #plans = new Map();
  #plan;
  #makers = { plan: [], texts: [], fixes: new Map(), reports: new Map() };
  #roots = []; // Roots whose rows are to come, in order.
  #leaves = [];
  #decimals = {};
  #intents = new Map();
  #queued = new Map(); // The stage each letter is of.
  #wordsOnLetters = [];
  #receiptsRead = new Set();
  #certificates = new Map();
  #walks = { scanned: undefined, recomputed: undefined }; // The root of the last of each.
  #walked = new Map(); // What each of them has a certificate of, by its root.
  #pages = []; // Entries at which a page of the runbook was turned.
  #headsSeen = {};
  #last = {};
  signers = {}; // The keys that people signed with, and those of admins.
  compromised = []; // What was accepted by keys that turned out to be so.
  counts = {
    commands: 0,
    withheld: 0,
    gatesPassed: 0,
    plans: 0,
    rows: 0,
    settled: {},
  };

  take(bytes) {
    must(!this.isSealed, 'a line after the seal');
    const text = utf8(bytes);
    const line = JSON.parse(text);
    must(canonical(line) === text, 'the line is not canonical JSON');
    if (this.lines === 0) this.#begin(line);
    else if (line.type === 'seal') this.#end(line);
    else this.#next(line);
    this.#digest.update(bytes).update('\n');
    this.lines += 1;
  }

  #begin({ type, version, incident, instance, ...others }) {
    this.isEvidence = type === 'makewhole-evidence';
    must(this.isEvidence && version === 1, 'not a file of evidence, version 1');
    must(Object.keys(others).length === 0, 'a first line with more than it may have');
    must(/^INC-\d{4}-\d{4,}$/.test(incident), 'no incident is named');
    this.#incident = incident;
    this.#instance = instance;
    this.instance = kidOf(instance);
    this.#registry = new Registry({ ...instance, kid: this.instance });
    this.#hashes = { registry: [], [incident]: [] };
  }

  #next(line) {
    must(Object.hasOwn(members, line.type), `a line of type ${line.type}`);
    must(same(Object.keys(line), members[line.type]), `other members than a ${line.type} has`);
    const { type, chain } = line;
    const name = { entry: chain === 'registry' ? chain : 'incident', line: 'plan' }[type] ?? type;
    const section = sections.indexOf(name);
    must(section >= this.#section, `a ${type} after the section it belongs to`);
    while (this.#section < section) this.#leave(sections[this.#section++]);
    if (type === 'entry') this.#entry(line);
    if (type === 'key') this.#key(line);
    if (type === 'policy') this.#bindPolicy(line);
    if (type === 'command') this.#command(line);
    if (type === 'plan') this.#beginPlan(line);
    if (type === 'line') this.#planLine(line);
    if (type === 'row') this.#row(line);
    if (type === 'certificate') this.#certificate(line);
    if (type === 'head') this.#head(line);
  }

  /** What can only be said once a section is over. */
  #leave(section) {
    if (section === 'key') this.#keysAreComplete();
    if (section === 'incident') this.#expectRows();
    if (section === 'policy') must(this.#policy !== undefined, 'the policy is missing');
    if (section === 'command') for (const left of this.#sealing) this.#withheld(left);
    if (section === 'plan') this.#endPlans();
    if (section === 'row') this.#endRows();
    if (section === 'certificate') this.#noCertificateIsMissing();
    if (section === 'head') this.#headsAreThere();
  }

  #ascending(section, key) {
    const last = this.#last[section];
    must(last === undefined || codePoints(last, key) < 0, `${section} lines out of order`);
    this.#last[section] = key;
  }

  // Rule 5: the chains.
  #entry({ chain, entry, prevHash, hash }) {
    const hashes = this.#hashes[chain];
    must(hashes !== undefined, `an entry of the chain ${chain}`);
    const seq = hashes.length + 1;
    must(same(Object.keys(entry), ['actor', 'at', 'body', 'kind', 'seq']), 'not an entry');
    must(entry.seq === seq, `expected entry ${seq} of ${chain}, found ${entry.seq}`);
    must(prevHash === (hashes[seq - 2] ?? '0'.repeat(64)), `entry ${seq} follows another`);
    must(hex(prevHash + canonical(entry)) === hash, `entry ${seq} of ${chain} was changed`);
    must(isTime(entry.at), `entry ${seq} has no time`);
    hashes.push(hash);
    this.#gather({ chain, entry, prevHash });
  }

  #gather({ chain, entry, prevHash }) {
    const { kind, body, seq, actor } = entry;
    const signed = kind !== 'refusal' || typeof body.person === 'string';
    const seals = signed && typeof body.jwsDigest === 'string';
    if (seals) this.#seal({ chain, entry });
    else {
      const person = actor !== 'makewhole' && kind !== 'first-known';
      must(!person && !byPeople.has(kind), `entry ${seq} of ${chain}: nobody signed it`);
    }
    if (kind === 'dossier' && !this.#dossiers.has(body.digest)) {
      this.#dossiers.set(body.digest, seq);
    }
    if (kind === 'receipt') {
      must(this.#dossiers.has(body.subject), `entry ${seq}: a receipt of no dossier`);
    }
    if (chain === 'registry') {
      this.#registry.add(entry, prevHash);
      return;
    }
    const makers = this.#makers;
    if (kind === 'opened') {
      must(this.#policyDigest === undefined, `entry ${seq}: the incident was opened twice`);
      this.#policyDigest = body.packDigest;
    }
    if (Object.hasOwn(laidBy, kind)) this.#laid.add(laidBy[kind](body));
    if (kind === 'fact' || kind === 'further-fact') {
      const isFurther = body.subject === 'incident' || furtherFacts.has(body.name);
      must(isFurther === (kind === 'further-fact'), `entry ${seq}: a fact of the other kind`);
    }
    if (kind === 'opened' || kind === 'fact') makers.plan.push({ person: actor, seq });
    if (kind === 'letter-text') makers.texts.push({ person: actor, seq, ...body });
    if (kind === 'fix-proposed') {
      must(body.attempt === makers.fixes.size + 1, `entry ${seq}: another attempt`);
      makers.fixes.set(body.attempt, actor);
    }
    if (kind === 'fix-verified') makers.reports.set(body.reportDigest, body.attempt);
    if (kind === 'gate-opened' && body.seats !== undefined) this.#openGate(entry);
    else if (gateEvents.has(kind)) this.#turnGate(entry);
    if (kind === 'payment-intent' || kind === 'invoice') {
      must(!this.#closed, `entry ${seq}: begun when the incident was closed`);
      this.#begunPlans.add(body.digest);
    }
    if (kind === 'plan-drafted') this.#drafted.push(entry);
    const isRoot = typeof body.root === 'string' && /^[0-9a-f]{64}$/.test(body.root);
    if (isRoot) this.#expectRoot(entry);
    must(isRoot || seals || !withRows.has(kind), `entry ${seq} seals no rows`);
    if (kind === 'letter-sent' && seals) this.#sentByWord(entry);
    if (kind === 'stage' || kind === 'closed') this.#pages.push(seq);
    this.#closed ||= kind === 'closed';
    const approvals = {
      'payment-intent': ['plan', body.digest],
      invoice: ['plan', body.digest],
      deployed: ['unfreeze', body.reportDigest],
      closed: ['close', body.postMortem],
    };
    if (approvals[kind] !== undefined) this.#needs(seq, approvals[kind]);
    if (kind === 'reconciled' && body.signedOff !== undefined) {
      this.#needs(seq, ['difference', body.signedOff]);
    }
    const isLift = kind === 'lifting' || kind === 'lifted';
    const known = !isLift || body.holds.every((hold) => /^(service|deal:.*)$/s.test(hold));
    must(known, `entry ${seq}: a hold on neither the service nor a deal`);
    if (isLift && body.holds.includes('service')) {
      this.#needs(seq, ['unfreeze', String(body.why).replace(/^unfreeze /, '')]);
    }
  }

  #seal({ chain, entry }) {
    const { jti, jwsDigest } = entry.body;
    for (const name of [`jti ${jti}`, `text ${jwsDigest}`]) {
      must(!this.#sealed.has(name), `entry ${entry.seq} of ${chain}: its command counts twice`);
      this.#sealed.add(name);
    }
    this.#sealing.push({ chain, entry });
  }

  #needs(seq, [gate, subject]) {
    this.#effects.push({ seq, gate, subject });
  }

  // Rule 6: keys, by the registry.
  #key({ kid, ...key }) {
    this.#ascending('key', kid);
    must(kidOf(key) === kid, `key ${kid} is another key`);
    must(isSound(key), `key ${kid} is none that anybody could sign with`);
    must(kid !== this.instance, `key ${kid} is the instance's`);
    this.#keys[kid] = key;
  }

  #keysAreComplete() {
    const kids = Object.keys(this.#registry.now.keys);
    must(kids.length === Object.keys(this.#keys).length, 'other keys than the registry names');
    for (const kid of kids) must(this.#keys[kid] !== undefined, `key ${kid} is missing`);
    for (const [kid, { person }] of this.#registry.adminKeys) this.#knows(person, kid);
  }

  #bindPolicy({ text }) {
    must(this.#policy === undefined, 'two policies');
    must(hex(text) === this.#policyDigest, 'the policy is not the one of the opening');
    this.policy = this.#policyDigest;
    this.#policy = readJson(text);
  }

  // Rule 7: commands, each with the entry that seals it.
  #command({ chain, jti, jws }) {
    let next = this.#sealing.shift();
    while (next !== undefined && (next.chain !== chain || next.entry.body.jti !== jti)) {
      this.#withheld(next);
      next = this.#sealing.shift();
    }
    must(next !== undefined, `no entry seals command ${jti}, or it comes out of order`);
    const { entry } = next;
    const { body, actor } = entry;
    must(hex(jws) === body.jwsDigest, `command ${jti} is not the text that was sealed`);
    const read = readJws(jws, 'makewhole+jws');
    const { iss, jti: signedJti, kind } = read.payload;
    must(same(Object.keys(read.payload).sort(), envelopeMembers), `${jti}: other members`);
    must(kind === commandKindOf(entry), `entry ${entry.seq} seals a command of kind ${kind}`);
    must(read.kid === body.kid && this.#keys[read.kid] !== undefined, `${jti}: another key`);
    must(signatureHolds(read, this.#keys[read.kid]), `${jti}: the signature does not hold`);
    must(iss === actor && signedJti === jti, `${jti}: counted for somebody else`);
    this.counts.commands += 1;
    this.#knows(actor, read.kid);
    const isOwn = this.#registry.now.keys[read.kid].person === actor;
    must(isOwn && (body.person ?? actor) === actor, `${jti}: signed by somebody else`);
    if (entry.kind !== 'refusal') this.#accepted({ chain, entry, signed: read.payload });
  }

  #withheld({ chain, entry }) {
    must(personal.has(commandKindOf(entry)), `the signed text of entry ${entry.seq} is missing`);
    if (entry.kind !== 'refusal') this.#entitled(chain, entry);
    this.counts.withheld += 1;
  }

  /** Whoever acted had the key and the roles that the entry says, text or no text. */
  #entitled(chain, { seq, at, kind, body, actor }) {
    const head = chain === 'registry' ? { seq: seq - 1 } : body.registryHead;
    if (chain !== 'registry') {
      const known = head.seq === 0 ? '0'.repeat(64) : this.#hashes.registry[head.seq - 1];
      must(known === head.hash, `entry ${seq} was accepted on another registry`);
      const follows = this.#registryRead <= head.seq && this.#registry.isOf(head.seq, at);
      must(follows, `entry ${seq} was accepted on the registry of another time`);
      this.#registryRead = head.seq;
    }
    const registry = this.#registry.asOf(head.seq);
    const [person, key] = [registry.people[actor], registry.keys[body.kid]];
    must(person !== undefined && key?.person === actor, `entry ${seq}: not a key of ${actor}`);
    const valid = person.revokedAt === undefined && isLive(key) && key.from <= at;
    must(valid, `entry ${seq}: the key was not valid`);
    if (this.#registry.now.keys[body.kid].compromised) {
      this.compromised.push({ chain, seq, kind, person: actor });
    }
    if (kind !== 'person' && body.roles !== undefined) {
      must(same(body.roles, person.roles), `entry ${seq}: the registry gave other roles`);
    }
    return registry;
  }

  #accepted({ chain, entry, signed }) {
    const { seq, at, kind, body, actor } = entry;
    const registry = this.#entitled(chain, entry);
    const now = Date.parse(at) / 1000;
    const lifeMax = (signed.kind === 'decide' ? 14 : 1) * day;
    must(signed.iat <= now + 60 && now < signed.exp, `entry ${seq}: accepted outside its time`);
    must(signed.exp - signed.iat <= lifeMax, `entry ${seq}: signed for too long`);
    const named = signed.kind === 'open' ? 'registry' : chain;
    must(signed.incident === named, `entry ${seq}: signed for ${signed.incident}`);
    if (deciding.has(signed.kind)) this.#sawHead(entry, signed.body.evidenceHead);
    if (kind === 'person') this.#saysWhatWasSigned(entry, signed);
    else this.#saysNothingElse(entry, signed);
    this.#counts({ ...body, person: actor, seq, at, kind, registry, signed });
  }

  #counts(said) {
    const { kind, subject, signed, seq } = said;
    if (kind === 'vote') this.#vote(said);
    if (kind === 'vote-withdrawn') this.#withdraw(said);
    if (/^severity-(asked|lowered)$/.test(kind)) this.#lower(said);
    if (kind !== 'receipt') return;
    must(signed.subject === subject, `entry ${seq}: another receipt`);
    this.#receipts.push(said);
  }

  #saysWhatWasSigned({ seq, body }, { kind, body: signed }) {
    const { jti: _1, jwsDigest: _2, kid: _3, confirms, ...said } = body;
    const asks = digest({ kind, body: signed });
    const first = this.#registry.asOf(seq - 1).asked[confirms];
    must(first === undefined || first.bodyDigest === asks, `entry ${seq} confirms something else`);
    const { waitsUntil } = body;
    const asked = { did: 'asked', command: kind, bodyDigest: asks, waitsUntil };
    const wanted = body.did === 'asked' ? asked : wordsOf({ kind, body: signed });
    must(same(said, wanted), `entry ${seq} says something else than was signed`);
  }

  /** What an entry tells of a command that is in its signed text too stands there so. */
  #saysNothingElse({ seq, kind, body }, { subject, body: signed }) {
    const said = { subject, ...signed };
    for (const [name, value] of Object.entries(body)) {
      if (Object.hasOwn(said, name)) {
        must(same(value, said[name]), `entry ${seq}: ${name} is not what was signed`);
      }
      if (!Object.hasOwn(digestsOf, name)) continue;
      const text = signed[digestsOf[name]];
      must(text !== undefined && value === digest(text), `entry ${seq}: another ${name}`);
    }
    if (kind === 'payment-word') {
      const meant = [body.keys, body.word];
      must(same(meant, [[signed.key], signed.state]), `entry ${seq}: another word`);
    }
    const sent = { 'letter-sent': true, 'letter-not-sent': false }[kind];
    if (sent === undefined) return;
    const isNamed = signed.row === body.keys[0] || String(signed.row).startsWith(`${body.stage}/`);
    must(signed.sent === sent && isNamed, `entry ${seq}: another word`);
  }

  /** What somebody signed to have seen stands there still, and held what they decided on. */
  #sawHead({ seq, kind, body }, head) {
    must(head !== undefined, `entry ${seq}: decided without the head of the chain`);
    const { seq: seen, hash, ...others } = head;
    must(Object.keys(others).length === 0, `entry ${seq}: a head with other members`);
    const stands = seen < seq && this.#hashes[this.#incident][seen - 1] === hash;
    must(stands, `entry ${seq}: signed on another chain`);
    const { gate, opening, subject } = body;
    const since =
      kind === 'receipt' ? this.#dossiers.get(subject) : this.#gates.get(`${gate}#${opening}`)?.seq;
    must(since <= seen, `entry ${seq}: signed before that lay there`);
  }

  #vote(vote) {
    const { gate, opening, decision, subject, signed, seq } = vote;
    const { body } = signed;
    const meant = [body.gate, body.opening, body.decision, signed.subject];
    must(same(meant, [gate, opening, decision, subject]), `entry ${seq}: another vote`);
    this.#votes.push(vote);
  }

  /** Whoever has to be asked for their key ids, since the file cannot tell whose they are. */
  #knows(person, kid) {
    this.signers[person] = [...new Set([...(this.signers[person] ?? []), kid])];
  }

  #withdraw({ gate, opening, vote: jti, subject, signed, seq, person, kid }) {
    const { body } = signed;
    const meant = [body.gate, body.opening, signed.subject];
    must(same(meant, [gate, opening, subject]), `entry ${seq}: not withdrawn so`);
    const vote = this.#votes.find((each) => each.jti === jti);
    const own = vote?.person === person && vote.gate === gate && vote.opening === opening;
    must(own, `entry ${seq} withdraws no vote of ${person}`);
    must(vote.withdrawn === undefined, `entry ${seq} withdraws what was withdrawn`);
    [vote.withdrawn, vote.withdrawnBy] = [seq, kid];
    this.#withdrawals.push({ seq, gate, opening });
  }

  /** A level is asked for by one person, and lowered by another who signs the same. */
  #lower({ kind, jti, to, subject, with: others, signed, seq, at, person, roles, registry }) {
    const meant = [signed.body.to, signed.subject];
    must(same(meant, [to, subject]), `entry ${seq}: another level was signed`);
    const said = { seq, at, to, subject, person, roles };
    if (kind === 'severity-asked') {
      this.#levelsAsked.set(jti, said);
      return;
    }
    const first = others.map((each) => this.#levelsAsked.get(each));
    const agree = first.every((each) => each?.to === to && each.subject === subject);
    must(agree, `entry ${seq}: nobody asked for that level`);
    const tied = first.some((each) => {
      const ties = tiedTo(registry.standIns, { person, openedAt: each.at, at });
      return ties.includes(each.person);
    });
    must(!tied, `entry ${seq}: lowered by somebody and their stand-in`);
    const signers = new Map([...first, said].map((each) => [each.person, each.roles]));
    const both = fills([['management'], ['legal']], [...signers.values()]);
    must(both, `entry ${seq}: too few lowered the severity`);
  }

  // Rules 8 and 9: gates.
  #openGate({ seq, at, body }) {
    const { gate, opening, subject, seats, further, receiptFrom, expiresAt } = body;
    const [, least, receipt] = leastSeats.find(([form]) => form.test(gate)) ?? [];
    must(least !== undefined, `no rule is known for gate ${gate}`);
    must(same(receiptFrom ?? null, receipt ?? null), `gate ${gate}: another receipt`);
    const before = [...this.#gates.values()].filter((each) => each.gate === gate);
    const follows = opening === before.length + 1;
    must(follows, `gate ${gate}: opening ${opening} follows ${before.length}`);
    const isLaid = gate === 'difference' || this.#laid.has(`${gate} ${subject}`);
    must(isLaid && this.#pages.length > 0, `entry ${seq}: ${gate} is asked about nothing`);
    this.#supersede(before.at(-1), { seq, at, body });
    const rule = { seats, further, receiptFrom };
    this.#gates.set(`${gate}#${opening}`, {
      ...{ gate, opening, subject, rule, seq, expiresAt, least },
      earlier: this.#plansBefore(subject),
      openedAt: at,
      votes: [],
      events: [],
    });
  }

  /** One opening of a gate waits at a time: the next one ends it. */
  #supersede(last, { seq, at, body }) {
    if (last === undefined) return;
    const { isDecided, isOver } = standing(last);
    if (!isDecided && !isOver) last.events.push({ kind: 'superseded', seq, at, body });
  }

  /** A verdict stands until it is taken back; an opening that is over stays so. */
  #turnGate({ kind, seq, at, body }) {
    const opened = this.#gates.get(`${body.gate}#${body.opening}`);
    must(opened !== undefined, `entry ${seq}: the gate was not open`);
    must(opened.subject === body.subject, `entry ${seq}: decided on another digest`);
    const { isDecided, isOver } = standing(opened);
    const isVerdict = kind === 'gate-passed' || kind === 'gate-rejected';
    must(!isOver && !(isVerdict && isDecided), `entry ${seq}: the gate was decided already`);
    const isNewest = !this.#gates.has(`${body.gate}#${body.opening + 1}`);
    must(kind !== 'gate-opened' || isNewest, `entry ${seq}: reopened behind the next opening`);
    const isTime = kind !== 'gate-expired' || at >= opened.expiresAt;
    must(isTime, `entry ${seq}: expired before its time`);
    opened.events.push({ kind, seq, at, body });
    if (isVerdict) opened.decidedAt ??= at;
  }

  #countGates() {
    for (const opened of this.#gates.values()) this.#hasRightSeats(opened);
    for (const vote of this.#votes) this.#seatVote(vote);
    for (const { gate, opening, seq } of this.#withdrawals) {
      this.#isWaiting(this.#gates.get(`${gate}#${opening}`), seq);
    }
    for (const opened of this.#gates.values()) this.#countVerdicts(opened);
    for (const effect of this.#effects) this.#requireApproval(effect);
  }

  /** Plans that had passed by now, but for those that were withdrawn before they were begun. */
  #plansBefore(subject) {
    const counting = [...this.#gates.values()].filter((each) => {
      const kinds = each.events.map(({ kind }) => kind);
      const passed = each.gate === 'plan' && kinds.includes('gate-passed');
      const stands = !kinds.includes('gate-withdrawn') || this.#begunPlans.has(each.subject);
      return passed && stands && each.subject !== subject;
    });
    return [...new Set(counting.map((each) => each.subject))];
  }

  #hasRightSeats({ gate, subject, rule, seq, least, earlier, openedAt, expiresAt }) {
    const waits = this.#policy.ladder?.value?.expireAfter ?? 0;
    const isBound = isTime(expiresAt) && expiresAt <= later(openedAt, waits + monthOff);
    must(isBound, `entry ${seq}: gate ${gate} waits for longer than the policy says`);
    const seats = [...least];
    let further;
    if (gate === 'plan') {
      const [manifest, ...before] = [subject, ...earlier].map((plan) => {
        must(this.#plans.has(plan), `entry ${seq}: a gate on no plan`);
        return this.#plans.get(plan).manifest;
      });
      further = furtherSeats(this.#policy, manifest, before);
      const stands = manifest.deals.some(({ totals }) => amountOf(totals.letStand) > 0n);
      if (stands) seats.push(['customer-success']);
    }
    must(same(rule.seats, seats), `gate ${gate} was opened with other seats`);
    must(same(rule.further ?? null, further ?? null), `entry ${seq}: other further seats`);
  }

  /** A vote is given, and taken back, while its opening waits for one. */
  #isWaiting(opened, seq) {
    const { isDecided, isOver } = standing(opened, seq);
    must(!isDecided && !isOver, `entry ${seq}: its gate was decided or over`);
  }

  #seatVote(vote) {
    const { gate, opening, subject, person, seq, at, roles, registry } = vote;
    const opened = this.#gates.get(`${gate}#${opening}`);
    must(opened !== undefined && opened.seq < seq, `entry ${seq}: a vote at no open gate`);
    must(opened.subject === subject, `entry ${seq}: a vote on another digest`);
    must(at < opened.expiresAt, `entry ${seq}: a vote at a gate that had lapsed`);
    this.#isWaiting(opened, seq);
    const { seats, further = [] } = opened.rule;
    const all = [...seats, ...further.flat()].flat();
    must(
      roles.some((role) => all.includes(role)),
      `entry ${seq}: a vote without a seat`,
    );
    const { openedAt } = opened;
    const asOne = [person, ...tiedTo(registry.standIns, { person, openedAt, at })];
    const makers = this.#makersOf(opened, seq);
    must(!asOne.some((each) => makers.includes(each)), `entry ${seq}: a vote by a maker`);
    const standing = opened.votes.filter(({ kid, withdrawn = Infinity }) => {
      return withdrawn > seq && registry.keys[kid].revokedAt === undefined;
    });
    const twice = standing.some((each) => asOne.includes(each.person));
    must(!twice, `entry ${seq}: a second vote`);
    const deals = (this.#plans.get(subject)?.manifest.deals ?? []).map(({ deal }) => deal);
    const held = deals.find((deal) => registry.people[person].interests.includes(deal));
    must(held === undefined, `entry ${seq}: a vote on ${held} by somebody who holds it`);
    opened.votes.push(vote);
  }

  #makersOf({ gate, subject }, seq) {
    const { plan, texts, fixes, reports } = this.#makers;
    if (gate === 'plan') {
      return plan.filter((each) => each.seq < seq).map(({ person }) => person);
    }
    if (gate === 'unfreeze') return [fixes.get(reports.get(subject))];
    return texts.filter(({ digest: text }) => text === subject).map(({ person }) => person);
  }

  #countVerdicts(opened) {
    for (const { kind, seq, at, body } of opened.events) {
      if (ends.has(kind) && body.subject === opened.subject) {
        const waited = !standing(opened, seq).isDecided;
        const votes = this.#standing({ ...opened, decidedAt: later(at, underWay) }, seq);
        const rejected = waited && votes.some(({ decision }) => decision === 'reject');
        must(!rejected, `entry ${seq}: over without saying that it was rejected`);
      }
      if (kind !== 'gate-passed' && kind !== 'gate-rejected') continue;
      const votes = this.#standing(opened, seq);
      const isYoung = votes.every((vote) => vote.at <= later(at, underWay));
      must(isYoung, `entry ${seq}: decided before the votes were given`);
      const found = tally(opened.rule, votes, this.#receiptsBefore(seq));
      must(kind === `gate-${found}`, `entry ${seq}: by its votes the gate is ${found}`);
      const named = (list) => list.map(({ person, decision }) => `${person} ${decision}`).sort();
      must(same(named(body.votes), named(votes)), `entry ${seq}: counted other votes`);
      if (kind === 'gate-passed') this.counts.gatesPassed += 1;
    }
  }

  #receiptsBefore(seq) {
    return this.#receipts.filter((receipt) => receipt.seq < seq);
  }

  /** Votes before `seq` not taken back, by keys that were not revoked while the gate waited. */
  #standing({ votes, decidedAt }, seq, isBack = ({ withdrawn }) => withdrawn !== undefined) {
    return votes.filter((vote) => {
      const stands = vote.seq < seq && !isBack(vote);
      return stands && !(this.#registry.revokedAt(vote.kid) <= decidedAt);
    });
  }

  /** The gate had passed by then, and votes by keys that are not compromised pass it too. */
  #requireApproval({ seq, gate, subject }) {
    const openings = [...this.#gates.values()].filter((each) => {
      return each.gate === gate && each.subject === subject;
    });
    const then = openings.some((opened) => standing(opened, seq).isPassed);
    must(then, `entry ${seq} was done without gate ${gate} on ${subject}`);
    const honest = ({ kid }) => !this.#registry.now.keys[kid].compromised;
    const takenBack = ({ withdrawnBy: kid }) => kid !== undefined && honest({ kid });
    const now = openings.some((opened) => {
      const passed = opened.events.findLast(({ kind }) => kind === 'gate-passed');
      if (passed === undefined) return false;
      const votes = this.#standing(opened, passed.seq, takenBack).filter(honest);
      return tally(opened.rule, votes, this.#receipts.filter(honest)) === 'passed';
    });
    must(now, `entry ${seq} stands on votes by a compromised key`);
  }

  // Rule 10: plans, from their lines up.
  #beginPlan({ digest: said, manifest }) {
    this.#endPlan();
    const drafted = this.#drafted[this.#plans.size];
    must(drafted !== undefined, 'a plan that no entry tells of');
    const { version, digest: sealed } = drafted.body;
    must(digest(manifest) === said && said === sealed, `plan ${version} is another plan`);
    must(manifest.incident === this.#incident && manifest.version === version, 'another plan');
    const due = { pays: new Set(), calls: new Map(), transfers: new Map() };
    this.#plans.set(said, { version, manifest, ...due });
    this.#plan = { ...this.#plans.get(said), digest: said, deal: -1, lines: [] };
  }

  #planLine({ plan, line }) {
    const at = this.#plan;
    must(at?.manifest.version === plan, `a line of plan ${plan} outside of it`);
    must(same(Object.keys(line), lineMembers), 'not a line of a plan');
    const { leg, when, sequence, payer, payee, amount, currency } = line;
    must(legs.has(leg) && branches.has(when), `a line with leg ${leg}, when ${when}`);
    must(Number.isInteger(sequence) && sequence > 0, `a line with sequence ${sequence}`);
    must(account.test(payer) && account.test(payee), 'a line with another kind of account');
    this.#written(currency, amount);
    if (line.deal !== at.manifest.deals[at.deal]?.deal) this.#beginDeal(line.deal);
    const order = [line.investor, line.leg, line.when, String(line.sequence).padStart(9, '0')];
    this.#ascending(`plan ${plan}, ${line.deal}`, order.join('\0'));
    at.lines.push(line);
  }

  #beginDeal(deal) {
    const at = this.#plan;
    if (at.deal >= 0) this.#endDeal();
    at.deal += 1;
    must(at.manifest.deals[at.deal]?.deal === deal, `no lines of deal ${deal} are expected here`);
    at.lines = [];
  }

  #endDeal() {
    const { manifest, deal, lines } = this.#plan;
    const { dealDigest, ...entry } = manifest.deals[deal];
    const { totals } = entry;
    must(same(Object.keys(manifest.deals[deal]), dealMembers), `deal ${entry.deal}: other members`);
    must(same(Object.keys(totals), totalsMembers), `deal ${entry.deal}: other totals`);
    const { units, letStand, largest } = totals;
    const sums = [...Object.values(totals.out), ...Object.values(totals.in)];
    for (const text of [...sums, units, letStand, largest]) this.#written(totals.currency, text);
    must(digest(entry) === dealDigest, `deal ${entry.deal}: another digest`);
    must(lines.length === entry.lines, `deal ${entry.deal}: another number of lines`);
    const texts = lines.map(canonical);
    must(rootOf(texts.map(leafHash)) === entry.root, `deal ${entry.deal}: its lines are others`);
    must(same(totalsOf(lines, entry.totals), entry.totals), `deal ${entry.deal}: other totals`);
    for (const [index, text] of texts.entries()) this.#isDue(lines[index], text);
  }

  /** One currency is written one way: 10.5 is no amount where 10.50 is one. */
  #written(currency, text) {
    amountOf(text);
    const { length } = text.split('.')[1] ?? '';
    this.#decimals[currency] ??= length;
    must(this.#decimals[currency] === length, () => `not an amount in ${currency}: ${text}`);
  }

  /** What a line makes due is kept instead of its text. */
  #isDue(line, text) {
    const { pays, calls, transfers } = this.#plan;
    const { deal, leg, sequence, payer, when } = line;
    if (when !== 'always') return;
    if (leg === 'call') calls.set(this.#keyOf(line), line);
    else if (leg.startsWith('transfer-')) {
      const name = `${deal} ${sequence}`;
      transfers.set(name, [...(transfers.get(name) ?? []), line]);
    } else if (payer !== '') pays.add(hex(text));
  }

  #endPlan() {
    if (this.#plan === undefined) return;
    const { manifest, deal } = this.#plan;
    if (deal >= 0) this.#endDeal();
    must(deal === manifest.deals.length - 1, `plan ${manifest.version} lacks lines`);
    const deals = manifest.deals.map((entry) => entry.deal);
    must(same(deals, deals.toSorted?.(codePoints) ?? deals), 'deals of a plan out of order');
    this.counts.plans += 1;
    this.#plan = undefined;
  }

  #endPlans() {
    this.#endPlan();
    must(this.#plans.size === this.#drafted.length, 'a plan is missing');
    this.#countGates();
  }

  // Rule 11: rows under roots.
  #expectRoot(entry) {
    const { root } = entry.body;
    if (walks.has(entry.kind)) this.#walks[entry.kind] = root;
    const known = this.#roots.find((each) => each.root === root);
    if (known !== undefined) known.entries.push(entry);
    else this.#roots.push({ root, entries: [entry], walks: walks.has(entry.kind) });
  }

  #expectRows() {
    const none = sha256().toString('hex');
    this.#roots = this.#roots.filter(({ root }) => root !== none);
  }

  #row({ root, index, size, leaf, path }) {
    const [next] = this.#roots;
    must(next?.root === root, `no rows of ${root} are expected here`);
    next.size ??= size;
    const inOrder = index === this.#leaves.length && size === next.size;
    must(inOrder, `row ${index} of ${root} out of order`);
    const hash = leafHash(leaf);
    must(
      provesInclusion({ leaf: hash, index, size, path, root }),
      `row ${index} is not under ${root}`,
    );
    this.#leaves.push(hash);
    this.counts.rows += 1;
    if (next.walks) (next.texts ??= []).push(leaf);
    for (const entry of next.entries) this.#tell(entry, { leaf, index, size });
    if (index === size - 1) this.#endRoot();
  }

  #endRows() {
    must(this.#roots.length === 0, () => `no rows of ${this.#roots[0].root}`);
    for (const { seq, key, stage } of this.#wordsOnLetters) {
      const waited = this.#queued.get(key) === stage && !this.#lettersSent.has(key);
      must(waited, `entry ${seq}: letter ${key} did not wait for a word`);
      this.#lettersSent.add(key);
    }
  }

  #endRoot() {
    const { root, texts, entries, walks: isWalk } = this.#roots.shift();
    must(rootOf(this.#leaves) === root, `rows of ${root} are missing`);
    this.#leaves = [];
    if (!isWalk) return;
    const chunks = texts.map((chunk) => {
      return { root: chunk, entries: [{ ...entries[0], kind: `${entries[0].kind} deals`, root }] };
    });
    this.#roots.unshift(...chunks);
  }

  // Rule 12: what was done, row by row.
  #tell(entry, row) {
    const { kind, body, seq } = entry;
    const { leaf, index, size } = row;
    const [key] = leaf.split(' ');
    if (body.keys !== undefined) {
      const named = body.keys.length === size && body.keys[index] === key;
      must(named, `entry ${seq} names other keys`);
    }
    const tells = {
      'payment-intent': () => this.#intend(entry, leaf),
      'payment-outcome': () => this.#outcome(entry, leaf),
      'register-change': () => this.#registerChange(entry, leaf),
      invoice: () => this.#invoice(entry, leaf),
      'receipt-matched': () => this.#received(entry, leaf),
      'letter-queued': () => this.#queue(entry, leaf),
      'letter-sent': () => this.#sent(entry, leaf),
      'scanned deals': () => this.#scanned(entry, leaf),
      'recomputed deals': () => this.#recomputed(entry, leaf),
    };
    tells[kind]?.();
  }

  #planOf({ seq, body }) {
    const plan = this.#plans.get(body.digest);
    must(plan?.version === body.version, `entry ${seq} is about no plan`);
    return plan;
  }

  #intend(entry, leaf) {
    const [key] = leaf.split(' ', 1);
    const text = leaf.slice(key.length + 1);
    const said = JSON.parse(text);
    const { pays, transfers } = this.#planOf(entry);
    must(canonical(said) === text, `entry ${entry.seq}: a row that is not canonical`);
    must(!this.#intents.has(key), `${key} was intended twice`);
    const { deal, from, to, units, sequence, currency, leg, amount, payer } = said;
    if (leg !== undefined) {
      must(pays.has(hex(text)), `payment ${key} is no line of the plan`);
      must(this.#keyOf(said) === key, `payment ${key} has another's key`);
      this.#intents.set(key, { amount, currency, payer });
      return;
    }
    const name = { incident: this.#incident, deal, leg: 'transfer', from, to, sequence };
    must(digest(name) === key && from !== to, `transfer ${key} has another's key`);
    const planned = (transfers.get(`${deal} ${sequence}`) ?? []).map((line) => {
      return `${line.leg} ${line.investor} ${line.amount} ${line.currency}`;
    });
    const both = [
      `transfer-in ${to} ${units} ${currency}`,
      `transfer-out ${from} ${units} ${currency}`,
    ];
    must(same(planned.sort(), both), `transfer ${key} is in no plan`);
    this.#intents.set(key, { amount: units, currency, moves: true });
  }

  /** The key under which a line is paid or invoiced. */
  #keyOf({ deal, investor, leg, sequence }) {
    return digest({ incident: this.#incident, deal, investor, leg, sequence });
  }

  #outcome({ seq, body }, leaf) {
    const [key, state, amount, currency, reference] = fieldsOf(leaf, 5);
    must(state === 'settled' || state === 'refused', `entry ${seq}: a payment that is ${state}`);
    const intent = this.#intents.get(key);
    must(intent?.payer === body.payer, `entry ${seq}: ${key} was never intended`);
    must(intent.amount === amount && intent.currency === currency, `entry ${seq}: another amount`);
    must(intent.isSettled !== true, `entry ${seq}: ${key} was paid already`);
    if (state !== 'settled') return;
    must(reference !== '', `entry ${seq}: ${key} was settled under no reference`);
    intent.isSettled = true;
    const { settled } = this.counts;
    settled[currency] = (settled[currency] ?? 0n) + amountOf(amount);
  }

  #registerChange({ seq }, leaf) {
    const [key, state, units, currency, reference] = fieldsOf(leaf, 5);
    must(state === 'confirmed' || state === 'refused', `entry ${seq}: a transfer that is ${state}`);
    const intent = this.#intents.get(key);
    must(intent?.moves === true, `entry ${seq}: transfer ${key} was never intended`);
    must(intent.amount === units && intent.currency === currency, `entry ${seq}: other units`);
    must(intent.isSettled !== true, `entry ${seq}: ${key} had moved already`);
    must(state !== 'confirmed' || reference !== '', `entry ${seq}: ${key} moved nowhere`);
    intent.isSettled ||= state === 'confirmed';
  }

  #invoice(entry, leaf) {
    const [key, amount, currency, document] = fieldsOf(leaf, 4);
    must(/^[0-9a-f]{64}$/.test(document), `entry ${entry.seq}: an invoice without its digest`);
    const line = this.#planOf(entry).calls.get(key);
    must(!this.#invoiced.has(key), `entry ${entry.seq}: ${key} was invoiced twice`);
    this.#invoiced.add(key);
    const billed = line?.amount === amount && line.currency === currency;
    must(billed, `entry ${entry.seq}: invoice ${key} is no line of the plan`);
  }

  #received({ seq, body }, leaf) {
    const account = `${body.account} `;
    must(leaf.startsWith(account), `entry ${seq}: a receipt on another account`);
    const [number, amount, currency, match, key] = fieldsOf(leaf.slice(account.length), 5);
    must(/^[1-9]\d*$/.test(number), `entry ${seq}: no entry of a statement`);
    this.#written(currency, amount);
    const isFree = match === 'twice' || match === 'unknown';
    const isBilled = match === 'exact' || match === 'short' || match === 'over';
    const isMatch = isFree ? key === '' : match === 'return' || isBilled;
    must(isMatch && (!isBilled || this.#invoiced.has(key)), `entry ${seq}: ${match} of ${key}`);
    const name = `${account}${currency} ${number}`;
    must(!this.#receiptsRead.has(name), `entry ${seq}: entry ${number} came twice`);
    this.#receiptsRead.add(name);
    if (match !== 'return') return;
    const intent = this.#intents.get(key);
    must(intent?.isSettled === true, `entry ${seq}: ${key} came back and had not been paid`);
    const whole = intent.amount === amount && intent.currency === currency;
    must(whole && intent.payer === body.account, `entry ${seq}: ${key} came back otherwise`);
    intent.isSettled = false;
    this.counts.settled[currency] -= amountOf(amount);
  }

  #sent({ seq, body }, leaf) {
    const [key, letter, state, template] = fieldsOf(leaf, 4);
    const isSent =
      state === 'sent' && [letter, template].every((text) => /^[0-9a-f]{64}$/.test(text));
    const isQueued = isSent && this.#queued.get(key) === body.stage;
    must(isQueued, `entry ${seq}: letter ${key} was not queued`);
    must(!this.#lettersSent.has(key), `entry ${seq}: letter ${key} was sent twice`);
    this.#lettersSent.add(key);
    this.#requireApproval({ seq, gate: `letters/${body.stage}`, subject: template });
  }

  #queue({ seq, body }, leaf) {
    const [key, letter] = fieldsOf(leaf, 2);
    must(/^[0-9a-f]{64}$/.test(letter), `entry ${seq}: a letter without its digest`);
    this.#queued.set(key, body.stage);
  }

  /** A person's word that a letter has left names it, and nothing else is known of it. */
  #sentByWord({ seq, body }) {
    const { root, keys, stage } = body;
    must(root === undefined && keys?.length === 1, `entry ${seq}: a word on other letters`);
    const [key] = keys;
    this.#wordsOnLetters.push({ seq, key, stage });
  }

  // Rule 13: certificates.
  #scanned({ root }, leaf) {
    const { deal, holds, certificate } = walked(leaf, ['certificate', 'deal', 'holds']);
    must(holds === (certificate === null), `deal ${deal}: right and wrong at once`);
    this.#certify(root, { name: `${deal}\x01recorded`, certificate });
  }

  #recomputed({ root }, leaf) {
    const { deal, ...of } = walked(leaf, recomputedMembers);
    for (const basis of ['asRecorded', 'asShouldHaveBeen']) {
      this.#certify(root, { name: `${deal}\x01${basis}`, certificate: of[basis] });
    }
  }

  /** Of each kind the certificates of its last walk are in the file. */
  #certify(root, { name, certificate }) {
    const seen = this.#walked.get(root) ?? new Set();
    this.#walked.set(root, seen);
    must(!seen.has(name), `deal ${name.split('\x01')[0]} stands twice in a walk`);
    seen.add(name);
    const isLast = Object.values(this.#walks).includes(root);
    if (isLast && certificate !== null) this.#certificates.set(name, certificate);
  }

  #certificate({ deal, basis, holds, certificate }) {
    const name = `${deal}\x01${basis}`;
    this.#ascending('certificate', name);
    must(this.#certificates.get(name) === digest(certificate), `another certificate of ${deal}`);
    must(holds === (basis !== 'recorded'), `the certificate of ${deal} turned round`);
    this.#certificates.delete(name);
  }

  #noCertificateIsMissing() {
    const [lost] = this.#certificates.keys();
    must(lost === undefined, () => `a certificate of ${lost.split('\x01')[0]} is missing`);
  }

  // Rules 14 and 15: what the instance signed.
  #head({ jws }) {
    const { at, chain, seq, hash, ...others } = this.#said(jws, 'makewhole-head+jws');
    must(isTime(at) && Object.keys(others).length === 0, 'a head with other members');
    this.#ascending('head', `${chain}\x00${String(seq).padStart(16, '0')}`);
    (this.#headsSeen[chain] ??= []).push(seq);
    must(this.#hashes[chain]?.[seq - 1] === hash, `${chain} had another entry ${seq}`);
  }

  /** Each time a page was turned, the head was signed before the next one was. */
  #headsAreThere() {
    const { [this.#incident]: own = [], registry = [] } = this.#headsSeen;
    for (const [index, next] of this.#pages.slice(1).entries()) {
      const from = this.#pages[index];
      const signed = own.some((seq) => from <= seq && seq < next);
      must(signed && registry.length > 0, `no signed head from entry ${from} to ${next}`);
    }
  }

  #said(jws, typ) {
    const read = readJws(jws, typ);
    must(read.kid === this.instance, 'signed by another instance');
    must(signatureHolds(read, this.#instance), 'the instance’s signature does not hold');
    must(canonical(read.payload) === read.text, 'the instance signed what is not canonical');
    return read.payload;
  }

  #end({ jws, type, ...others }) {
    must(Object.keys(others).length === 0, `other members than a ${type} has`);
    while (this.#section < sections.length) this.#leave(sections[this.#section++]);
    const heads = Object.entries(this.#hashes).map(([chain, hashes]) => {
      must(hashes.length > 0, `the chain ${chain} is empty`);
      return [chain, { seq: hashes.length, hash: hashes.at(-1) }];
    });
    const [incident, lines] = [this.#incident, this.lines];
    const found = { incident, lines, chains: Object.fromEntries(heads) };
    found.sha256 = this.#digest.copy().digest('hex');
    must(same(this.#said(jws, 'makewhole-export+jws'), found), 'the file was sealed as another');
    this.heads = found.chains;
    this.isSealed = true;
  }
}

/** The fields of a row between single spaces; only the last may hold spaces, or nothing. */
function fieldsOf(leaf, count) {
  const fields = leaf.split(' ');
  const last = fields.splice(count - 1).join(' ');
  must(fields.length === count - 1 && !fields.includes(''), () => `not a row: ${leaf}`);
  return [...fields, last];
}

/** What a walk says of a deal. */
function walked(leaf, names) {
  const said = JSON.parse(leaf);
  const exact = canonical(said) === leaf && same(Object.keys(said), names);
  must(exact, () => `not a row of a walk: ${leaf}`);
  return said;
}

/** What the lines of a deal come to; `as` says which totals the plan has, and how written. */
function totalsOf(lines, as) {
  const of = (some, written) => {
    const sum = sumOf(some.map(({ amount }) => amount));
    return sum === amountOf(written) ? written : sum;
  };
  const byAccount = (some, account, said) => {
    const names = [...new Set(some.map((line) => line[account]))];
    return Object.fromEntries(
      names.map((name) => [
        name,
        of(
          some.filter((line) => line[account] === name),
          said[name] ?? '0',
        ),
      ]),
    );
  };
  const { currency } = lines[0] ?? {};
  must(
    lines.every((line) => line.currency === currency),
    'a deal in two currencies',
  );
  const ofLeg = (leg) => lines.filter((line) => line.leg === leg);
  const amounts = lines.map(({ amount }) => amountOf(amount));
  const most = amounts.reduce((one, other) => (other > one ? other : one), 0n);
  const paying = lines.filter(({ leg, payer }) => payer !== '' && leg !== 'call');
  return {
    currency,
    out: byAccount(paying, 'payer', as.out),
    in: byAccount(ofLeg('call'), 'payee', as.in),
    units: of(ofLeg('transfer-out'), as.units),
    letStand: of(ofLeg('let-stand'), as.letStand),
    largest: amountOf(as.largest) === most ? as.largest : most,
  };
}

// --- Reading, and saying what was found ---

/** The lines of a file as bytes, without their line feed. */
function* linesOf(path) {
  const file = openSync(path, 'r');
  const block = Buffer.allocUnsafe(1 << 20);
  let rest = [];
  try {
    for (let size = readSync(file, block); size > 0; size = readSync(file, block)) {
      let from = 0;
      for (let end = block.indexOf(10); end >= 0 && end < size; end = block.indexOf(10, from)) {
        yield Buffer.concat([...rest, block.subarray(from, end)]);
        [rest, from] = [[], end + 1];
      }
      if (from < size) rest.push(Buffer.from(block.subarray(from, size)));
    }
  } finally {
    closeSync(file);
  }
  must(rest.length === 0, 'the file does not end with a line feed');
}

const moneyText = (units) => {
  const digits = String(units).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8).replace(/0{1,6}$/, '')}`;
};

/**
 * Checks a file: what was found of it, or the first line at which it does not hold.
 *
 * `instance` is the key id the file has to be sealed by; without it any key will do that the file
 * names itself, so compare the one in the answer with the one you were given. `keys` has, by
 * person, the ids of all keys that are theirs: nothing in their name may be signed with another.
 */
export function verifyFile(path, { instance, keys = {} } = {}) {
  const check = new Check();
  try {
    for (const line of linesOf(path)) check.take(line);
    must(check.isSealed, 'the file has no seal: its end is missing');
    must(instance === undefined || instance === check.instance, 'sealed by another instance');
    for (const [person, kids] of Object.entries(keys)) {
      const other = (check.signers[person] ?? []).find((kid) => !kids.includes(kid));
      must(check.signers[person] !== undefined, `${person} has signed nothing here`);
      must(other === undefined, `${person} signed with key ${other}, which is not theirs`);
    }
  } catch (error) {
    if (error.code !== undefined && error.syscall !== undefined) throw error;
    const { isEvidence = false, lines } = check;
    return { holds: false, isEvidence, line: lines + 1, what: error.message };
  }
  const { counts, heads, lines, signers, policy, compromised, instance: sealedBy } = check;
  const paid = Object.entries(counts.settled).map(([name, sum]) => [name, moneyText(sum)]);
  const settled = Object.fromEntries(paid);
  const found = { lines, instance: sealedBy, policy, heads, signers, compromised };
  return { holds: true, ...found, ...counts, settled };
}

function textOf(found, path) {
  if (!found.holds && !found.isEvidence) {
    return (
      `${path} is no file of evidence; expected one that makewhole evidence export has written, ` +
      'whole and unchanged: export it anew, or ask whoever gave it to you'
    );
  }
  if (!found.holds) return `${path} does not hold, line ${found.line}: ${found.what}`;
  const { lines, heads, commands, withheld, gatesPassed, plans, rows, settled } = found;
  const spoilt = found.compromised.map(({ chain, seq, kind, person }) => {
    return `   by a compromised key of ${person}: ${kind}, entry ${seq} of ${chain}`;
  });
  const chains = Object.entries(heads).map(
    ([name, head]) => `   ${name}: ${head.seq} entries, head ${head.hash}`,
  );
  const paid = Object.entries(settled).map(([currency, sum]) => `${sum} ${currency}`);
  return [
    `${path} holds: ${lines} lines, sealed by instance ${found.instance}`,
    ...chains,
    `   ${commands} signed commands verified, the texts of ${withheld} more are not in the file`,
    `   ${gatesPassed} gates passed, ${plans} plans, ${rows} rows proven`,
    `   paid: ${paid.join(', ') || 'nothing'}`,
    ...spoilt,
    `   opened under policy ${found.policy}: compare it with the one you know`,
    ...Object.entries(found.signers).map(
      ([who, kids]) => `   ${who} signs with key ${kids.join(', ')}`,
    ),
    '   ask each of them for their key id, and give it as --key PERSON=KEYID: the file cannot tell',
  ].join('\n');
}

const usage = 'usage: node verify.mjs FILE [--instance KEYID] [--key PERSON=KEYID]... [--json]\n';

/** The file and the options, or undefined where it cannot be meant so. */
function readWords(words) {
  const read = { paths: [], instance: undefined, keys: {}, json: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--json') read.json = true;
    else if (word === '--instance') read.instance = words[(at += 1)] ?? '';
    else if (word === '--key') {
      const [, person, kid] = /^([^=]+)=(.+)$/.exec(words[(at += 1)] ?? '') ?? [];
      if (person === undefined) return undefined;
      (read.keys[person] ??= []).push(kid);
    } else if (word.startsWith('--')) return undefined;
    else read.paths.push(word);
  }
  return read.paths.length === 1 && read.instance !== '' ? read : undefined;
}

function main(words) {
  const read = readWords(words);
  if (read === undefined) {
    stderr.write(usage);
    return 2;
  }
  const { instance, keys, json } = read;
  const [path] = read.paths;
  try {
    const found = verifyFile(path, { instance, keys });
    const said = textOf(found, path);
    const text = json ? JSON.stringify({ ...found, said }) : said;
    (found.holds || json ? stdout : stderr).write(`${text}\n`);
    if (found.holds) return 0;
    return found.isEvidence ? 3 : 2;
  } catch (error) {
    stderr.write(`${path} cannot be read: ${error.message}\n`);
    return 2;
  }
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) exit(main(argv.slice(2)));
