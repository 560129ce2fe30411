import { mailNotice, type NoticePorts } from '../activities/mail-notice';
import type { RegistryAlarms } from '../activities/ports/registry-alarms';

/** What telling of it needs of the world. */
export type GlassWatching = { ports: NoticePorts; registry: RegistryAlarms };

/**
 * Tells everybody who decides of each admin that was made with the installation's own key, those
 * who are no admins any more by it among them; gives how many mails went now.
 *
 * Order: read from the chain, after the deed: a mail that cannot leave hinders nobody.
 * Retry: safe; who has been written to is not written to again.
 */
export async function tellBrokenGlass(
  { ports, registry }: GlassWatching,
  now: Date,
): Promise<number> {
  let mailed = 0;
  for (const { seq, person, at: since, people } of await registry.brokenGlass()) {
    const text = `
At ${since} ${person} was made the only admin with the key of this installation itself, past all
admins there were. They are admins no more, and their keys count no more.

This is for the day on which no admin is left. If today is not that day, whoever did it has the
machine that keeps that key: have every running incident stopped (makewhole halt INC --reason …),
take the machine off the network, and read who did what since:
  makewhole evidence show registry
  makewhole evidence verify registry
docs/people.md says what comes next. This is told once.
`;
    const subject = `${person} is the only admin now, by break-glass`;
    const kind = `break-glass/${String(seq)}`;
    const notice = { incidentId: 'registry', kind, round: 1, at: now.toISOString(), people };
    mailed += await mailNotice(ports, { ...notice, subject, text });
  }
  return mailed;
}
