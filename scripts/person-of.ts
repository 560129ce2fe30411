import type { People, Person } from '../activities/ports/people';
import { CommandError } from './command-io';

/**
 * Somebody enrolled, by id.
 *
 * @throws NOT_FOUND (refused) when nobody is.
 */
export async function personOf(people: People, id: string): Promise<Person> {
  const person = (await people.list()).find((each) => each.id === id);
  if (person !== undefined) return person;
  const message = `nobody is enrolled as ${id}; see ./makewhole people list.`;
  throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}
