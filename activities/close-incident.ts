import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { fail, parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Holds } from './ports/holds';
import type { Impacts } from './ports/impacts';
import type { Notices } from './ports/notices';
import type { Stages } from './ports/stages';
import { signHeads, type HeadPorts } from './sign-heads';
import { judgeReconciliation, type ReconcilingPorts } from './read-reconciliation';
import { whoIsOpen, type ProvingPorts } from './who-is-open';

type Ports = HeadPorts &
  ProvingPorts &
  ReconcilingPorts & {
    stages: Stages;
    approvals: Approvals;
    holds: Holds;
    impacts: Pick<Impacts, 'recomputation'>;
    notices: Pick<Notices, 'wasBegun'>;
  };

/**
 * Closes the incident, on the post-mortem that legal and management signed.
 *
 * Retry: safe. Ensures: proves once more by itself what closing says, whatever earlier steps are
 * said to have answered; the outcome is read from the record.
 * @throws APPROVAL_MISSING (refused) when they did not sign exactly that.
 * @throws STILL_OPEN (refused) when somebody is not done, an amount is neither explained nor signed
 * off, or the post-mortem was mailed to nobody.
 * @throws STILL_FROZEN (refused) while the service is held: nobody could lift it afterwards.
 */
export const closeIncident = (ports: Ports) =>
  async function closeIncident(input) {
    const end = parseInput(ofIncident.extend({ postMortem: z.string() }), input);
    const { incidentId, postMortem: subject, at } = end;
    await ports.approvals.require({ incidentId, gateId: 'close', subject });
    if (!(await ports.notices.wasBegun({ incidentId, kind: 'post-mortem' }))) {
      throw fail('STILL_OPEN', `the post-mortem of ${incidentId} has been mailed to nobody`);
    }
    const { affected, planVersions } = await provenDone(ports, { incidentId, at });
    const held = (await ports.holds.open(incidentId)).some(({ kind }) => kind === 'service');
    if (held) throw fail('STILL_FROZEN', `${incidentId} still holds the allocation service`);
    const outcome = affected === 0 ? 'no-impact' : 'made-whole';
    await ports.stages.close({ ...end, outcome, planVersions });
    return { outcome, planVersions, evidenceHead: await signHeads(ports, end) };
  } satisfies Activities['closeIncident'];

async function provenDone(
  ports: Ports,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<{ affected: number; planVersions: number }> {
  if ((await ports.impacts.recomputation(incidentId)) === null) {
    throw fail('STILL_OPEN', `nobody has worked out yet whom ${incidentId} affects`);
  }
  const versions = await ports.settlements.approvedVersions(incidentId);
  const { affected, open } = await whoIsOpen(ports, { incidentId, at, versions });
  const [first] = open;
  if (first !== undefined) {
    const count = `${String(open.length)} of ${String(affected)} people are not done`;
    throw fail('STILL_OPEN', `${count}. ${first.question}`);
  }
  const { explained, difference } = await judgeReconciliation(ports, incidentId);
  if (!explained && difference?.signedOff !== true) {
    throw fail('STILL_OPEN', `owed, booked and moved of ${incidentId} differ`);
  }
  return { affected, planVersions: versions.length };
}
