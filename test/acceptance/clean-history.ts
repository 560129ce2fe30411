import { makeHistory, removeMade } from '../outsider/programs';
import { until } from '../support/until';
import { allocate, frozen } from './frozen-service';
import type { RunningStack } from './running-stack';
import { SecondIncident } from './second-incident';

type Found = { deals: { scanned: number; affected: object }; findings: object };
type Entry = { kind: string; body: Record<string, unknown> };

/** Approves, as two people of different roles, whatever the unfreeze gate is about. */
async function approveUnfreeze(stack: RunningStack, incident: SecondIncident): Promise<string> {
  const { digest } = await incident.gate('unfreeze');
  for (const person of ['erik', 'omar']) {
    const vote = ['decide', incident.id, '--gate', 'unfreeze', '--digest', digest, '--approve'];
    await stack.json([...vote, '--as', person]);
  }
  const lifted = async () => (await incident.status()).freeze.state === 'lifted';
  await until(`${incident.id} has lifted its hold`, lifted);
  return digest;
}

/** (f) Where nothing was wrong the service is back after two signatures; run it last. */
export function clearsTheClean(given: {
  stack: () => RunningStack;
  /** The incident that still holds the service. */
  open: () => Promise<SecondIncident>;
}): void {
  describe('an incident about a clean history', () => {
    let stack: RunningStack;
    let clean: SecondIncident;

    beforeAll(async () => {
      stack = given.stack();
      const other = await given.open();
      const fix = ['fix', 'propose', other.id, '--rule', 'prorate@1', '--averages', 'recorded'];
      await stack.json([...fix, '--as', 'olga']);
      await approveUnfreeze(stack, other);
      const { folder } = await makeHistory(20, '--clean');
      await stack.json(['import', folder, '--supersede', '--reason', 'a clean one']);
      clean = await SecondIncident.open(stack, ['--as', 'olga']);
    });
    afterAll(removeMade);

    it('finds 0 wrong shares by 2 computations, and is online after 2 signatures', async () => {
      await until('the service is frozen', async () => {
        return (await allocate(stack, 'CLEAN-1'))?.status === frozen.status;
      });
      const digest = await approveUnfreeze(stack, clean);
      expect(await allocate(stack, 'CLEAN-2')).toMatchObject({ status: 201 });

      const found = await stack.json<Found>(['impact', clean.id]);
      const none = { asRecorded: 0, asShouldHaveBeen: 0 };
      expect(found).toMatchObject({ deals: { scanned: 48, affected: none } });
      expect(Object.values(found.findings).filter((count) => count !== 0)).toEqual([]);
      const { out } = await stack.makewhole(['evidence', 'show', clean.id, '--lines']);
      const lines = out.trimEnd().split('\n');
      const entries = lines.map((line) => JSON.parse(line) as Entry);
      const of = (kind: string) => entries.find((entry) => entry.kind === kind)?.body;
      expect(of('recomputed')).toMatchObject({ impactDigest: digest });
      const deals = { affected: 0, sampled: 48 };
      expect(of('second-opinion')).toMatchObject({ agrees: true, deals, impactDigest: digest });
    });

    it('has nobody propose a fix, and plans and writes 0 letters', async () => {
      const { fix, plan, counts } = await clean.status();
      expect([fix.state, plan.version, counts.letters]).toEqual(['none', null, {}]);
    });
  });
}
