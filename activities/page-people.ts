import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import { incidentOf, mailNotice, type NoticePorts } from './mail-notice';
import type { PersonCalls } from './ports/notices';

const paging = ofIncident.extend({ round: z.int().positive() });

/**
 * Pages the people on call, and management too once nobody has taken it for too long.
 *
 * Retry: a round that has left is not sent again; somebody to page, or the step fails and is seen.
 */
export const pagePeople = (ports: NoticePorts & { calls: PersonCalls }) =>
  async function pagePeople(input) {
    const { incidentId, round, at } = parseInput(paging, input);
    const incident = await incidentOf(ports, incidentId);
    if (incident.takenBy !== null || incident.closedAt !== null) return { taken: true, paged: 0 };
    const { escalateAfter } = incident.pack.paging.value;
    const late = Date.parse(at) - Date.parse(incident.openedAt) >= escalateAfter * 1000;
    if (late) await ports.calls.escalated({ incidentId, at, to: 'management', round });
    const roles = late ? (['on-call', 'management'] as const) : (['on-call'] as const);
    const people = await ports.notices.recipients({ roles });
    const deals = incident.reportedDeals.join(', ') || 'none named yet';
    const text = `
${incident.summary}

Severity: ${incident.severity ?? 'not declared yet'}
Opened: ${incident.openedAt} by ${incident.openedBy}
Deals reported: ${deals}
The allocation service is being frozen. This is page number ${String(round)}; the next one follows
until somebody takes it.

Take it:
  ./makewhole take ${incidentId} --as YOU
Then look:
  ./makewhole incident status ${incidentId}
`;
    const subject = `${incident.severity ?? 'Sev ?'}, nobody has it yet`;
    const notice = { incidentId, kind: 'page', round, at, people, subject, text };
    return { taken: false, paged: await mailNotice(ports, notice) };
  } satisfies Activities['pagePeople'];
