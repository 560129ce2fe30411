import { generateKeyPairSync } from 'node:crypto';
import type { ChainHead } from '../../proof/evidence-chain';
import { kidOf } from '../../proof/key-id';
import { until } from '../support/until';
import { jwsOf, type SecondIncident } from './second-incident';

const strangersKey = generateKeyPairSync('ed25519').privateKey;
const oldDigest = 'd'.repeat(64);

type Attack = [what: string, code: string, bytes: (on: Attacked) => unknown];
type Attacked = { incident: SecondIncident; plan: string; head: ChainHead };

const approval = ({ head }: Attacked) => {
  return { gate: 'plan', opening: 1, decision: 'approve', evidenceHead: head };
};
const vote = (on: Attacked) => {
  return { kind: 'decide' as const, subject: on.plan, body: approval(on) };
};

const attacks: Attack[] = [
  ['a wish that is no command at all', 'MALFORMED', () => ({ approve: true })],
  ['an unsigned command', 'MALFORMED', (on) => unsigned(on)],
  ['a command of nobody enrolled', 'KEY_UNKNOWN', (on) => ofNobody(on)],
  [
    'a forged command: the name of legal, the key of a stranger',
    'SIGNATURE_INVALID',
    (on) => on.incident.command('lena', { ...vote(on), signedWith: strangersKey }),
  ],
  ['a command altered after it was signed', 'SIGNATURE_INVALID', (on) => altered(on)],
  [
    'a vote for another incident',
    'INCIDENT_OTHER',
    (on) => on.incident.command('lena', { ...vote(on), incident: 'INC-2026-0001' }),
  ],
  [
    'a vote past its time',
    'EXPIRED',
    (on) => on.incident.command('lena', { ...vote(on), iat: 1_700_000_000, exp: 1_700_000_600 }),
  ],
  [
    'a vote on an old digest',
    'DIGEST_STALE',
    (on) => on.incident.command('lena', { ...vote(on), subject: oldDigest }),
  ],
  [
    'a vote at a gate that was never opened',
    'GATE_CLOSED',
    (on) => on.incident.command('lena', { ...vote(on), body: { ...approval(on), gate: 'close' } }),
  ],
  [
    'a vote without a seat at the gate',
    'ROLE_MISSING',
    (on) => on.incident.command('erik', vote(on)),
  ],
  [
    'the vote of who opened it, though they hold finance',
    'SELF_APPROVAL',
    (on) => on.incident.command('otto', vote(on)),
  ],
];

function unsigned(on: Attacked): string {
  const { incident, plan } = on;
  const envelope = { iss: 'lena', kind: 'decide', incident: incident.id, subject: plan };
  const kid = kidOf(incident.keyOf('lena'));
  return jwsOf({ envelope: { ...envelope, body: approval(on) }, kid, key: null, alg: 'none' });
}

function ofNobody(on: Attacked): string {
  const { incident, plan } = on;
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 600, jti: 'a-stranger-came-by' };
  const said = { iss: 'lena', kind: 'decide', incident: incident.id, subject: plan };
  const envelope = { ...said, body: approval(on), ...times };
  return jwsOf({ envelope, kid: kidOf(strangersKey), key: strangersKey });
}

/** A rejection that somebody turns into an approval on its way. */
function altered(on: Attacked): string {
  const body = { ...approval(on), decision: 'reject', reason: 'not like this' };
  const [header, payload = '', signature] = on.incident
    .command('lena', { ...vote(on), body })
    .split('.');
  const text = Buffer.from(payload, 'base64url').toString().replace('"reject"', '"approve"');
  return [header, Buffer.from(text).toString('base64url'), signature].join('.');
}

/** (c) Commands and signals that must change nothing, by way of Temporal's own command line. */
export function refusesWhatIsNotSigned(open: () => Promise<SecondIncident>): void {
  describe('an incident under attack by way of Temporal', () => {
    let on: Attacked;

    beforeAll(async () => {
      const incident = await open();
      const { digest } = await incident.gate('plan');
      await Promise.all(
        ['acknowledgement', 'call', 'advice', 'resolution'].map((stage) => {
          return incident.gate(`letters/${stage}`);
        }),
      );
      on = { incident, plan: digest, head: await incident.head() };
    }, 60_000);

    it.each(attacks)('changes nothing by %s, and records %s', async (_, code, bytes) => {
      const before = await on.incident.standing();
      const known = await on.incident.refusals();
      const answer = await on.incident.update(bytes(on));
      expect(answer).toMatchObject({ accepted: false, error: { code } });
      expect(await on.incident.refusals()).toEqual([...known, code]);
      expect(await on.incident.standing()).toEqual(before);
    });

    it('takes the same forged command as a signal, and records it likewise', async () => {
      const before = await on.incident.standing();
      const known = await on.incident.refusals();
      const forged = on.incident.command('lena', { ...vote(on), signedWith: strangersKey });
      const workflowId = `${on.incident.id}/desk`;
      await on.incident.signal({ workflowId, name: 'command', input: forged });
      const refused = async () => (await on.incident.refusals()).length > known.length;
      await until('the forged signal stands in evidence', refused);
      expect(await on.incident.refusals()).toEqual([...known, 'SIGNATURE_INVALID']);
      expect(await on.incident.standing()).toEqual(before);
    });

    it('decides nothing by 6 signals straight to the parent and to the gate', () =>
      signalsDecideNothing(on));
    it('counts a vote once: the second one of the same person is ALREADY_VOTED', () =>
      secondVoteIsRefused(on));
  });
}

async function signalsDecideNothing(on: Attacked): Promise<void> {
  const before = await on.incident.standing();
  const { id } = on.incident;
  const yes = { gate: 'plan', decision: 'approve', subject: on.plan, votes: ['lena', 'finn'] };
  const vouched = on.incident.command('lena', vote(on)); // Good, but not sent to the desk.
  const payloads = { approve: yes, nudge: yes, command: vouched };
  for (const workflowId of [id, `${id}/gate/plan`]) {
    for (const [name, input] of Object.entries(payloads)) {
      await on.incident.signal({ workflowId, name, input });
    }
    await until(`${workflowId} has read its signals`, () => hasRead(on.incident, workflowId));
  }
  expect(await on.incident.standing()).toEqual(before);
}

async function secondVoteIsRefused(on: Attacked): Promise<void> {
  const first = on.incident.command('lena', vote(on));
  expect(await on.incident.update(first)).toMatchObject({ accepted: true });
  expect(await on.incident.update(first)).toMatchObject({ accepted: true }); // The same bytes.
  const before = await on.incident.standing();
  const again = await on.incident.update(on.incident.command('lena', vote(on)));
  expect(again).toMatchObject({ accepted: false, error: { code: 'ALREADY_VOTED' } });
  expect((await on.incident.refusals()).at(-1)).toBe('ALREADY_VOTED');
  expect(await on.incident.standing()).toEqual(before);
  expect((await on.incident.gate('plan')).missing).toContain('finance');
}

/** Whether a workflow has worked on its newest signal: a task was completed after it. */
async function hasRead({ stack }: SecondIncident, workflowId: string): Promise<boolean> {
  const { out } = await stack.temporal(['workflow', 'show', '--workflow-id', workflowId]);
  const { events } = JSON.parse(out) as { events: { eventType: string }[] };
  const types = events.map(({ eventType }) => eventType);
  const read = types.lastIndexOf('EVENT_TYPE_WORKFLOW_TASK_COMPLETED');
  return read > types.lastIndexOf('EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED');
}
