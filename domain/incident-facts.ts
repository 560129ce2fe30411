import { parseCivil } from './calendar';

/** A fact of the incident itself: what is asked, and which answers can be read. */
type IncidentFact = { readonly asks: string; readonly reads: (text: string) => boolean };

const yesOrNo = (text: string): boolean => text === 'yes' || text === 'no';
const aDate = (text: string): boolean => parseCivil(text) !== undefined;
const hours = (text: string): boolean => /^\d{1,7}(\.\d{1,2})?$/.test(text);

/**
 * Facts about the firm, the service and the work, which no plan is made from.
 *
 * Ensures: whoever gives one has no part in making a plan.
 */
export const incidentFacts: Readonly<Record<string, IncidentFact>> = {
  service_down: { asks: 'Has the service as a whole failed (yes, no)?', reads: yesOrNo },
  money_moving: { asks: 'Does money still move that should not (yes, no)?', reads: yesOrNo },
  hours: { asks: 'How many hours has the work taken so far (12.5)?', reads: hours },
  known_on: { asks: 'When was it first known (2026-11-21)?', reads: aDate },
  concluded_on: { asks: 'When was it concluded what it is (2026-11-21)?', reads: aDate },
  finra_member: { asks: 'Is the firm a member of FINRA (yes, no)?', reads: yesOrNo },
};

/** Facts of a deal that only clocks read; a plan made before one of them still stands. */
export const clockFacts = [
  ...([
    'first_sale_on',
    'discovered_on',
    'offered_on',
    'distributed_on',
    'return_filed_on',
  ] as const),
] as const;

/** Whether a plan may be made from a fact. */
export function isPlanFact({ subject, name }: { subject: string; name: string }): boolean {
  return subject !== 'incident' && !clockFacts.some((fact) => fact === name);
}
