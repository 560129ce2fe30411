import type { Attempt, Entry, Passed } from './diary';
import type { Outage } from './trouble';
import type { UnknownLetter } from './patient-people';

/** How long one fault lasted for whoever waits. Units: seconds. */
export type Recovery = { after: string; seconds: number };

const inSeconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

/**
 * The time from each death of a worker until every activity it had in hands was done by another;
 * where the other died meanwhile, the later death is the one that counts.
 */
export function afterDeaths(diary: readonly Entry[]): Recovery[] {
  const deaths = diary.filter(
    (entry): entry is Passed => entry.kind === 'boundary' && entry.killed,
  );
  return deaths.flatMap(({ at, pid, boundary }, index) => {
    const inHands = attemptsBegun(diary, at).filter((attempt) => attempt.pid === pid);
    const done = whenDone(diary, { ids: inHands.map(({ id }) => id), after: at });
    const next = deaths[index + 1]?.at ?? Infinity;
    if (done === undefined || done > next) return [];
    return [{ after: `worker ${boundary}`, seconds: inSeconds(done - at) }];
  });
}

/**
 * The time from when a killed program answered again until all that had been tried without it was
 * done, and something new had been begun.
 */
export function afterOutages(diary: readonly Entry[], outages: readonly Outage[]): Recovery[] {
  return outages.flatMap(({ fault, backAt }) => {
    const ids = attemptsBegun(diary, backAt).map(({ id }) => id);
    const attempts = diary.filter((entry): entry is Attempt => entry.kind === 'activity');
    const fresh = attempts.find(({ at, state }) => at >= backAt && state === 'begun')?.at;
    const done = whenDone(diary, { ids, after: backAt });
    if (done === undefined || fresh === undefined) return [];
    return [{ after: fault, seconds: inSeconds(Math.max(done, fresh) - backAt) }];
  });
}

/** Attempts begun before a moment at activities that were not done by then. */
function attemptsBegun(diary: readonly Entry[], before: number): Attempt[] {
  const open = new Map<string, Attempt>();
  for (const entry of diary) {
    if (entry.kind !== 'activity' || entry.at > before) continue;
    if (entry.state === 'begun') open.set(entry.id, entry);
    if (entry.state === 'done') open.delete(entry.id);
  }
  return [...open.values()];
}

/** When the last of these activities was done; those that never were, because cancelled, apart. */
function whenDone(
  diary: readonly Entry[],
  { ids, after }: { ids: string[]; after: number },
): number | undefined {
  const ends = ids.map((id) => {
    return diary.find(
      (entry) =>
        entry.kind === 'activity' && entry.id === id && entry.state === 'done' && entry.at >= after,
    )?.at;
  });
  const known = ends.filter((at) => at !== undefined);
  return ids.length > 0 && known.length === 0 ? undefined : Math.max(after, ...known);
}

/**
 * Whether a worker vanished with the letter in its hands: it had been claimed for the mail server,
 * and its outcome was not recorded when the worker died; or the way to the mail server broke then.
 */
export function liesInGap(
  diary: readonly Entry[],
  { letter, outages }: { letter: UnknownLetter; outages: readonly Outage[] },
): boolean {
  const about = diary.filter(
    (entry): entry is Passed => entry.kind === 'boundary' && entry.about.includes(letter.messageId),
  );
  const claims = about.filter(({ boundary }) => boundary.endsWith('letters.claim:before'));
  return claims.some(({ at, pid }) => {
    const recorded = about.find(
      (entry) =>
        entry.boundary.endsWith('letters.record:after') && entry.pid === pid && entry.at >= at,
    );
    const isBetween = (outage: Outage) => outage.at >= at && outage.at <= (recorded?.at ?? at);
    return recorded === undefined || outages.some((each) => isOnTheWay(each) && isBetween(each));
  });
}

const isOnTheWay = ({ fault }: Outage) => fault.startsWith('net:smtp:');

/** The middle of some figures. */
export function median(figures: readonly number[]): number | undefined {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
