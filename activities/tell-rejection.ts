import { incidentOf, mailOrCall, type NoticePorts } from './mail-notice';
import type { GateOpening, Gates } from './ports/gates';
import type { PersonCalls } from './ports/notices';

/** What telling of a rejection needs of the world. */
export type RejectionPorts = NoticePorts & { gates: Pick<Gates, 'view'>; calls: PersonCalls };

/**
 * Mails a rejection with its reason to whoever made what was rejected; where nobody did, to whoever
 * opened the incident.
 *
 * Retry: an opening's rejection is told once.
 */
export async function tellRejection(
  ports: RejectionPorts,
  { incidentId, gateId, opening, at }: GateOpening & { at: string },
): Promise<void> {
  const view = await ports.gates.view({ incidentId, gateId });
  const vote = view?.votes.find(({ decision }) => decision === 'reject');
  if (view?.opening !== opening || vote === undefined) return;
  const { openedBy } = await incidentOf(ports, incidentId);
  const told = view.makers.length > 0 ? view.makers : [openedBy];
  const people = (await ports.notices.everybody()).filter(({ id }) => told.includes(id));
  const text = [
    `${vote.person} (${vote.role}) has rejected what gate ${gateId} of ${incidentId} decides on:`,
    '',
    `  ${vote.reason ?? 'no reason was given'}`,
    '',
    `It was about digest ${view.subject}. Nothing goes on behind it until it is made anew:`,
    `  ./makewhole incident status ${incidentId}`,
  ].join('\n');
  const subject = `gate ${gateId} was rejected`;
  const notice = { incidentId, kind: `rejected/${gateId}`, round: opening, at, people };
  await mailOrCall(ports, { ...notice, subject, text });
}
