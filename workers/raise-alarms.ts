import { mailNotice, type NoticePorts } from '../activities/mail-notice';
import type { RefusalAlarms, RefusalSeries } from '../activities/ports/refusal-alarms';

/** What raising alarms needs of the world. */
export type Alarming = { ports: NoticePorts; refusals: RefusalAlarms };

/**
 * Tells admins and people on call of each key whose commands were refused three times in a row.
 *
 * Order: read from Postgres, where the refusal itself has counted, so that none is lost.
 * Retry: safe; who has been written to is not written to again, and a series is told once.
 */
export async function raiseAlarms({ ports, refusals }: Alarming, now: Date): Promise<string[]> {
  const told: string[] = [];
  for (const series of await refusals.due()) {
    await tell(ports, { series, at: now.toISOString() });
    const { key, number } = series;
    await refusals.told({ key, number, at: now.toISOString() });
    told.push(key);
  }
  return told;
}

async function tell(
  ports: NoticePorts,
  { series, at }: { series: RefusalSeries; at: string },
): Promise<void> {
  const { key, number, person, chain, refusals, since, lastCode } = series;
  const people = await ports.notices.recipients({ roles: ['admin', 'on-call'] });
  const whose = person === null ? 'keys that nobody enrolled has' : `a key of ${person} (${key})`;
  const advice =
    person === null
      ? 'Somebody sends us commands who is not one of ours. Nothing of it was carried out.'
      : `Ask ${person} whether it was them. If it was not:
  ./makewhole people revoke ${person} --key ${key.slice(0, 12)} --compromised --reason "…"`;
  const text = `
${String(refusals)} commands in a row by ${whose} were refused, the last one with ${lastCode} at
${chain}. The first came at ${since}.

${advice}

What was refused, and why:
  ./makewhole evidence show ${chain}
What each code means: docs/failures.md. This is told once for each series; it ends with the next
command of that key that is accepted.
`;
  const subject = `commands of ${person ?? 'unknown keys'} are refused (${lastCode})`;
  const kind = `refusals/${key}`;
  await mailNotice(ports, { incidentId: chain, kind, round: number, at, people, subject, text });
}
