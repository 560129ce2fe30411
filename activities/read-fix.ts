import type { Activities, FixState } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Fixes } from './ports/fixes';

/**
 * How the fix stands: proposed, awaited, or not needed because the scan found nobody harmed.
 *
 * Ensures: one that failed, live or before, or was rejected, is not proposed any more.
 */
export const readFix = ({ fixes }: { fixes: Fixes }) =>
  async function readFix(input): Promise<FixState> {
    const { incidentId, at } = parseInput(ofIncident, input);
    const fix = await fixes.latest(incidentId);
    if (fix !== null && fix.state !== 'failed' && fix.state !== 'rejected') {
      return { kind: 'proposed', attempt: fix.attempt, rule: fix.rule };
    }
    const reportDigest = await fixes.cleanScan(incidentId);
    if (reportDigest !== null) return { kind: 'not-needed', reportDigest };
    await fixes.awaited({ incidentId, at });
    return { kind: 'none' };
  } satisfies Activities['readFix'];
