export { certifyLiveAllocations } from './certify-live-allocations';
export { deliverLetters } from './deliver-letters';
export { incidentDesk } from './incident-desk';
export { pageOnCall } from './page-on-call';
export { passGate } from './pass-gate';
export { remediateIncident } from './remediate-incident';
export { settlePlan } from './settle-plan';
export { watchFreeze } from './watch-freeze';
