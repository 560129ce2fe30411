import { until } from '../support/until';
import type { RunningStack } from './running-stack';
import { SecondIncident } from './second-incident';

type Refusal = { status: number; code: string; incident: string | undefined };

const sample = (dealId: string) => ({
  deal: {
    ...{ dealId, name: 'Nobody Gets This', company: 'Nobody', currency: 'USD' },
    ...{ closedOn: '2026-11-20', allocation: '1000.00', stage: 'closed', policy: 'demo' },
  },
  requests: [{ investorId: 'N01', requested: '2000.00' }],
});

/** Asks for an allocation; undefined while nobody listens. */
export async function allocate(stack: RunningStack, dealId: string): Promise<Refusal | undefined> {
  let answer: Response;
  try {
    answer = await fetch(new URL('/allocations', stack.addresses.allocatorUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sample(dealId)),
    });
  } catch {
    return undefined;
  }
  const { error } = (await answer.json()) as {
    error?: { code: string; incident?: string; message: string };
  };
  return { status: answer.status, code: error?.code ?? '', incident: error?.incident };
}

type ServiceState = {
  frozen: boolean;
  lastSeq: number;
  holds: { kind: string; incident: string }[];
};

const stateOf = async ({ addresses }: RunningStack) =>
  (await (await fetch(new URL('/state', addresses.allocatorUrl))).json()) as ServiceState;

/** What a frozen service answers. */
export const frozen = { status: 503, code: 'ALLOCATIONS_FROZEN' };

/** (e) While frozen nothing is allocated: not after a crash, nor after another's unfreeze. */
export function staysFrozen(given: {
  stack: () => RunningStack;
  open: () => Promise<SecondIncident>;
}): void {
  describe('a service frozen by two incidents', () => {
    let stack: RunningStack;
    let first: SecondIncident;
    let second: SecondIncident;
    let lastSeq: number;

    beforeAll(async () => {
      stack = given.stack();
      second = await given.open();
      first = await SecondIncident.open(stack, ['--as', 'olga']);
      for (const incident of [first, second]) {
        const isFrozen = async () => (await incident.status()).freeze.state === 'frozen';
        await until(`${incident.id} has frozen the service`, isFrozen);
      }
      ({ lastSeq } = await stateOf(stack));
    });

    it('answers 503 with a stable code and allocates nothing', async () => {
      expect(await allocate(stack, 'FROZEN-1')).toMatchObject(frozen);
      expect((await stateOf(stack)).lastSeq).toBe(lastSeq);
    });

    it('refuses straight after kill -9 and restart, from the first answer on', async () => {
      const killed = stack.pidOf('allocator');
      process.kill(killed, 'SIGKILL');
      const answers: Refusal[] = [];
      await until('the restarted allocator has answered 5 times', async () => {
        const answer = await allocate(stack, 'FROZEN-2');
        if (answer !== undefined) answers.push(answer);
        return answers.length >= 5;
      });
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
      expect(answers.at(-1)).toMatchObject(frozen);
      expect(stack.pidOf('allocator')).not.toBe(killed);
      expect((await stateOf(stack)).lastSeq).toBe(lastSeq);
    });

    it('stays frozen by the second incident when the first one lifts its own hold', async () => {
      const words = ['fix', 'propose', first.id, '--rule', 'prorate@1', '--averages', 'recorded'];
      await stack.json([...words, '--as', 'olga']);
      const { digest } = await first.gate('unfreeze');
      for (const person of ['erik', 'omar']) {
        const vote = ['decide', first.id, '--gate', 'unfreeze', '--digest', digest, '--approve'];
        await stack.json([...vote, '--as', person]);
      }
      const lifted = async () => (await first.status()).freeze.state === 'lifted';
      await until(`${first.id} has lifted its hold`, lifted);
      expect(await allocate(stack, 'FROZEN-3')).toMatchObject(frozen);
      const { holds, frozen: stillFrozen, lastSeq: now } = await stateOf(stack);
      expect([stillFrozen, now]).toEqual([true, lastSeq]);
      const holders = holds.filter(({ kind }) => kind === 'service').map((hold) => hold.incident);
      expect(holders).toEqual([second.id]);
      expect((await second.status()).freeze.state).toBe('frozen');
    });
  });
}
