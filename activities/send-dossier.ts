import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { fail, parseInput } from './fail';
import { mailNotice, type NoticePorts } from './mail-notice';
import type { Documents } from './ports/documents';

const sending = ofIncident.extend({ digest: z.string() });

/**
 * Mails a dossier to management and legal, each version once, with what is asked of them.
 *
 * Retry: safe. @throws NOT_FOUND (refused) when no dossier has that digest.
 */
export const sendDossier = (ports: NoticePorts & { documents: Documents }) =>
  async function sendDossier(input) {
    const { incidentId, digest, at } = parseInput(sending, input);
    const dossier = await ports.documents.read({ incidentId, kind: 'dossier', digest });
    if (dossier === null) throw fail('NOT_FOUND', `no dossier has the digest ${digest}`);
    const text = `
The dossier of ${incidentId} is attached: what happened, who is affected, what could be done about
it and at what risk, and what is proposed. Nobody decides this alone.

Its digest: ${digest}

Management, please confirm that you have it:
  makewhole receipt ${incidentId} --as YOU
Legal and finance, the plan waits for your decision:
  makewhole decide ${incidentId} --gate plan --as YOU
Other options of a deal, side by side:
  makewhole options ${incidentId} --deal DEAL
`;
    let mailed = 0;
    for (const role of ['management', 'legal'] as const) {
      const people = await ports.notices.recipients({ roles: [role] });
      const attachment = { filename: `${incidentId}-dossier.md`, content: dossier.body };
      const subject = 'dossier for your decision';
      const round = dossier.number;
      const notice = { incidentId, kind: 'dossier', round, at, people, subject, text };
      mailed += await mailNotice(ports, { ...notice, attachment });
    }
    return { mailed };
  } satisfies Activities['sendDossier'];
