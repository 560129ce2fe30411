import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { withoutEvidenceLine } from '../templates/case-sections';
import { dossierText } from '../templates/dossier';
import { parseInput } from './fail';
import type { Documents } from './ports/documents';

/**
 * Writes the dossier for management and legal, or finds the newest one still true.
 *
 * Retry: safe. Ensures: a new one only where it says something else.
 */
export const draftDossier = (ports: { documents: Documents }) =>
  async function draftDossier(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const body = dossierText(await ports.documents.dossierFacts(incidentId));
    const kind = 'dossier';
    const newest = await ports.documents.newest({ incidentId, kind });
    if (newest !== null && withoutEvidenceLine(newest.body) === withoutEvidenceLine(body)) {
      return { digest: newest.digest };
    }
    return ports.documents.keep({ incidentId, kind, body, at });
  } satisfies Activities['draftDossier'];
