import { tiedTo, type StandIn } from '../../domain/stand-in-ties';
import type { Queryable } from './pool';
import { readRegistry } from './registry';

/**
 * Every stand-in that was in force at `since` or later, or will be, by the registry's chain: who
 * takes a row away unties nobody.
 */
export async function standInsSince(db: Queryable, since: string | Date): Promise<StandIn[]> {
  const { standIns } = await readRegistry(db);
  const begun = new Date(since).toISOString();
  const utc = (instant: string) => new Date(instant).toISOString();
  return standIns
    .map((each) => ({ ...each, from: utc(each.from), until: utc(each.until) }))
    .filter(({ until }) => until > begun);
}

/** Some people and whoever counts as one with any of them, from an opening until an instant. */
export async function withTied(
  db: Queryable,
  { people, openedAt, at }: { people: readonly string[]; openedAt: string; at: string },
): Promise<string[]> {
  const standIns = await standInsSince(db, openedAt);
  const tied = people.flatMap((person) => tiedTo(standIns, { person, openedAt, at }));
  return [...new Set([...people, ...tied])];
}
