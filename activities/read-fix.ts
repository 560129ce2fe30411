import type { Activities, FixState } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Fixes } from './ports/fixes';

/** How the fix stands: proposed, awaited, or not needed because the scan found nobody harmed. */
export const readFix = ({ fixes }: { fixes: Fixes }) =>
  async function readFix(input): Promise<FixState> {
    const { incidentId, at } = parseInput(ofIncident, input);
    const fix = await fixes.latest(incidentId);
    const proposed = fix && ({ kind: 'proposed', attempt: fix.attempt, rule: fix.rule } as const);
    if (proposed && fix.state !== 'failed') return proposed;
    const reportDigest = await fixes.cleanScan(incidentId);
    if (reportDigest !== null) return { kind: 'not-needed', reportDigest };
    await fixes.awaited({ incidentId, at });
    return proposed ?? { kind: 'none' }; // One that did not hold is known; the next is awaited.
  } satisfies Activities['readFix'];
