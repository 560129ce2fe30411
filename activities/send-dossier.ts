import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { fail, parseInput } from './fail';
import { mailNotice, type NoticePorts } from './mail-notice';
import type { Documents, StoredDocument } from './ports/documents';
import type { Mail } from './ports/mailer';

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

The PDF is for reading. The other file is its text, word for word; the digest that decisions name is
the SHA-256 of that file: ${digest}

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
      const attachments = filesOf(incidentId, dossier);
      const subject = 'dossier for your decision';
      const round = dossier.number;
      const notice = { incidentId, kind: 'dossier', round, at, people, subject, text };
      mailed += await mailNotice(ports, { ...notice, attachments });
    }
    return { mailed };
  } satisfies Activities['sendDossier'];

function filesOf(incidentId: string, { body, pdf }: StoredDocument): Mail['attachments'] {
  const name = `${incidentId}-dossier`;
  const text = {
    filename: `${name}.md`,
    contentType: 'text/markdown; charset=utf-8',
    content: new TextEncoder().encode(body),
  };
  if (pdf === null) return [text];
  return [{ filename: `${name}.pdf`, contentType: 'application/pdf', content: pdf }, text];
}
