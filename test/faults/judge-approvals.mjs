import { createPublicKey, verify } from 'node:crypto';
import { canonical, merkleRoot, money, sha256, time } from './judge-basics.mjs';

/** Who has to sign what: each seat by another person. */
const seatsOf = (gate, stands) => {
  if (gate.startsWith('letters/')) return [['customer-success'], ['legal']];
  if (gate === 'plan') return [['legal'], ['finance'], ...(stands ? [['customer-success']] : [])];
  if (gate === 'unfreeze') return [['engineering'], ['operations', 'legal']];
  if (gate === 'close') return [['legal'], ['management']];
  return undefined;
};

/** What people have approved, found from signatures and evidence alone. */
export function approvalsOf(state) {
  const people = enrolled(state.tables);
  const signed = signedCommands(state.tables, people);
  return {
    /** When the last signature that a gate needs on a digest was there; undefined without. */
    approvedAt: (wanted) => approvedAt({ ...wanted, tables: state.tables, signed, people }),
  };
}

/** The registry's own evidence says who holds which key and which roles. */
function enrolled(tables) {
  const people = new Map();
  const entries = tables.evidence.filter(({ chain, kind }) => {
    return chain === 'registry' && kind === 'person';
  });
  for (const { entry } of [...entries].sort((one, other) => one.seq - other.seq)) {
    const { id, key, roles } = JSON.parse(entry).body;
    const known = people.get(id) ?? { keys: [], roles: [] };
    people.set(id, {
      keys: key === undefined ? known.keys : [...known.keys, key],
      roles: roles ?? known.roles,
    });
  }
  return people;
}

/** Each accepted command whose signature holds and whose text is the one evidence knows. */
function signedCommands(tables, people) {
  const keys = new Map(tables.person_keys.map((row) => [row.kid, row]));
  const sealed = new Map();
  for (const { entry } of tables.evidence) {
    const { jti, jwsDigest } = JSON.parse(entry).body;
    if (jti !== undefined && jwsDigest !== undefined) sealed.set(jti, jwsDigest);
  }
  const signed = new Map();
  for (const { jti, jws, accepted } of tables.commands) {
    const payload = opened(jws, keys);
    if (!accepted || payload === undefined || payload.jti !== jti) continue;
    const { kid } = payload;
    const isOwn = people.get(payload.iss)?.keys.includes(kid) ?? false;
    if (isOwn && sealed.get(jti) === sha256(jws)) signed.set(jti, payload);
  }
  return signed;
}

function opened(jws, keys) {
  const [header = '', body = '', signature = ''] = jws.split('.');
  const parse = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const { kid } = parse(header);
  const row = keys.get(kid);
  if (row === undefined || row.compromised) return undefined;
  const publicKey = createPublicKey(row.public_key);
  const x = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64url');
  const thumbprint = sha256(canonical({ crv: 'Ed25519', kty: 'OKP', x }));
  if (Buffer.from(thumbprint, 'hex').toString('base64url') !== kid) return undefined;
  const text = Buffer.from(`${header}.${body}`);
  if (!verify(null, text, publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  const payload = parse(body);
  return payload.iss === row.person_id ? { ...payload, kid } : undefined;
}

function approvedAt({ tables, signed, people, incident, gate, subject }) {
  const seats = seatsOf(gate, letsStand(tables, subject));
  if (seats === undefined) return undefined;
  const openings = tables.gates.filter((row) => {
    return row.incident_id === incident && row.gate_id === gate && row.subject === subject;
  });
  const moments = openings.flatMap((opening) => {
    const votes = votesAt({ opening, tables, signed });
    const moment = filledAt({ votes, seats, makers: opening.makers, people });
    return moment === undefined ? [] : [moment];
  });
  if (moments.length === 0) return undefined;
  if (gate === 'plan' && !isReceived({ tables, signed, people, incident })) return undefined;
  return Math.min(...moments);
}

/** Whether the plan with this digest leaves anything as it is. */
function letsStand(tables, subject) {
  const plan = tables.plans.find(({ manifest_text: text }) => sha256(text) === subject);
  const deals = plan === undefined ? [] : JSON.parse(plan.manifest_text).deals;
  return deals.some(({ totals }) => /[1-9]/.test(totals.letStand));
}

function votesAt({ opening, tables, signed }) {
  return tables.votes
    .filter((row) => {
      const payload = signed.get(row.jti);
      const isHere = ['incident_id', 'gate_id', 'opening'].every((name) => {
        return row[name] === opening[name];
      });
      if (!isHere || payload === undefined || payload.kind !== 'decide') return false;
      const { gate, opening: number, decision } = payload.body;
      return (
        payload.iss === row.person_id &&
        payload.incident === opening.incident_id &&
        payload.subject === opening.subject &&
        gate === opening.gate_id &&
        number === opening.opening &&
        decision === row.decision
      );
    })
    .sort((one, other) => time(one.accepted_at) - time(other.accepted_at));
}

/** The moment from which every seat is taken by another person; a no ends it. */
function filledAt({ votes, seats, makers, people }) {
  const sitting = [];
  for (const { person_id: person, decision, accepted_at: at } of votes) {
    if (decision !== 'approve') return undefined;
    if (makers.includes(person) || sitting.some((one) => one.person === person)) continue;
    sitting.push({ person, roles: people.get(person)?.roles ?? [] });
    if (canSit(sitting, seats)) return time(at);
  }
  return undefined;
}

function canSit(people, [seat, ...rest]) {
  if (seat === undefined) return true;
  return people.some(({ roles }, index) => {
    return roles.some((role) => seat.includes(role)) && canSit(people.toSpliced(index, 1), rest);
  });
}

/** Management holds the dossier. */
function isReceived({ tables, signed, people, incident }) {
  return tables.dossier_receipts.some(({ incident_id: of, jti, person_id: person, digest }) => {
    const payload = signed.get(jti);
    const isSame = payload?.iss === person && payload.subject === digest;
    return of === incident && isSame && people.get(person)?.roles.includes('management');
  });
}

/** Every line that people have approved, by the key its effect goes under; the newest plan wins. */
export function approvedLines(state, approvals) {
  const lines = new Map();
  const plans = [...state.tables.plans].sort((one, other) => one.version - other.version);
  for (const plan of plans) {
    const { incident_id: incident, version, manifest_text: text } = plan;
    const digest = sha256(text);
    const since = approvals.approvedAt({ incident, gate: 'plan', subject: digest });
    if (since === undefined || digest !== plan.digest) continue;
    const own = state.tables.plan_lines.filter((line) => {
      return line.incident_id === incident && line.version === version;
    });
    for (const line of linesAsHashed(own, JSON.parse(text))) {
      const { deal_id: deal, investor_id: investor, leg, sequence } = line;
      const key = sha256(canonical({ deal, incident, investor, leg, sequence }));
      lines.set(key, { ...line, key, since, reference: `${incident} ${key.slice(0, 12)}` });
    }
  }
  return [...lines.values()].filter(({ branch }) => branch === 'always');
}

/** Lines of deals whose root and digest are what the manifest that was signed says. */
function linesAsHashed(lines, manifest) {
  return manifest.deals.flatMap(({ dealDigest, ...sealed }) => {
    const own = lines.filter(({ deal_id: deal }) => deal === sealed.deal).sort(inOrder);
    const isSame = own.every((line) => line.leaf === leafOf(line));
    const holds = isSame && merkleRoot(own.map(({ leaf }) => leaf)) === sealed.root;
    return holds && sha256(canonical(sealed)) === dealDigest ? own : [];
  });
}

function leafOf(line) {
  const { deal_id: deal, investor_id: investor, leg, branch, sequence, currency } = line;
  const { payer, payee, computed } = line;
  const amount = money(line.amount_minor, currency);
  const named = { deal, investor, leg, when: branch, sequence, amount, currency };
  return canonical({ ...named, payer, payee, computed });
}

function inOrder(one, other) {
  for (const name of ['deal_id', 'investor_id', 'leg', 'branch']) {
    if (one[name] !== other[name]) return one[name] < other[name] ? -1 : 1;
  }
  return one.sequence - other.sequence;
}
