import { parseCivil } from './calendar';
import { factQuestions, type FactQuestion } from './remedy-facts';

/** A fact of the incident itself: what is asked, and which answers can be read. */
type IncidentFact = Omit<FactQuestion, 'retractable'>;

const yesOrNo = {
  like: 'yes or no',
  reads: (text: string): boolean => text === 'yes' || text === 'no',
};
const aDate = {
  like: 'a date such as 2026-11-21',
  reads: (text: string): boolean => parseCivil(text) !== undefined,
};
const hours = {
  like: 'a number such as 12.5',
  reads: (text: string): boolean => /^\d{1,7}(\.\d{1,2})?$/.test(text),
};

/**
 * Facts about the firm, the service and the work, which no plan is made from.
 *
 * Ensures: whoever gives one has no part in making a plan.
 */
export const incidentFacts: Readonly<Record<string, IncidentFact>> = {
  service_down: { asks: 'Has the service as a whole failed?', ...yesOrNo },
  money_moving: { asks: 'Does money still move that should not?', ...yesOrNo },
  hours: { asks: 'How many hours has the work taken so far?', ...hours },
  known_on: { asks: 'When was it first known?', ...aDate },
  concluded_on: { asks: 'When was it concluded what it is?', ...aDate },
  finra_member: { asks: 'Is the firm a member of FINRA?', ...yesOrNo },
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

/** A fact as somebody gives it. */
type GivenFact = {
  readonly subject: 'deal' | 'investor' | 'incident';
  readonly name: string;
  readonly value: string;
};

/**
 * What is wrong with a fact as it was given: nobody reads one of that name, or nobody can read its
 * value. Undefined when nothing is.
 *
 * Ensures: what was expected and what was found are said; an empty value takes back what a gate
 * reads, so that it is asked for again.
 */
export function factFlaw(given: GivenFact): { code: FlawCode; says: string } | undefined {
  const { subject, name, value } = given;
  const known = subject === 'incident' ? ofIncident : factQuestions(subject);
  const question = known.get(name);
  if (question === undefined) {
    const whose = subject === 'incident' ? 'the incident itself' : `${subject}s`;
    const names = [...known.keys()].sort().join(', ');
    return {
      code: 'NOT_FOUND',
      says: `nobody reads a fact "${name}"; facts of ${whose}: ${names}`,
    };
  }
  const { asks, like, reads, retractable } = question;
  if (reads(value) || (value === '' && retractable)) return undefined;
  const found = value === '' ? 'nothing' : JSON.stringify(value);
  return { code: 'ANSWER_INVALID', says: `${asks} Expected ${like}, found ${found}` };
}

type FlawCode = 'NOT_FOUND' | 'ANSWER_INVALID';
const ofIncident: ReadonlyMap<string, FactQuestion> = new Map(
  Object.entries(incidentFacts).map(([name, fact]) => [name, { ...fact, retractable: false }]),
);
