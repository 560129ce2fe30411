import { rungToTell, type Awaited, type Opened } from '../domain/reminder-ladder';

/** Whom to tell at an instant, by the rung that has come for them; nobody outside working time. */
export function dueByRung<P extends Awaited>(
  { opened, people }: { opened: Opened; people: readonly P[] },
  at: string,
): Map<number, P[]> {
  const byRung = new Map<number, P[]>();
  for (const person of people) {
    const rung = rungToTell(opened, { ...person, at });
    if (rung > 0) byRung.set(rung, [...(byRung.get(rung) ?? []), person]);
  }
  return byRung;
}
