import type { IncidentStatus } from '../activities/ports/status';
import { isGraver, type SeverityReason } from '../domain/severity';
import { grouped } from './grouped';

/** The words of each fact; an amount names its currency after a point. */
const words: Readonly<Record<string, string>> = {
  serviceDown: 'the service as a whole has failed',
  moneyStillMoving: 'money still moves',
  figuresUnknown: 'shares are not recomputed yet',
  ofPosition: 'of a position at most',
  over: 'people with too much',
  under: 'people with too little',
  retail: 'of them retail',
  deals: 'deals',
  ageDays: 'days since the first harm',
  capsBreached: 'caps broken',
  freezeLapses: 'lapses of the freeze',
};

/** Which facts say more than the mildest level, gravest first; what somebody waived says so. */
export function severityLines(given: {
  severity: string | null;
  reasons: readonly SeverityReason[];
}): string[] {
  const telling = given.reasons.filter(({ says }) => isGraver(says, 'Sev 3'));
  const sorted = telling.toSorted(
    (a, b) => Number(isGraver(b.says, a.says)) - Number(isGraver(a.says, b.says)),
  );
  return [
    `${given.severity ?? 'Severity not declared'}, by what is known:`,
    ...sorted.map((reason) => {
      const waived = reason.waived === true ? ', weighed by whoever lowered it' : '';
      return `  ${reason.says}: ${said(reason)}${waived}`;
    }),
    ...(sorted.length === 0 ? ['  no fact says more than Sev 3'] : []),
  ];
}

/** The level in one line, with the facts that say it, or who lowered it and why. */
export function severityLine(status: IncidentStatus): string {
  const { severity, severityReasons, severityLowered: lowered } = status;
  if (severity === null) return 'not declared';
  const saying = severityReasons.filter(({ says, waived }) => says === severity && waived !== true);
  const why = saying.map(said).join('; ');
  if (lowered?.to === severity) {
    const { from, by, at, reason } = lowered;
    return `${severity}, lowered from ${from} by ${by} on ${at.slice(0, 10)}: ${reason}`;
  }
  return why === '' ? `${severity}; no fact says so any more` : `${severity}: ${why}`;
}

function said({ fact, value }: SeverityReason): string {
  if (value === 'true') return words[fact] ?? fact;
  if (fact.startsWith('amount.'))
    return `${grouped(value)} ${fact.slice('amount.'.length)} in wrong hands`;
  return `${value} ${words[fact] ?? fact}`;
}
