import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { decideSeverity } from '../domain/severity';
import { fail, parseInput } from './fail';
import type { Severities } from './ports/severities';

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
    const sources = await severities.sources({ incidentId, at });
    if (sources === null) throw fail('INCIDENT_UNKNOWN', `no incident ${incidentId} is on file`);
    const decision = decideSeverity(sources.facts, sources.pack.severity.value);
    return severities.record({ incidentId, at, phase, decision });
  } satisfies Activities['declareSeverity'];
