import { join } from 'node:path';
import { postgresCommandInbox } from '../../adapters/postgres/command-inbox';
import { appendEvidence, headOf } from '../../adapters/postgres/evidence';
import { postgresGates } from '../../adapters/postgres/gates';
import { inTransaction } from '../../adapters/postgres/pool';
import { loadPack } from '../../policies/load-pack';
import { digestOf } from '../../proof/digest';
import { genesis, type EvidenceContent } from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';
import { EnrolmentDesk, noon } from './enrolment-desk';

const opening = loadPack({ folder: join(__dirname, '../../policies'), name: 'demo' });
const gateId = 'letters/acknowledgement';
const text = digestOf('the text of the letter');
const letterId = '<letter-of-dora@makewhole.invalid>';
const paymentKey = digestOf('the payment to Dora');
const transferKey = digestOf('the units of Dora');

let desk: EnrolmentDesk;
let incident: string;

beforeAll(async () => {
  desk = await EnrolmentDesk.open();
  await desk.add('admin', desk.entry('olga', 'on-call', 'customer-success'));
  await desk.add('admin', desk.entry('lea', 'legal'));
  await desk.add('admin', desk.entry('cleo', 'customer-success'));
  incident = await openIncident();
  await seal('fact', []);
  await postgresGates(desk.pool).open({ incidentId: incident, gateId, subject: text, at: noon });
  await vote('lea');
  await vote('cleo');
  await vote('lea'); // Refused: ALREADY_VOTED, which is evidence too.
  await postgresGates(desk.pool).tally({ incidentId: incident, gateId, opening: 1, at: noon });
  await sendLetter();
  await intend();
});
afterAll(() => desk.close());

const verify = () => desk.evidence().verify(incident);
const tamper = (sql: string) => desk.intruder.query(sql);

async function openIncident(): Promise<string> {
  const body = {
    summary: 'Shares look wrong',
    deals: [],
    estimate: {},
    assumptions: [],
    pack: 'demo',
    drill: true,
  };
  const jws = desk.sign('olga', { kind: 'open', body });
  const { answer } = await postgresCommandInbox(desk.pool).open({ jws, at: noon, opening });
  if (!answer.accepted) throw new Error(answer.error.message);
  return answer.incident;
}

async function vote(by: string): Promise<void> {
  const evidenceHead = await headOf(desk.pool, incident);
  const body = { gate: gateId, opening: 1, decision: 'approve' as const, evidenceHead };
  const jws = desk.sign(by, { kind: 'decide', incident, subject: text, body });
  await postgresCommandInbox(desk.pool).answer({ incidentId: incident, jws, at: noon });
}

const seal = (kind: string, keys: string[]) =>
  inTransaction(desk.pool, (tx) =>
    appendEvidence(tx, { chain: incident, at: noon, actor: 'makewhole', kind, body: { keys } }),
  );

async function sendLetter(): Promise<void> {
  await desk.pool.query(
    `INSERT INTO letters (incident_id, stage, investor_id, revision, deals, template_digest,
       body_digest, message_id, state, queued_at, sent_at)
     VALUES ($1, 'acknowledgement', 'D', 1, '{}', $2, $2, $3, 'sent', $4, $4)`,
    [incident, text, letterId, noon],
  );
  await seal('letter-queued', [letterId]);
  await seal('letter-sent', [letterId]);
}

async function intend(): Promise<void> {
  await desk.pool.query(
    `INSERT INTO payments (payment_key, incident_id, deal_id, investor_id, leg, sequence,
       plan_version, plan_digest, payer, payee, amount_minor, currency, reference, intended_at)
     VALUES ($2, $1, 'fresh', 'D', 'refund', 1, 1, $3, 'spv:fresh', 'investor:D', 354064, 'USD',
       'ref', $4)`,
    [incident, paymentKey, text, noon],
  );
  await desk.pool.query(
    `INSERT INTO unit_transfers (transfer_key, incident_id, deal_id, from_holder, to_holder,
       sequence, plan_version, plan_digest, units_minor, currency, intended_at)
     VALUES ($2, $1, 'fresh', 'D', 'E', 1, 1, $3, 354064, 'USD', $4)`,
    [incident, transferKey, text, noon],
  );
  await seal('payment-intent', [paymentKey, transferKey]);
}

/** Changes tables behind the triggers' back, verifies, and puts everything back as it was. */
async function verifiedAfter(tampering: string): Promise<unknown> {
  const tables = ['votes', 'commands', 'gates', 'letters', 'payments', 'unit_transfers'];
  for (const table of tables) await tamper(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  const behind = (sql: string) =>
    tamper(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
  await behind(tampering);
  try {
    return await verify();
  } finally {
    for (const table of tables) {
      await behind(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}`);
      await tamper(`DROP TABLE kept_${table}`);
    }
  }
}

describe('the walk from an incident’s chain to the tables and back', () => {
  it('holds when nobody changed anything, with refusals and gates among the entries', async () => {
    const { hash, seq } = await headOf(desk.pool, incident);
    expect(await verify()).toMatchObject({ holds: true, entries: seq, head: hash });
  });

  it.each([
    [
      'a vote taken out',
      `DELETE FROM votes WHERE person_id = 'cleo'`,
      'the vote of cleo is missing from the table of votes',
    ],
    [
      'a vote turned round',
      `UPDATE votes SET decision = 'reject' WHERE person_id = 'cleo'`,
      'the vote of cleo at gate letters/acknowledgement says something else',
    ],
    [
      'a vote given other roles',
      `UPDATE votes SET roles = '{finance}' WHERE person_id = 'lea'`,
      'the vote of lea at gate letters/acknowledgement says something else',
    ],
    [
      'a vote given to somebody else',
      `UPDATE votes SET person_id = 'olga' WHERE person_id = 'lea'`,
      'the vote of olga at gate letters/acknowledgement says something else',
    ],
    [
      'a vote under another command',
      `UPDATE votes v SET jti = c.jti FROM commands c
       WHERE c.kind = 'open' AND v.person_id = 'lea'`,
      'the vote of lea at gate letters/acknowledgement stands in no entry',
    ],
    [
      'a command taken out',
      `DELETE FROM commands WHERE kind = 'open'`,
      'is missing from the table of commands',
    ],
    [
      'a refused command taken out',
      `DELETE FROM commands WHERE code = 'ALREADY_VOTED'`,
      'is missing from the table of commands',
    ],
    [
      'a refusal turned into a yes',
      `UPDATE commands SET accepted = true, code = NULL WHERE NOT accepted`,
      'its row and its entry differ on acceptance',
    ],
    [
      'a refusal with another reason',
      `UPDATE commands SET code = 'EXPIRED' WHERE NOT accepted`,
      'its entry has another refusal code',
    ],
    [
      'a command counted for somebody else',
      `UPDATE commands SET person_id = 'admin' WHERE kind = 'open'`,
      'it counts for admin, whose key did not sign it',
    ],
    [
      'a signed text exchanged for another',
      `UPDATE commands SET jws = jws || 'A' WHERE kind = 'open'`,
      'its text has another digest',
    ],
    [
      'a text and its digest exchanged',
      `UPDATE commands SET jws = 'x', jws_digest = encode(sha256('x'), 'hex') WHERE kind = 'open'`,
      'its text cannot be read',
    ],
    [
      'a passed gate rejected by hand',
      `UPDATE gates SET state = 'rejected'`,
      'opening 1 of gate letters/acknowledgement is rejected in no entry',
    ],
    [
      'a payment nobody meant',
      `UPDATE payments SET payment_key = repeat('a', 64)`,
      `payment ${'a'.repeat(64)} has no entry of its intent`,
    ],
    [
      'a payment taken out',
      `DELETE FROM payments`,
      `payment-intent ${paymentKey} has no row in any table`,
    ],
    [
      'a payment settled by hand',
      `UPDATE payments SET state = 'settled'`,
      `payment ${paymentKey} is over, and no entry says how`,
    ],
    [
      'a payment under way that nobody approved',
      `UPDATE payments SET state = 'sending'`,
      `payments went out on digest ${text} without gate plan`,
    ],
    [
      'units moved by hand',
      `UPDATE unit_transfers SET state = 'confirmed'`,
      `unit transfer ${transferKey} is over, and no entry says how`,
    ],
    [
      'a letter nobody queued',
      `UPDATE letters SET message_id = 'other'`,
      'letter other has no entry of its intent',
    ],
    [
      'a letter of a text nobody approved',
      `UPDATE letters SET template_digest = repeat('b', 64)`,
      `letters went out on digest ${'b'.repeat(64)} without gate letters/acknowledgement`,
    ],
  ])('names %s', async (_, sql, what) => {
    expect(await verifiedAfter(sql)).toMatchObject({
      holds: false,
      firstBreak: { what: expect.stringContaining(what) as string },
    });
  });

  it('finds a tail cut off behind a row that still stands', async () => {
    const found = await verifiedWith((entries) => entries.slice(0, 4));
    expect(found).toMatchObject({
      holds: false,
      entries: 4,
      firstBreak: { seq: 0, what: expect.stringContaining('stands in no entry') as string },
    });
  });

  it('finds an entry dropped and the rest sealed anew, by the head a voter signed', async () => {
    const found = await verifiedWith((entries) => entries.filter(({ kind }) => kind !== 'fact'));
    expect(found).toMatchObject({
      holds: false,
      firstBreak: { what: expect.stringMatching(/(lea|cleo) signed with entry/) as string },
    });
  });
});

/** Writes the chain anew, every hash in order, as the database's owner could; and undoes it. */
async function verifiedWith(
  change: (entries: EvidenceContent[]) => EvidenceContent[],
): Promise<unknown> {
  await tamper('ALTER TABLE evidence DISABLE TRIGGER USER; CREATE TABLE kept AS TABLE evidence');
  const { rows } = await desk.intruder.query<{ entry: string }>(
    'SELECT entry FROM evidence WHERE chain = $1 ORDER BY seq',
    [incident],
  );
  const entries = change(rows.map(({ entry }) => JSON.parse(entry) as EvidenceContent));
  await tamper(`DELETE FROM evidence WHERE chain = '${incident}'`);
  let head = genesis;
  for (const { at, actor, kind, body } of entries) {
    const { seq, entry, prevHash, hash } = sealEntry(head, { at, actor, kind, body });
    await desk.intruder.query('INSERT INTO evidence VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
      incident,
      seq,
      at,
      actor,
      kind,
      entry,
      prevHash,
      hash,
    ]);
    head = { seq, hash };
  }
  try {
    return await verify();
  } finally {
    await tamper('DELETE FROM evidence; INSERT INTO evidence TABLE kept; DROP TABLE kept');
  }
}
