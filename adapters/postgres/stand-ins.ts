import { tiedTo, type StandIn } from '../../domain/stand-in-ties';
import type { Queryable } from './pool';

type Row = { person: string; standIn: string; from: Date; until: Date };

/** Every stand-in that was in force at `since` or later, or will be. */
export async function standInsSince(db: Queryable, since: string | Date): Promise<StandIn[]> {
  const { rows } = await db.query<Row>(
    `SELECT person_id AS person, stand_in_id AS "standIn", valid_from AS "from",
       valid_until AS until FROM stand_ins WHERE valid_until > $1`,
    [since],
  );
  return rows.map(({ person, standIn, from, until }) => {
    return { person, standIn, from: from.toISOString(), until: until.toISOString() };
  });
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
