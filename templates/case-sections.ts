import type { Diagnosis, Period } from '../domain/diagnose';
import type { CaseFile } from './case-file';
import { bullets, plain } from './markdown';
import { severityItems } from './severity-section';

/** What the incident is, since when, and how it is weighed. */
export function caseHead(file: CaseFile): string {
  const { incident } = file;
  const { summary, openedAt, openedBy, firstKnownAt, reportedBy } = incident;
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
    ...severityItems(file),
    `- Basis: ${incident.basis}; rules of pack ${incident.pack}`,
  ].join('\n');
}

/** Which known fault explains the recorded numbers. */
export function diagnosisText({ scan }: CaseFile): string {
  if (scan === null) return 'The history has not been replayed yet.';
  return bullets(scan.diagnosis.map(diagnosed), 'No rule version stands out.');
}

function diagnosed(version: Diagnosis): string {
  const { ruleVersion, rule, deals, explained, affected } = version;
  const name = plain(ruleVersion);
  const count = `${explained} of ${deals} deals to the unit`;
  if (affected === 0) return `Version ${name}: ${count} are as they should be.`;
  const since =
    version.firstDeal === null
      ? ''
      : `, first ${plain(version.firstDeal)} of ${version.firstClosedOn ?? ''}`;
  const before =
    version.lastRightDeal === null
      ? ''
      : `, after ${plain(version.lastRightDeal)} of ${version.lastRightClosedOn ?? ''} was right`;
  const wrong = `Version ${name}: ${affected} deals are wrong${since}${before}`;
  if (rule !== null) return `${wrong}; the rule ${rule} explains ${count}.`;
  const further = version.periodCount - version.periods.length;
  const periods = version.periods.map(periodText);
  if (further > 0) periods.push(`${further} further periods`);
  return `${wrong}; no known rule explains all of it. ${periods.join('; ')}.`;
}

function periodText({ rule, deals, firstDeal, lastDeal, ...dates }: Period): string {
  const from = `${plain(firstDeal)} of ${dates.firstClosedOn}`;
  const to = `${plain(lastDeal)} of ${dates.lastClosedOn}`;
  const what = rule === null ? 'no known rule' : `the rule ${rule}`;
  const count = deals === 1 ? '1 deal' : `${deals} deals`;
  return deals === 1 ? `${from}: ${what} (${count})` : `${from} to ${to}: ${what} (${count})`;
}

/** The head of the evidence as it stood; the one line in which two drafts may differ. */
export const evidenceLine = ({ evidence }: CaseFile): string =>
  `Evidence up to entry ${evidence.seq}, head ${evidence.hash}`;

/** A document without the line about the evidence, which grows by its very drafting. */
export const withoutEvidenceLine = (text: string): string =>
  text.replace(/^Evidence up to entry .*$/m, '');
