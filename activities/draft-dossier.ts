import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { withoutDatedLines } from '../templates/case-sections';
import { sha256Hex } from '../proof/digest';
import { dossierOf } from '../templates/dossier';
import { reportMarkdown } from '../templates/report-markdown';
import { reportPdf } from '../templates/report-pdf';
import { parseInput } from './fail';
import type { Documents } from './ports/documents';

/**
 * Writes the dossier for management and legal as text and as PDF, or finds the newest still true.
 *
 * Retry: safe. Ensures: a new one only where it says something else.
 */
export const draftDossier = (ports: { documents: Documents }) =>
  async function draftDossier(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const report = dossierOf(await ports.documents.dossierFacts(incidentId), at);
    const body = reportMarkdown(report);
    const kind = 'dossier';
    const newest = await ports.documents.newest({ incidentId, kind });
    if (newest !== null && withoutDatedLines(newest.body) === withoutDatedLines(body)) {
      return { digest: newest.digest };
    }
    const pdf = await reportPdf(report, sha256Hex(body));
    return ports.documents.keep({ incidentId, kind, body, pdf, at });
  } satisfies Activities['draftDossier'];
