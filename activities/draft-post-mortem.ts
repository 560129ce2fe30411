import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { sha256Hex } from '../proof/digest';
import { withoutDatedLines } from '../templates/case-sections';
import { postMortemText } from '../templates/post-mortem';
import { parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { Documents } from './ports/documents';

/**
 * Writes the post-mortem from the record, or finds the newest one signed or still true.
 *
 * Retry: safe. Ensures: a new one, and so a new decision, only where it says something else; one
 * that people have signed is the last, whatever closing adds to the record.
 */
export const draftPostMortem = (ports: { documents: Documents; approvals: Approvals }) =>
  async function draftPostMortem(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const kind = 'post-mortem';
    const newest = await ports.documents.newest({ incidentId, kind });
    if (newest !== null && sha256Hex(newest.body) === newest.digest) {
      const wanted = { incidentId, gateId: 'close', subject: newest.digest };
      if ((await ports.approvals.standing(wanted)).approved) return { digest: newest.digest };
    }
    const body = postMortemText(await ports.documents.postMortemFacts(incidentId));
    if (newest !== null && withoutDatedLines(newest.body) === withoutDatedLines(body)) {
      return { digest: newest.digest };
    }
    return ports.documents.keep({ incidentId, kind, body, at });
  } satisfies Activities['draftPostMortem'];
