import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { takeIn } from '../../adapters/postgres/command-inbox';
import { lockedSeverity } from '../../adapters/postgres/severities';
import { Trips } from '../../adapters/postgres/trips';
import { commandBodies, roles, type CommandKind, type Role } from '../../contracts/command';
import { formRoles } from '../../contracts/forms';
import { rolesFor } from '../../domain/command-roles';
import { gateForms, gateRuleFor, type Seat } from '../../domain/gate-rule';
import { DecisionDesk, noon, opening, type Draft } from './decision-desk';

/**
 * Who may give which command, written out by hand. `x` may; `.` is answered ROLE_MISSING. The
 * columns: on-call, engineering, customer-success, operations, finance, legal, management, admin.
 */
const matrix = `
open                         x x . x . . . .
take                         x x . x . . . .
resume                       x x . x . . . .
halt                         x x . x x x . .
updated                      x x x x . x x .
answer/customer-success      . . x . . . . .
answer/engineering           . x . . . . . .
answer/operations            . . . x x x . .
delegate-form/customer-success  x . x . . . . .
delegate-form/engineering    x x . . . . . .
delegate-form/operations     x . . x x x . .
explain-contradiction        . x x x x x . .
receipt                      . . . . . x x .
lower-severity               . . . . . x x .
propose-fix                  x x . . . . . .
redraft                      . . . x x x . .
correct-fact                 . . . x x x . .
submit-letter                . . x . . x . .
meet-clock                   . . . . . x . .
elect                        . . x . . . . .
resolve-letter               . . x . . . . .
resolve-payment              . . . . x . . .
ask-again                    . . x x x x x .
withdraw-vote                x x x x x x x x
people-add                   . . . . . . . x
people-change                . . . . . . . x
people-add-key               . . . . . . . x
people-revoke-key            . . . . . . . x
people-revoke                . . . . . . . x
people-stand-in              . . . . . . . x
decide/letters/advice        . . x . . x . .
decide/plan                  . . . . x x . .
decide/unfreeze              . x . x . x . .
decide/difference            . . . x x . . .
decide/close                 . . . . . x x .
`;
const rows = matrix
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', ...cells] = line.split(/\s+/);
    const may = roles.filter((_, column) => cells[column] === 'x');
    return { name, cells: cells.length, may };
  });

/** The same, as the policy says it. */
function policyFor(name: string): readonly string[] {
  const [kind = '', ...rest] = name.split('/');
  const about = rest.join('/');
  const seatsOf = (seats: readonly Seat[]) => seats.flatMap((seat) => seat.roles);
  if (kind === 'decide') return seatsOf(gateRuleFor(about)?.seats ?? []);
  if (kind === 'withdraw-vote') return roles;
  if (kind === 'answer') return formRoles[about as keyof typeof formRoles];
  if (kind === 'delegate-form') {
    return ['on-call', ...formRoles[about as keyof typeof formRoles]];
  }
  return rolesFor(kind) ?? [];
}

const digest = '5'.repeat(64);
let desk: DecisionDesk;
let incidentId: string;
let subjects: Partial<Record<CommandKind, string>>;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  // Everybody holds one role and nothing else; `admin` is enrolled already.
  for (const role of roles) if (role !== 'admin') await desk.enrol(role, role);
  // Whoever opens it is a maker, and is asked nothing here.
  await desk.enrol('opener', 'on-call');
  incidentId = await desk.openIncident('opener', ['D']);
  for (const gateId of ['letters/advice', 'plan', 'unfreeze', 'difference', 'close']) {
    await desk.gates().open({ incidentId, gateId, subject: digest, at: noon });
  }
  subjects = {
    decide: digest,
    'withdraw-vote': digest,
    'ask-again': digest,
    receipt: await desk.dossier(incidentId, 'a dossier'),
    'lower-severity': (await lockedSeverity(desk.pool, incidentId)).digest,
  };
});
afterAll(() => desk.close());

const publicKey = () => {
  const pair = generateKeyPairSync('ed25519');
  return createPublicKey(pair.privateKey).export({ type: 'spki', format: 'pem' }).toString();
};
const letter = { subject: 's', text: 't' };
const open = { summary: 's', deals: [], estimate: {}, assumptions: [], drill: true };
const entry = { name: 'N', email: 'n@example.com', roles: ['legal'], interests: [] };
const [from, until] = [noon, '2026-12-01T00:00:00.000Z'];
const ballot = (gate: string) => ({ gate, opening: 1, decision: 'approve' });
const kid = 'k'.repeat(43);

/** A body of each kind that means something, on what there is here. */
const bodies: Record<CommandKind, (about: string) => object> = {
  open: () => ({ ...open, pack: opening.pack.name }),
  take: () => ({}),
  resume: () => ({ after: 1 }),
  halt: () => ({ reason: 'r' }),
  updated: () => ({ text: 't' }),
  answer: (team) => ({ team, answers: {} }),
  'delegate-form': (team) => ({ team, to: 'opener' }),
  'explain-contradiction': () => ({ contradiction: 'c', explanation: 'e' }),
  receipt: () => ({}),
  'lower-severity': () => ({ to: 'Sev 3', reason: 'r' }),
  'propose-fix': () => ({ rule: 'prorate@1', averages: 'recorded' }),
  redraft: () => ({ deal: 'D', remedy: 'let-stand', reason: 'r' }),
  'correct-fact': () => ({ subject: 'deal', id: 'D', name: 'mark', value: '1', source: 's' }),
  'submit-letter': () => ({ stage: 'advice', letter }),
  'meet-clock': () => ({ clock: 'c', on: '2026-11-20', source: 's' }),
  elect: () => ({ deal: 'D', investor: 'I', answer: 'accepted' }),
  'resolve-letter': () => ({ row: 'r', sent: true }),
  'resolve-payment': () => ({ key: digest, state: 'settled' }),
  'ask-again': () => ({ gate: 'close', opening: 1, reason: 'r' }),
  'withdraw-vote': () => ({ gate: 'close', opening: 1, reason: 'r' }),
  decide: ballot,
  'people-add': () => ({ id: 'new', ...entry, publicKey: publicKey() }),
  'people-change': () => ({ id: 'legal', roles: ['management'] }),
  'people-add-key': () => ({ id: 'legal', publicKey: publicKey() }),
  'people-revoke-key': () => ({ id: 'legal', key: kid, compromised: false, reason: 'r' }),
  'people-revoke': () => ({ id: 'legal', compromised: false, reason: 'r' }),
  'people-stand-in': () => ({ id: 'legal', standIn: 'opener', from, until }),
};

/** Signs as whoever has that one role, has it answered, and takes all of it back. */
async function answerTo(name: string, role: Role): Promise<string> {
  const [kind, ...rest] = name.split('/') as [CommandKind, ...string[]];
  const about = rest.join('/');
  const atRegistry = kind === 'open' || kind.startsWith('people-');
  const draft: Draft = {
    kind,
    incident: atRegistry ? 'registry' : incidentId,
    subject: subjects[kind] ?? '',
    body: bodies[kind](about),
  };
  const jws = desk.sign(role, draft);
  const entrance = {
    desk: atRegistry ? 'registry' : incidentId,
    ...(kind === 'open' ? { opening } : {}),
    ...(kind === 'resume' ? { resuming: true as const } : {}),
  };
  const tx = await desk.pool.connect();
  try {
    await tx.query('BEGIN');
    const trips = new Trips(tx);
    const { answer } = await takeIn(trips, { ...entrance, jws, at: noon });
    await trips.arrived(); // What was put off is written too.
    return answer.accepted ? 'accepted' : answer.error.code;
  } finally {
    await tx.query('ROLLBACK');
    tx.release();
  }
}

describe('who may give which command', () => {
  it('is written out for all 27 kinds, 5 kinds of gates and 3 teams, in 8 roles', () => {
    const kinds = new Set(rows.map(({ name }) => name.split('/')[0]));
    expect([...kinds].sort()).toEqual(Object.keys(commandBodies).sort());
    const gates = rows.filter(({ name }) => name.startsWith('decide/')).map(({ name }) => name);
    const forms = gateForms.map((form) => form.replace('*', ''));
    expect(gates.filter((gate) => forms.some((form) => gate.startsWith(`decide/${form}`)))).toEqual(
      gates,
    );
    expect(gates).toHaveLength(gateForms.length);
    expect(new Set(rows.map(({ cells }) => cells))).toEqual(new Set([8]));
  });

  it.each(rows)('$name: the policy says what is written out', ({ name, may }) => {
    expect([...new Set(policyFor(name))].sort()).toEqual([...may].sort());
  });

  it.each(rows)('$name: the verifier answers 8 roles as written out', async ({ name, may }) => {
    const found = new Map<Role, string>();
    for (const role of roles) found.set(role, await answerTo(name, role));
    // What comes before the role in the order of the checks would hide it.
    const before = ['MALFORMED', 'KEY_UNKNOWN', 'INCIDENT_OTHER', 'GATE_CLOSED', 'DIGEST_STALE'];
    expect([...found.values()].filter((code) => before.includes(code))).toEqual([]);
    const allowed = [...found].filter(([, code]) => code !== 'ROLE_MISSING').map(([role]) => role);
    expect(allowed).toEqual(may);
  });

  it('is for 0 of 8 whom a row alone gives another role', async () => {
    await desk.intruder.query(`UPDATE people SET roles = '{finance}' WHERE person_id = 'on-call'`);
    expect(await answerTo('resolve-payment', 'on-call')).toBe('ROLE_MISSING');
  });
});
