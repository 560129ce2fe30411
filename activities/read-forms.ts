import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { isTeam } from '../contracts/command';
import { nextToTell } from '../domain/reminder-ladder';
import { parseInput } from './fail';
import type { Forms } from './ports/forms';

/**
 * The teams that have not answered yet, since silence is never read as "no impact"; and when
 * somebody of theirs is told next, after whoever is told at this instant.
 */
export const readForms = ({ forms }: { forms: Forms }) =>
  async function readForms(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const missing = await forms.missing({ incidentId, at });
    const silent = await forms.awaited({ incidentId, at, teams: missing.filter(isTeam) });
    const instants = silent.flatMap(({ opened, people }) =>
      people.map((person) => nextToTell(opened, { ...person, at })),
    );
    const [nextReminderAt] = instants.filter((instant) => instant !== undefined).sort();
    return { missing, ...(nextReminderAt === undefined ? {} : { nextReminderAt }) };
  } satisfies Activities['readForms'];
