import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { withoutEvidenceLine } from '../templates/case-sections';
import { postMortemText } from '../templates/post-mortem';
import { parseInput } from './fail';
import type { Documents } from './ports/documents';

/**
 * Writes the post-mortem from the record, or finds the newest one still true.
 *
 * Retry: safe. Ensures: a new one, and so a new decision, only where it says something else.
 */
export const draftPostMortem = (ports: { documents: Documents }) =>
  async function draftPostMortem(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const body = postMortemText(await ports.documents.postMortemFacts(incidentId));
    const kind = 'post-mortem';
    const newest = await ports.documents.newest({ incidentId, kind });
    if (newest !== null && withoutEvidenceLine(newest.body) === withoutEvidenceLine(body)) {
      return { digest: newest.digest };
    }
    return ports.documents.keep({ incidentId, kind, body, at });
  } satisfies Activities['draftPostMortem'];
