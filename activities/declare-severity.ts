import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { decideSeverity, standingSeverity, type SeverityDecision } from '../domain/severity';
import { fail, parseInput } from './fail';
import type { Severities, SeveritySources } from './ports/severities';

const declareSeverityInput = ofIncident.extend({ phase: z.enum(['provisional', 'computed']) });

/**
 * Decides how severe the incident is from what is recorded now, and keeps who decided it and why.
 *
 * Retry: safe; the same decision twice is one entry of evidence.
 * Ensures: the level never falls by itself.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export const declareSeverity = ({ severities }: { severities: Severities }) =>
  async function declareSeverity(input) {
    const { incidentId, at, phase } = parseInput(declareSeverityInput, input);
    const declared = await severities.weigh({ incidentId, at, phase, decide: severityOf });
    if (declared === null) throw fail('INCIDENT_UNKNOWN', `no incident ${incidentId} is on file`);
    return declared;
  } satisfies Activities['declareSeverity'];

/** The severity by the pack's matrix and by what somebody has lowered it to. */
export function severityOf({ facts, pack, ...stands }: SeveritySources): SeverityDecision {
  return standingSeverity({ decided: decideSeverity(facts, pack.severity.value), ...stands });
}
