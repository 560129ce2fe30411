import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { deviationOf } from '../domain/sizing';
import { severityOf } from './declare-severity';
import { fail, parseInput } from './fail';
import { incidentOf, type NoticePorts } from './mail-notice';
import type { PersonCalls } from './ports/notices';
import type { Severities } from './ports/severities';
import type { Sizings } from './ports/sizings';
import { tellOwner } from './tell-owner';

type Needs = NoticePorts & { calls: PersonCalls; severities: Severities; sizings: Sizings };

/**
 * Weighs an open incident anew by what is recorded now: severity, and size against what was
 * thought. Whoever has the incident is told when it has become graver, or is other than thought.
 *
 * Retry: safe; what is kept is not kept again, what was told is not told again.
 * Ensures: a closed incident stays as it was weighed.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export const weighFacts = (ports: Needs) =>
  async function weighFacts(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const incident = await incidentOf(ports, incidentId);
    if (incident.closedAt !== null) return { severity: incident.severity ?? '', changed: false };
    const { severities, sizings } = ports;
    const before = await severities.standing(incidentId);
    const weighed = await severities.weigh({ incidentId, at, phase: 'again', decide: severityOf });
    if (weighed === null) throw fail('INCIDENT_UNKNOWN', `there is no incident ${incidentId}`);
    const sizing = await sizings.size({ incidentId, at, compare: deviationOf });
    const after = await severities.standing(incidentId);
    await tellOwner(ports, { incident, at, sizing, rise: await severities.lastRise(incidentId) });
    const changed = before?.digest !== after?.digest; // With its reasons.
    return { severity: weighed.severity, changed };
  } satisfies Activities['weighFacts'];
