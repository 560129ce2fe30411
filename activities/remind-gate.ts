import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { roles, type Role } from '../contracts/command';
import { isMissingReceipt, rolesOfMissing } from '../domain/gate-tally';
import { parseInput } from './fail';
import { incidentOf, mailNotice, type NoticeMail, type NoticePorts } from './mail-notice';
import type { PersonCalls } from './ports/notices';

const reminder = ofIncident.extend({
  gateId: z.string().min(1),
  opening: z.int().positive(),
  rung: z.int().nonnegative(),
  missing: z.array(z.string()),
  escalate: z.boolean(),
  expired: z.boolean(),
});

/**
 * Reminds whoever a gate waits for, with the command to run; from the second reminder on their
 * stand-ins too, then whom the pack names for escalation, and management when it has expired.
 *
 * Retry: a rung that has left is not sent again. Where nobody holds what is missing, management and
 * admins are told to enrol somebody.
 */
export const remindGate = (ports: NoticePorts & { calls: PersonCalls }) =>
  async function remindGate(input) {
    const { gateId, opening, rung, missing, escalate, expired, ...of } = parseInput(
      reminder,
      input,
    );
    const { incidentId, at } = of;
    const { pack } = await incidentOf(ports, incidentId);
    const { escalateTo } = pack.ladder.value;
    const wanted = missing.flatMap(rolesOfMissing);
    const told = [...wanted, ...(escalate ? [escalateTo] : []), ...(expired ? ['management'] : [])];
    const asked = [...new Set(told)].filter((role): role is Role => isRole(role));
    const standIns = rung > 1 || escalate || expired ? { standInsAt: at } : {};
    const holders = await ports.notices.recipients({ roles: asked, ...standIns });
    const orElse = { roles: ['management', 'admin'] as const };
    const people = holders.length > 0 ? holders : await ports.notices.recipients(orElse);
    const subject = expired ? `gate ${gateId} expired` : `gate ${gateId} waits`;
    const text = reminderText({ incidentId, gateId, missing, expired });
    // The rung of every opening once; what expired is one rung above them all.
    const round = opening * 1_000 + (expired ? 999 : rung);
    const notice = { incidentId, kind: `gate/${gateId}`, round, at, people, subject, text };
    return { mailed: await mailOrCall(ports, notice) };
  } satisfies Activities['remindGate'];

/** A reminder that cannot leave is shown on the incident; the gate has to go on counting votes. */
async function mailOrCall(
  ports: NoticePorts & { calls: PersonCalls },
  notice: NoticeMail,
): Promise<number> {
  const { incidentId, at, kind, round } = notice;
  const step = `remind/${kind}`;
  try {
    const mailed = await mailNotice(ports, notice);
    await ports.calls.end({ incidentId, at, step });
    return mailed;
  } catch (error) {
    const code = error instanceof Error ? error.message : String(error);
    await ports.calls.call({ incidentId, at, step, code, round });
    return 0;
  }
}

const isRole = (text: string): text is Role => roles.some((role) => role === text);

function reminderText(given: {
  incidentId: string;
  gateId: string;
  missing: readonly string[];
  expired: boolean;
}): string {
  const { incidentId, gateId, missing, expired } = given;
  const votes = missing.filter((item) => !isMissingReceipt(item));
  const receipt = missing.some(isMissingReceipt);
  const state = expired
    ? 'Its time is over: the votes are void, and it is open again.'
    : 'Nothing goes on behind it until it is decided.';
  return [
    `Gate ${gateId} of ${incidentId} waits for: ${missing.join('; ') || 'the count'}.`,
    state,
    ...(votes.length === 0
      ? []
      : ['', 'Read it and decide:', `  makewhole decide ${incidentId} --gate ${gateId} --as YOU`]),
    ...(receipt
      ? [
          '',
          'Read the dossier and confirm that you have it:',
          `  makewhole dossier ${incidentId}`,
          `  makewhole receipt ${incidentId} --as YOU`,
        ]
      : []),
  ].join('\n');
}
