import { generateKeyPairSync } from 'node:crypto';
import { sha256Hex } from '../../proof/digest';
import type { ChainHead } from '../../proof/evidence-chain';
import { after, DecisionDesk, noon, opening, type Draft } from './decision-desk';

let subject: string;
const hour = 3600;
let desk: DecisionDesk;
let incidentId: string;
let other: string;
let early: ChainHead;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call finance');
  await desk.enrol('lena', 'legal');
  await desk.enrol('lou', 'legal');
  await desk.enrol('finn', 'finance');
  await desk.enrol('ines', { roles: ['finance'], interests: ['OLD'] });
  await desk.enrol('mary', 'management');
  await desk.enrol('eve', 'operations');
  await desk.enrol('gone', 'legal');
  await desk.revoke('gone', { at: '2026-11-01T00:00:00.000Z' });
  incidentId = await desk.openIncident('olga', ['OLD']);
  other = await desk.openIncident('olga');
  subject = await desk.planOnFile(incidentId);
  early = await desk.head(incidentId);
  await desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
  await desk.intruder.query(
    `INSERT INTO plan_lines (incident_id, version, deal_id, investor_id, leg, sequence,
       amount_minor, currency, payer, payee, computed, leaf)
     VALUES ($1, 1, 'OLD', 'E', 'let-stand', 1, 0, 'USD', '', '', 'stands', '{}')`,
    [incidentId],
  );
});
afterAll(() => desk.close());

const vote = (opening = 1) => ({ gate: 'plan', opening, decision: 'approve' as const });
const seeing = (evidenceHead: ChainHead | null) => ({ body: { ...vote(), evidenceHead } });
const decide = (given: Partial<Draft> = {}): Draft => ({
  kind: 'decide',
  incident: incidentId,
  subject,
  body: vote(),
  ...given,
});

describe('a refused command', () => {
  const cases: [string, () => string, string?][] = [
    ['MALFORMED', () => 'no.jws.at-all'],
    ['MALFORMED', () => desk.sign('lena', decide({ life: 15 * 24 * hour }))],
    ['KEY_UNKNOWN', () => signedByStranger()],
    ['KEY_UNKNOWN', () => desk.sign('lena', decide({ iss: 'finn' }))],
    ['SIGNATURE_INVALID', () => `${desk.sign('lena', decide()).slice(0, -86)}${'A'.repeat(86)}`],
    ['KEY_REVOKED', () => desk.sign('gone', decide())],
    ['NOT_YET_VALID', () => desk.sign('lena', decide({ signedAt: 61 }))],
    ['EXPIRED', () => desk.sign('lena', decide({ signedAt: -2 * hour, life: hour }))],
    ['INCIDENT_UNKNOWN', () => desk.sign('lena', decide({ incident: 'INC-2026-9999' }))],
    ['INCIDENT_OTHER', () => desk.sign('lena', decide({ incident: other }))],
    ['GATE_CLOSED', () => desk.sign('lena', decide({ body: { ...vote(), gate: 'close' } }))],
    ['GATE_CLOSED', () => desk.sign('lena', decide({ body: vote(2) }))],
    ['DIGEST_STALE', () => desk.sign('lena', decide({ subject: 'b'.repeat(64) }))],
    ['ROLE_MISSING', () => desk.sign('eve', decide())],
    ['SELF_APPROVAL', () => desk.sign('olga', decide())],
    ['INTEREST', () => desk.sign('ines', decide())],
    ['ROLE_MISSING', () => desk.sign('finn', { kind: 'take', incident: incidentId })],
    ['MALFORMED', () => desk.sign('lena', decide(seeing(null)))],
    ['MALFORMED', () => desk.sign('lena', decide(seeing({ seq: 0, hash: '0'.repeat(64) })))],
    ['DIGEST_STALE', () => desk.sign('lena', decide(seeing({ seq: 2, hash: 'c'.repeat(64) })))],
    ['DIGEST_STALE', () => desk.sign('lena', decide(seeing(early)))],
    ['DIGEST_STALE', () => desk.sign('mary', { kind: 'receipt', incident: incidentId, subject })],
    [
      'NOT_FOUND',
      () => desk.sign('olga', { kind: 'resume', incident: incidentId, body: { after: 1 } }),
    ],
  ];

  it.each(cases)(
    'is answered %s, stands in evidence 1 time and changes nothing',
    async (code, jws) => {
      const sent = jws();
      const before = await changes();
      const { answer, nudge } = await desk.send({ incidentId, jws: sent });
      expect(answer).toMatchObject({ accepted: false, error: { code } });
      expect(nudge).toEqual([]);
      expect(await changes()).toEqual(before);
      const entries = await desk.evidence(incidentId);
      const mine = entries.filter(({ body }) => body['jwsDigest'] === sha256Hex(sent));
      expect(mine).toMatchObject([{ kind: 'refusal', body: { code } }]);
    },
  );

  it('uses up its jti only when its signature holds', async () => {
    const unverified = ['KEY_UNKNOWN', 'SIGNATURE_INVALID'];
    const n = await desk.count('FROM commands WHERE code = ANY ($1)', unverified);
    expect(n).toBe(0);
    const spoilt = desk.sign('lena', { kind: 'take', incident: incidentId, jti: 'j'.repeat(20) });
    await desk.send({ incidentId, jws: `${spoilt.slice(0, -86)}${'A'.repeat(86)}` });
    const honest = desk.sign('eve', { kind: 'take', incident: incidentId, jti: 'j'.repeat(20) });
    expect((await desk.send({ incidentId, jws: honest })).answer.accepted).toBe(true);
  });

  it('is kept on the registry when it was sent to none of our 2 incidents', async () => {
    const jws = desk.sign('lena', decide({ incident: 'INC-2026-7777' }));
    const { answer } = await desk.send({ incidentId: 'INC-2026-7777', jws });
    expect(answer).toMatchObject({ accepted: false, error: { code: 'INCIDENT_UNKNOWN' } });
    const entries = await desk.evidence('registry');
    expect(entries.at(-1)).toMatchObject({ kind: 'refusal', body: { code: 'INCIDENT_UNKNOWN' } });
  });

  it('is told 1 time what is wrong, what was found and what to do', async () => {
    const jws = desk.sign('eve', decide());
    const { answer } = await desk.send({ incidentId, jws });
    const message = answer.accepted ? '' : answer.error.message;
    expect(message).toBe('gate plan is decided by legal and finance; eve holds operations');
  });

  function signedByStranger(): string {
    desk.keys.set('stranger', generateKeyPairSync('ed25519').privateKey);
    return desk.sign('stranger', decide());
  }

  async function changes(): Promise<number[]> {
    return [
      await desk.count('FROM votes'),
      await desk.count('FROM dossier_receipts'),
      await desk.count('FROM incidents WHERE taken_by IS NOT NULL'),
      await desk.count(`FROM gates WHERE state <> 'open'`),
    ];
  }
});

describe('a command that comes again', () => {
  it('gets the first answer for the same bytes, 5 times at once, and counts 1 time', async () => {
    const jws = desk.sign('lena', decide());
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => desk.send({ incidentId, jws })));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      answer: { accepted: true },
      nudge: [`${incidentId}/gate/plan`],
    });
    expect(await desk.count(`FROM votes WHERE person_id = 'lena'`)).toBe(1);
    const votes = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'vote');
    expect(votes).toHaveLength(1);
  });

  it('gets the first answer 30 days later too, though its time is over by then', async () => {
    const jws = desk.sign('finn', { kind: 'take', incident: other });
    const first = await desk.send({ incidentId: other, jws });
    expect(first.answer).toMatchObject({ accepted: false, error: { code: 'ROLE_MISSING' } });
    expect(await desk.send({ incidentId: other, jws, at: after(30 * 24 * hour) })).toEqual(first);
  });

  it('is REPLAYED for other bytes under 1 jti, whoever signs them', async () => {
    const jti = 'r'.repeat(20);
    expect(await desk.tell({ incidentId: other, by: 'eve', kind: 'take', jti })).toBe('accepted');
    expect(await desk.tell({ incidentId: other, by: 'olga', kind: 'take', jti })).toBe('REPLAYED');
    expect(await desk.tell({ incidentId, by: 'olga', kind: 'take', jti })).toBe('REPLAYED');
  });

  it('is ALREADY_VOTED for a 2nd vote by the same person, the other way round too', async () => {
    const ask = { incidentId, by: 'lena', gate: 'plan', subject };
    expect(await desk.vote(ask)).toBe('ALREADY_VOTED');
    expect(await desk.vote({ ...ask, decision: 'reject', reason: 'no' })).toBe('ALREADY_VOTED');
  });

  it('counts 1 of 8 different votes that 1 person sends at the same time', async () => {
    const votes = Array.from({ length: 8 }, () =>
      desk.vote({ incidentId, by: 'lou', gate: 'plan', subject }),
    );
    const codes = await Promise.all(votes);
    expect(codes.filter((code) => code === 'accepted')).toHaveLength(1);
    expect(codes.filter((code) => code === 'ALREADY_VOTED')).toHaveLength(7);
    expect(await desk.count(`FROM votes WHERE person_id = 'lou'`)).toBe(1);
  });
});

describe('open', () => {
  const body = {
    summary: 'One deal looks wrong',
    deals: ['OLD'],
    firstKnownAt: '2026-11-21T09:00:00+01:00',
    reportedBy: 'an investor by telephone',
    estimate: { deals: 1, amount: '7000', currency: 'USD' },
    assumptions: ['only one deal'],
    pack: opening.pack.name,
    drill: true,
  };
  const open = (by: string, given: Partial<Draft> = {}) =>
    desk.inbox().open({ jws: desk.sign(by, { kind: 'open', body, ...given }), at: noon, opening });

  it('makes 1 incident with its pack; evidence says since when, not through whom', async () => {
    const { answer, nudge } = await open('olga');
    expect(answer).toMatchObject({ accepted: true, result: { incident: answer.incident } });
    expect(nudge).toEqual([]);
    const [known, opened] = await desk.evidence(answer.incident);
    expect(known).toMatchObject({ kind: 'first-known', body: { firstKnownAt: body.firstKnownAt } });
    expect(opened).toMatchObject({ kind: 'opened', actor: 'olga', body: { deals: ['OLD'] } });
    expect(JSON.stringify([known, opened])).not.toContain('telephone');
    const { rows } = await desk.pool.query(
      'SELECT pack_snapshot AS pack, opened_by AS by, stage FROM incidents WHERE incident_id = $1',
      [answer.incident],
    );
    expect(rows).toEqual([{ pack: opening.pack, by: 'olga', stage: 'freezing' }]);
  });

  it('gives 6 openings at once 6 numbers in a row', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open('eve')));
    const ids = answers.map(({ answer }) => answer.incident).sort();
    const first = Number(ids[0]!.slice(-4));
    expect(ids).toEqual(
      ids.map((_, index) => `INC-2026-${String(first + index).padStart(4, '0')}`),
    );
  });

  it.each([
    ['lena', 'ROLE_MISSING', {}],
    ['olga', 'NOT_FOUND', { body: { ...body, pack: 'other' } }],
    ['olga', 'INCIDENT_OTHER', { incident: 'INC-2026-0001' }],
    ['olga', 'INCIDENT_UNKNOWN', { incident: 'INC-2026-9998' }],
    ['olga', 'NOT_FOUND', { kind: 'take' as const, body: {} }],
  ])('by %s is refused: %s (case %#), and the registry keeps it', async (by, code, given) => {
    const before = await desk.count('FROM incidents');
    const { answer } = await open(by, given);
    expect(answer).toMatchObject({ accepted: false, error: { code } });
    expect(await desk.count('FROM incidents')).toBe(before);
    expect((await desk.evidence('registry')).at(-1)).toMatchObject({ body: { code } });
  });

  it('opens 1 incident for the same bytes sent 3 times', async () => {
    const jws = desk.sign('olga', { kind: 'open', body });
    const answers = [];
    for (let time = 0; time < 3; time += 1) {
      answers.push(await desk.inbox().open({ jws, at: noon, opening }));
    }
    expect(new Set(answers.map(({ answer }) => answer.incident)).size).toBe(1);
  });

  it('and all that was answered here stands in evidence that holds, on 3 chains', async () => {
    for (const chain of [incidentId, other, 'registry']) {
      expect(await desk.verify(chain)).toMatchObject({ holds: true });
    }
  });

  it('is not taken at the desk of 1 incident', async () => {
    expect(await desk.tell({ incidentId, by: 'olga', kind: 'open', body })).toBe('NOT_FOUND');
  });
});
