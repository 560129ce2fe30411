import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { changedSections } from '../templates/changed-sections';
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
    const { number } = dossier;
    const news = await newsOf(ports.documents, { incidentId, dossier });
    const text = `${news}
The dossier of ${incidentId} is attached: what happened, who is affected, what could be done about
it and at what risk, and what is proposed. Nobody decides this alone.

The PDF is for reading. The other file is its text, word for word; the digest that decisions name is
the SHA-256 of that file: ${digest}

Management, please confirm that you have it:
  ./makewhole receipt ${incidentId} --as YOU
Whoever is to sign the plan, it is shown before you sign:
  ./makewhole decide ${incidentId} --gate plan --as YOU --approve
Other options of a deal, side by side:
  ./makewhole options ${incidentId} --deal DEAL
`;
    let mailed = 0;
    for (const role of ['management', 'legal'] as const) {
      const people = await ports.notices.recipients({ roles: [role] });
      const attachments = filesOf(incidentId, dossier);
      const version = number === 1 ? '' : `, version ${number},`;
      const subject = `dossier${version} for your decision`;
      const round = number;
      const notice = { incidentId, kind: 'dossier', round, at, people, subject, text };
      mailed += await mailNotice(ports, { ...notice, attachments });
    }
    return { mailed };
  } satisfies Activities['sendDossier'];

/** What a reader of the version before has not read yet; nothing of the first version. */
async function newsOf(
  documents: Documents,
  { incidentId, dossier }: { incidentId: string; dossier: StoredDocument },
): Promise<string> {
  const { digest, number, body } = dossier;
  const previous = await documents.previous({ incidentId, kind: 'dossier', digest });
  if (previous === null) return '';
  const changed = changedSections(previous.body, body);
  return `
This is version ${number}, in the place of version ${previous.number}. It says something else in:
${changed.map((title) => `  - ${title}`).join('\n')}
Whoever has confirmed an earlier version need not confirm this one.
`;
}

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
