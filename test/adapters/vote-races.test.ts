import type { KeyObject } from 'node:crypto';
import { DecisionDesk, noon } from './decision-desk';

const rounds = 20;
let desk: DecisionDesk;
let keys: KeyObject[];

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal management');
  const first = desk.keys.get('lena')!;
  desk.keys.delete('lena');
  await desk.enrol('lena', 'legal management'); // With a second key, beside the first.
  keys = [first, desk.keys.get('lena')!];
  await desk.enrol('mary', 'management');
});
afterAll(() => desk.close());

const subject = '8'.repeat(64);
type Vote = { incidentId: string; key: KeyObject; decision?: 'approve' | 'reject' };
const signed = ({ incidentId, key, decision = 'approve' }: Vote): string => {
  desk.keys.set('lena', key);
  const body = { gate: 'close', opening: 1, decision };
  return desk.sign('lena', { kind: 'decide', incident: incidentId, subject, body });
};
const codeOf = ({ answer }: Awaited<ReturnType<typeof desk.send>>) =>
  answer.accepted ? 'accepted' : answer.error.code;

async function opened(): Promise<string> {
  const incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
  return incidentId;
}

describe('two approvals in one millisecond by one person with 2 keys and 2 roles', () => {
  it(`count once, in ${String(rounds)} races of 4 transactions on 4 connections`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const incidentId = await opened();
      const texts = keys.map((key) => signed({ incidentId, key }));
      // Each text comes twice, as over two ways: an update and a signal.
      const sent = [...texts, ...texts].map((jws) => desk.send({ incidentId, jws, at: noon }));
      const codes = (await Promise.all(sent)).map(codeOf).sort();
      expect(codes).toEqual(['ALREADY_VOTED', 'ALREADY_VOTED', 'accepted', 'accepted']);
      expect(await desk.count('FROM votes WHERE incident_id = $1', incidentId)).toBe(1);
      const kinds = (await desk.evidence(incidentId)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'vote')).toHaveLength(1);
      const of = { incidentId, gateId: 'close', opening: 1, at: noon };
      const tallies = await Promise.all([desk.gates().tally(of), desk.gates().tally(of)]);
      for (const tally of tallies) expect(tally).toMatchObject({ state: 'open' });
      expect(tallies[0].missing).toHaveLength(1);
    }
    const incidentId = await opened();
    await desk.send({ incidentId, jws: signed({ incidentId, key: keys[0]! }) });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('and no count that runs beside a vote and its withdrawal passes what has 1 vote', async () => {
    const incidentId = await opened();
    await desk.vote({ incidentId, by: 'mary', gate: 'close', subject });
    const tally = () => desk.gates().tally({ incidentId, gateId: 'close', opening: 1, at: noon });
    const vote = signed({ incidentId, key: keys[0]! });
    const body = { gate: 'close', opening: 1, reason: 'too early' };
    const back = desk.sign('lena', {
      ...{ kind: 'withdraw-vote' as const, incident: incidentId, subject, body },
    });
    await desk.send({ incidentId, jws: vote });
    const [withdrawal, counted] = await Promise.all([
      desk.send({ incidentId, jws: back }),
      tally(),
    ]);
    // Either came first; never both a gate that has passed and a vote that was taken back.
    const passed = counted.state === 'passed';
    expect(codeOf(withdrawal)).toBe(passed ? 'GATE_CLOSED' : 'accepted');
    expect((await tally()).state).toBe(passed ? 'passed' : 'open');
  });
});
