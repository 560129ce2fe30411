import type { Diagnosis } from '../domain/diagnose';
import type { CaseFile } from './case-file';
import { bullets, plain } from './markdown';

/** What the incident is, since when, and how it is weighed. */
export function caseHead({ incident }: CaseFile): string {
  const { summary, openedAt, openedBy, firstKnownAt, reportedBy, severity } = incident;
  const known =
    firstKnownAt === null
      ? 'not recorded; counted from the opening'
      : `${firstKnownAt}${reportedBy === null ? '' : `, through ${plain(reportedBy)}`}`;
  const { takenAt, takenBy } = incident;
  const taken = takenBy === null ? 'by nobody yet' : `${takenAt ?? ''} by ${takenBy}`;
  return [
    plain(summary),
    '',
    `- Opened: ${openedAt} by ${openedBy}`,
    `- First known: ${known}`,
    `- Taken: ${taken}`,
    `- Deals reported: ${incident.reportedDeals.map(plain).join(', ') || 'none by name'}`,
    `- Severity: ${severity ?? 'not declared'}`,
    ...incident.severityReasons.map(({ fact, value, says }) => {
      return `  - ${plain(fact)} is ${plain(value)}: ${says}`;
    }),
    `- Basis: ${incident.basis}; rules of pack ${incident.pack}`,
  ].join('\n');
}

/** Which known fault explains the recorded numbers. */
export function diagnosisText({ scan }: CaseFile): string {
  if (scan === null) return 'The history has not been replayed yet.';
  return bullets(scan.diagnosis.map(diagnosed), 'No rule version stands out.');
}

function diagnosed({ ruleVersion, rule, deals, explained, affected, ...first }: Diagnosis): string {
  const name = plain(ruleVersion);
  const count = `${explained} of ${deals} deals to the unit`;
  if (affected === 0) return `Version ${name}: ${count} are as they should be.`;
  const since =
    first.firstDeal === null
      ? ''
      : `, first ${plain(first.firstDeal)} of ${first.firstClosedOn ?? ''}`;
  const cause = rule === null ? 'no known rule explains it' : `the rule ${rule} explains ${count}`;
  return `Version ${name}: ${affected} deals are wrong${since}; ${cause}.`;
}

/** The head of the evidence as it stood; the one line in which two drafts may differ. */
export const evidenceLine = ({ evidence }: CaseFile): string =>
  `Evidence up to entry ${evidence.seq}, head ${evidence.hash}`;

/** A document without the line about the evidence, which grows by its very drafting. */
export const withoutEvidenceLine = (text: string): string =>
  text.replace(/^Evidence up to entry .*$/m, '');
