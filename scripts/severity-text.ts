import type { IncidentStatus } from '../activities/ports/status';
import { isGraver, type SeverityReason } from '../domain/severity';
import { factText } from '../templates/severity-words';

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
      return `  ${reason.says}: ${factText(reason)}${waived}`;
    }),
    ...(sorted.length === 0 ? ['  no fact says more than Sev 3'] : []),
  ];
}

/** The level in one line, with the facts that say it, or who lowered it and why. */
export function severityLine(status: IncidentStatus): string {
  const { severity, severityReasons, severityLowered: lowered } = status;
  if (severity === null) return 'not declared';
  const saying = severityReasons.filter(({ says, waived }) => says === severity && waived !== true);
  const why = saying.map(factText).join('; ');
  if (lowered?.to === severity) {
    const { from, by, at, reason } = lowered;
    return `${severity}, lowered from ${from} by ${by} on ${at.slice(0, 10)}: ${reason}`;
  }
  return why === '' ? `${severity}; no fact says so any more` : `${severity}: ${why}`;
}
