import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { sha256Hex } from '../proof/digest';
import { fail, parseInput } from './fail';
import { mailNotice, type NoticePorts } from './mail-notice';
import type { Approvals } from './ports/approvals';
import type { Documents } from './ports/documents';

const publishing = ofIncident.extend({ digest: z.string() });

/**
 * Mails the post-mortem that legal and management signed to everybody enrolled.
 *
 * Retry: safe. Ensures: the bytes that were signed, and no others.
 * @throws APPROVAL_MISSING (refused) when they did not sign exactly that.
 */
export const publishPostMortem = (
  ports: NoticePorts & { documents: Documents; approvals: Approvals },
) =>
  async function publishPostMortem(input) {
    const { incidentId, digest, at } = parseInput(publishing, input);
    const stored = await ports.documents.read({ incidentId, kind: 'post-mortem', digest });
    if (stored === null || sha256Hex(stored.body) !== digest) {
      throw fail('APPROVAL_MISSING', `no post-mortem on file hashes to ${digest}`);
    }
    await ports.approvals.require({ incidentId, gateId: 'close', subject: digest });
    const people = await ports.notices.everybody();
    const text = `
The post-mortem of ${incidentId} is attached: what went wrong and why, what was done about it, and
how the like is avoided, with an owner for each action. Legal and management signed it.

Its digest: ${digest}
Read it again any time:
  ./makewhole post-mortem ${incidentId}
Check what it rests on:
  ./makewhole evidence verify ${incidentId}
`;
    const file = {
      filename: `${incidentId}-post-mortem.md`,
      contentType: 'text/markdown; charset=utf-8',
      content: new TextEncoder().encode(stored.body),
    };
    const round = stored.number;
    const notice = {
      incidentId,
      kind: 'post-mortem',
      round,
      at,
      people,
      attachments: [file],
      text,
    };
    return { mailed: await mailNotice(ports, { ...notice, subject: 'post-mortem' }) };
  } satisfies Activities['publishPostMortem'];
