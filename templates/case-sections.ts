import type { Diagnosis, Period } from '../domain/diagnose';
import type { CaseFile } from './case-file';
import { clipped, list, paragraph, type Block, type Item } from './report';
import { severityItem } from './severity-section';

/** What the incident is, since when, and how it is weighed. */
export function caseHead(file: CaseFile): Block[] {
  const { incident } = file;
  const { summary, openedAt, openedBy, firstKnownAt, reportedBy, takenAt, takenBy } = incident;
  const known =
    firstKnownAt === null
      ? 'not recorded; counted from the opening'
      : `${firstKnownAt}${reportedBy === null ? '' : `, through ${reportedBy}`}`;
  const taken = takenBy === null ? 'by nobody yet' : `${takenAt ?? ''} by ${takenBy}`;
  const points: Item[] = [
    { text: `Opened: ${openedAt} by ${openedBy}` },
    { text: `First known: ${known}` },
    { text: `Taken: ${taken}` },
    { text: `Deals reported: ${incident.reportedDeals.join(', ') || 'none by name'}` },
    severityItem(file),
    { text: `Basis: ${basisName(incident.basis)}; rules of pack ${incident.pack}` },
  ];
  return [paragraph(clipped(summary)), list(points, '')];
}

/** A basis as people say it. */
export const basisName = (basis: string): string =>
  basis === 'asRecorded' ? 'averages as recorded at the time' : 'averages as they should have been';

/** Which known fault explains the recorded numbers. */
export function diagnosisBlock({ scan }: CaseFile): Block {
  if (scan === null) return paragraph('The history has not been replayed yet.');
  return list(scan.diagnosis.map(diagnosed), 'No rule version stands out.');
}

function diagnosed(version: Diagnosis): Item {
  const { ruleVersion: name, rule, deals, explained, affected } = version;
  const count = `${explained} of ${deals} deals to the unit`;
  if (affected === 0) return { text: `Version ${name}: ${count} are as they should be.` };
  const since =
    version.firstDeal === null
      ? ''
      : `, first ${version.firstDeal} of ${version.firstClosedOn ?? ''}`;
  const before =
    version.lastRightDeal === null
      ? ''
      : `, after ${version.lastRightDeal} of ${version.lastRightClosedOn ?? ''} was right`;
  const wrong = `Version ${name}: ${affected} deals are wrong${since}${before}`;
  if (rule !== null) return { text: `${wrong}; the rule ${rule} explains ${count}.` };
  const further = version.periodCount - version.periods.length;
  const items = version.periods.map((period) => ({ text: periodText(period) }));
  if (further > 0) items.push({ text: `${further} further periods` });
  return { text: `${wrong}; no known rule explains all of it.`, items };
}

function periodText({ rule, deals, firstDeal, lastDeal, ...dates }: Period): string {
  const from = `${firstDeal} of ${dates.firstClosedOn}`;
  const to = `${lastDeal} of ${dates.lastClosedOn}`;
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
