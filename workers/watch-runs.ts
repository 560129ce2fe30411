import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowClient } from '@temporalio/client';
import { mailNotice, type NoticePorts } from '../activities/mail-notice';
import type { Run, Runs } from '../activities/ports/runs';
import { followClocks, type Following } from './follow-clocks';
import { raiseAlarms, type Alarming } from './raise-alarms';
import { standingOf } from './run-standing';
import { tellBrokenGlass, type GlassWatching } from './tell-broken-glass';

type Watching = { client: WorkflowClient; ports: NoticePorts & { runs: Runs } };

const everyMs = 60_000;
const graceMs = 60_000;
const hourMs = 3_600_000;
const looksPerHour = hourMs / everyMs;

const said = (what: string) => (error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`could not tell ${what}: ${why}\n`);
};

/**
 * Looks every minute whether each open incident is worked, until `signal`; where no workflow runs,
 * people on call are told, and again each hour. Each hour it sees to the deadlines of closed ones.
 * And whose commands were refused three times in a row, and that the glass was broken.
 *
 * Order: read from Postgres, so that it survives the loss of Temporal's store.
 * Retry: a look that failed is made again a minute later; two workers send one mail.
 */
export async function watchRuns(
  watching: Watching & Following & Alarming & GlassWatching,
  signal: AbortSignal,
): Promise<void> {
  for (let look = 0; !signal.aborted; look += 1) {
    const now = new Date();
    await alarmMissing(watching, now).catch(said('whether open incidents are worked'));
    await raiseAlarms(watching, now).catch(said('whose commands are refused'));
    await tellBrokenGlass(watching, now).catch(said('that the glass was broken'));
    if (look % looksPerHour === 0) {
      await followClocks(watching, now).catch(said('whether deadlines are watched'));
    }
    await wait(everyMs, undefined, { signal }).catch(() => undefined); // Told to end.
  }
}

/** Tells people on call of each open incident whose live run no workflow works. */
export async function alarmMissing({ client, ports }: Watching, now: Date): Promise<string[]> {
  const missing: string[] = [];
  for (const live of await ports.runs.live()) {
    // Whoever opens or resumes it is about to start it.
    if (now.getTime() - Date.parse(live.startedAt) < graceMs) continue;
    if ((await standingOf(client, live)) !== 'missing') continue;
    missing.push(live.incidentId);
    await tell(ports, { live, now });
  }
  return missing;
}

async function tell(ports: NoticePorts, { live, now }: { live: Run; now: Date }): Promise<void> {
  const { incidentId } = live;
  const onCall = await ports.notices.recipients({ roles: ['on-call'] });
  const orElse = { roles: ['management', 'admin'] as const };
  const people = onCall.length > 0 ? onCall : await ports.notices.recipients(orElse);
  const text = `
${incidentId} is open, but no workflow runs it: it was terminated, or Temporal's store is lost. What
is frozen stays frozen, and nothing moves. Nobody is reminded, and nobody looks whether the freeze
stands, until it goes on.

Rebuild it from the records, nothing is done twice:
  ./makewhole incident resume ${incidentId} --as YOU
`;
  const [round, at] = [Math.floor(now.getTime() / hourMs), now.toISOString()];
  const subject = 'open, and no workflow runs it';
  await mailNotice(ports, { incidentId, kind: 'run-missing', round, at, people, subject, text });
}
