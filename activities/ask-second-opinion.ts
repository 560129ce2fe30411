import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { failAbout, parseInput } from './fail';
import type { SecondOpinions } from './ports/second-opinions';

/**
 * Of deals found right: if one in a hundred of them were wrong, 300 drawn at random would show it
 * nineteen times in twenty. Deals with a difference are all computed again.
 */
const restSampled = 300;

/**
 * Has every affected deal, and a sample of the rest, computed a second time by other means.
 *
 * Retry: safe; agreement stands once it is found, a difference is looked at again.
 * Ensures: no amount leaves the database; evidence and `incident status` show both results.
 * @throws SECOND_OPINION_DIFFERS (bug) when the two computations differ by a unit anywhere.
 */
export const askSecondOpinion = ({ secondOpinions }: { secondOpinions: SecondOpinions }) =>
  async function askSecondOpinion(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const { deals, commitments, differences } =
      (await secondOpinions.agreed(incidentId)) ??
      (await secondOpinions.ask({ incidentId, at, restSampled }));
    if (differences.length === 0) return { ...deals, commitments };
    const wrong = [...new Set(differences.map(({ deal }) => deal))];
    const count = `${String(differences.length)} figures of ${String(wrong.length)} deals`;
    throw failAbout({
      code: 'SECOND_OPINION_DIFFERS',
      message: `a second computation differs in ${count}, first in ${wrong[0] ?? ''}`,
      details: { differences: differences.length, deals: wrong.slice(0, 20) },
    });
  } satisfies Activities['askSecondOpinion'];
