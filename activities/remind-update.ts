import type { Activities, BoardCounts, BoardWait } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { nextToTell } from '../domain/reminder-ladder';
import { parseInput } from './fail';
import { mailNotice, type NoticePorts } from './mail-notice';
import type { OwedUpdate, Updates } from './ports/updates';
import type { Stages } from './ports/stages';
import { dueByRung } from './due-by-rung';

const waitsShownMax = 10;

/**
 * Reminds who owes stakeholders the next update, each in their own working time, and says when to
 * look again; never again once the incident is closed.
 *
 * Retry: what has left is not sent again. Ensures: the mail says how the incident stands, so that
 * the update can be written from it.
 */
export const remindUpdate = (
  ports: NoticePorts & { updates: Updates; stages: Pick<Stages, 'board'> },
) =>
  async function remindUpdate(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const owed = await ports.updates.owed({ incidentId, at });
    if (owed === undefined) return { nextAt: null };
    const { opened, base, people: owners } = owed;
    for (const [rung, people] of dueByRung({ opened, people: owners }, at)) {
      const text = words({ incidentId, owed, board: await ports.stages.board(incidentId) });
      const subject = 'stakeholders were promised an update';
      const round = base + rung;
      await mailNotice(ports, { incidentId, kind: 'update', round, at, people, subject, text });
    }
    const instants = owners.flatMap((person) => nextToTell(opened, { ...person, at }) ?? []);
    return { nextAt: instants.sort()[0] ?? opened.expiresAt };
  } satisfies Activities['remindUpdate'];

function words(given: { incidentId: string; owed: OwedUpdate; board: BoardCounts }): string {
  const { incidentId, owed, board } = given;
  const people = String(board.affectedInvestors);
  const affected =
    board.dealsScanned === null ? 'not known before the scan' : `${people} investors`;
  const waits = board.waitingFor.slice(0, waitsShownMax).map(waitLine);
  return `
Stakeholders last heard of ${incidentId} at ${owed.givenAt}, and were promised more by
${owed.dueAt}. How it stands:

- Severity: ${board.severity}
- Allocation service: ${board.service}
- Affected: ${affected}
- Waiting for: ${waits.length === 0 ? 'nobody' : ''}
${waits.join('\n')}

Tell them, also where nothing is new, then say that you did:
  ./makewhole updated ${incidentId} --text "what you told them" --as YOU
How it stands by then:
  ./makewhole incident status ${incidentId}
`;
}

const waitLine = ({ for: kind, id, role, since }: BoardWait): string =>
  `  - ${role ?? 'somebody'}: ${kind} ${id}, since ${since}`;
