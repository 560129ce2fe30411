import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import { callEvery, mailNotice, type NoticePorts } from './mail-notice';
import type { PersonCalls } from './ports/notices';

const call = ofIncident.extend({
  step: z.string().min(1),
  code: z.string().min(1),
});

/**
 * Calls a person for a step that cannot go on: shown on the incident, in evidence, and by mail.
 *
 * Retry: a round that has left is not sent again. Ensures: told when the trouble begins and once in
 * each hour that it lasts, however many runs and workflows meet it.
 */
export const callForPerson = (ports: NoticePorts & { calls: PersonCalls }) =>
  async function callForPerson(input) {
    const { incidentId, step, code, at } = parseInput(call, input);
    const round = await ports.calls.call({ incidentId, at, step, code, every: callEvery });
    const particulars = await ports.calls.particulars({ incidentId, step });
    const onCall = await ports.notices.recipients({ roles: ['on-call'] });
    const orElse = { roles: ['management', 'admin'] as const };
    const people = onCall.length > 0 ? onCall : await ports.notices.recipients(orElse);
    const text = `
The step ${step} of ${incidentId} was answered ${code} and cannot go on by itself. What is frozen
stays frozen, and nothing ends: the step is tried again when something changes, and every hour.
${particulars.map((line) => `\n  ${line}`).join('')}
What ${code} means and what to do: docs/failures.md
How the incident stands:
  ./makewhole incident status ${incidentId}
What happened last:
  ./makewhole evidence show ${incidentId}
`;
    const subject = `${step} cannot go on (${code})`;
    const kind = `person/${step}`;
    await mailNotice(ports, { incidentId, kind, round, at, people, subject, text });
  } satisfies Activities['callForPerson'];
