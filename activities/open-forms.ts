import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Forms } from './ports/forms';

/** Opens the three teams' forms, with the deadline of the pack. Retry: safe. */
export const openForms = ({ forms }: { forms: Forms }) =>
  async function openForms(input) {
    return forms.open(parseInput(ofIncident, input));
  } satisfies Activities['openForms'];
