import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { isMissingReceipt } from '../domain/gate-tally';
import { expiredRung, roundOf } from '../domain/reminder-ladder';
import { dueByRung } from './due-by-rung';
import { parseInput } from './fail';
import { mailOrCall, type NoticePorts } from './mail-notice';
import type { GateChanges, Gates } from './ports/gates';
import type { PersonCalls, Recipient } from './ports/notices';

const reminder = ofIncident.extend({
  gateId: z.string().min(1),
  opening: z.int().positive(),
  missing: z.array(z.string()),
  because: z.enum(['opened', 'due', 'expired']),
});

type Ports = NoticePorts & { gates: Pick<Gates, 'awaited' | 'changes'>; calls: PersonCalls };

/**
 * Tells whoever a gate waits for, with the command to run: those who can decide when it opens; by
 * the ladder, each in their own working time; everybody on it and management when it has expired.
 *
 * Retry: a rung that has left is not sent again. Where nobody holds what is missing, management and
 * admins are told to enrol somebody.
 */
export const remindGate = (ports: Ports) =>
  async function remindGate(input) {
    const { because, missing, ...of } = parseInput(reminder, input);
    const { incidentId, gateId, opening, at } = of;
    const expired = because === 'expired';
    const subject = expired ? `gate ${gateId} expired` : `gate ${gateId} waits`;
    const asked = because === 'opened' ? await ports.gates.changes(of) : undefined;
    const changes = asked === undefined ? [] : changedText(asked);
    const text = reminderText({ incidentId, gateId, missing, expired, changes });
    let mailed = 0;
    for (const [rung, people] of await rungsToTell(ports, { ...of, because, missing })) {
      const round = roundOf({ opening, rung });
      const notice = { incidentId, kind: `gate/${gateId}`, round, at, people, subject, text };
      mailed += await mailOrCall(ports, notice);
    }
    return { mailed };
  } satisfies Activities['remindGate'];

type Reminder = z.infer<typeof reminder>;

/** Whom to tell now, by the rung that has come for them; people changed meanwhile count as now. */
async function rungsToTell(ports: Ports, given: Reminder): Promise<Map<number, Recipient[]>> {
  const { because, at } = given;
  const { opened, people } = await ports.gates.awaited(given);
  if (because === 'opened') {
    return new Map([[0, people.filter(({ firstRung }) => firstRung === 1)]]);
  }
  if (because === 'expired') {
    const management = await ports.notices.recipients({ roles: ['management'] });
    const all = [...people, ...management].map((person) => [person.id, person] as const);
    return new Map([[expiredRung, [...new Map(all).values()]]]);
  }
  return dueByRung({ opened, people }, at);
}

/** What is other than when it was asked about before, for whoever has read that. */
function changedText({ since, says }: GateChanges): string[] {
  const before = `opening ${String(since)}`;
  if (says.length === 0) return ['', `It is about the very same as in ${before}; decide it anew.`];
  return ['', `What has changed since ${before}:`, ...says.map((each) => `  ${each}`)];
}

function reminderText(given: {
  incidentId: string;
  gateId: string;
  missing: readonly string[];
  expired: boolean;
  changes: readonly string[];
}): string {
  const { incidentId, gateId, missing, expired, changes } = given;
  const votes = missing.filter((item) => !isMissingReceipt(item));
  const receipt = missing.some(isMissingReceipt);
  const state = expired
    ? 'Its time is over: the votes are void, and it is open again.'
    : 'Nothing goes on behind it until it is decided.';
  return [
    `Gate ${gateId} of ${incidentId} waits for: ${missing.join('; ') || 'the count'}.`,
    state,
    ...changes,
    ...(votes.length === 0
      ? []
      : [
          '',
          'Read it and decide:',
          `  ./makewhole decide ${incidentId} --gate ${gateId} --as YOU --approve`,
          'or, with why, --reject --reason WHY in the place of --approve',
        ]),
    ...(receipt
      ? [
          '',
          'Read the dossier and confirm that you have it:',
          `  ./makewhole dossier ${incidentId}`,
          `  ./makewhole receipt ${incidentId} --as YOU`,
        ]
      : []),
  ].join('\n');
}
