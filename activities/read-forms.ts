import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Forms } from './ports/forms';

/** The teams that have not answered yet; silence is never read as "no impact". */
export const readForms = ({ forms }: { forms: Forms }) =>
  async function readForms(input) {
    return { missing: await forms.missing(parseInput(ofIncident, input)) };
  } satisfies Activities['readForms'];
