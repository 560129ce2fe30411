import type { Diagnosis, Period } from '../domain/diagnose';
import { compareCodePoints } from '../domain/code-points';
import { ruleById } from '../domain/rule-catalogue';
import { grouped } from '../domain/grouped';
import { newestOf } from './answer-sections';
import type { CaseFile } from './case-file';
import { dayText, momentText } from './moments';
import { andMore, clipped, list, paragraph, type Block, type Item } from './report';
import { severityItem } from './severity-section';

/** What the incident is, since when, and how it is weighed. */
export function caseHead(file: CaseFile): Block[] {
  const { incident } = file;
  const { summary, openedAt, openedBy, reportedBy, takenAt, takenBy } = incident;
  const taken =
    takenAt === null ? 'nobody yet' : `${takenBy ?? 'somebody'}, since ${momentText(takenAt)}`;
  const points: Item[] = [
    { lead: 'First known:', text: firstKnown(file) },
    ...(reportedBy === null ? [] : [{ lead: 'Reported by:', text: reportedBy }]),
    { lead: 'Opened:', text: `${momentText(openedAt)}, by ${openedBy}` },
    { lead: 'In charge:', text: taken },
    { lead: 'Deals reported:', text: fewNames(incident.reportedDeals) || 'none by name' },
    severityItem(file),
    { lead: 'Counted on:', text: basisName(incident.basis) },
    { lead: 'Rules for remedies, deadlines and severity:', text: `policy pack ${incident.pack}` },
  ];
  return [paragraph(`“${clipped(summary)}”`), list(points, '')];
}

/** What was recorded at the opening, and the earliest day that a team names since. */
function firstKnown({ incident: { firstKnownAt }, answers }: CaseFile): string {
  const days = newestOf(answers).flatMap(({ answers: { firstKnown: said } }) => {
    return isOnDay(said) ? [said.on] : [];
  });
  const [earliest] = days.sort(compareCodePoints);
  const teams = earliest === undefined ? '' : `the teams name ${dayText(earliest)} (their answers)`;
  if (firstKnownAt !== null) return [momentText(firstKnownAt), teams].filter(Boolean).join('; ');
  return `no time was recorded at the opening${teams === '' ? '' : `; ${teams}`}`;
}

const isOnDay = (said: unknown): said is { readonly on: string } =>
  typeof said === 'object' && said !== null && 'on' in said && typeof said.on === 'string';

/** How many names stand in one line. */
export const namesMax = 40;

/** Names in one line; where they are too many, how many more there are. */
export function fewNames(names: readonly string[], count = names.length): string {
  const some = names.slice(0, namesMax);
  const more = count - some.length;
  return more > 0 ? `${some.join(', ')} and ${grouped(`${more}`)} more` : some.join(', ');
}

/** A basis as people say it. */
export const basisName = (basis: string): string =>
  basis === 'asRecorded' ? 'averages as recorded at the time' : 'averages as they should have been';

const diagnosesMax = 30;

/** Which known fault explains the recorded numbers. */
export function diagnosisBlocks({ scan }: Pick<CaseFile, 'scan'>): Block[] {
  if (scan === null) return [paragraph('The history has not been replayed yet.')];
  const command = './makewhole diagnose';
  const { diagnosis } = scan;
  return [
    list(diagnosis.slice(0, diagnosesMax).map(diagnosed), 'No version of the rule stands out.'),
    ...andMore(diagnosis.length - diagnosesMax, { of: 'versions', command }),
  ];
}

function diagnosed(version: Diagnosis): Item {
  const { ruleVersion: name, rule, deals, explained, affected } = version;
  const lead = `Version ${name} of the rule:`;
  const count = `${explained} of its ${deals} deals to the unit`;
  if (affected === 0)
    return {
      lead,
      text: `right: ${explained} of its ${deals} deals follow the agreed rule to the unit.`,
    };
  const since =
    version.firstDeal === null
      ? ''
      : `, the first of them ${version.firstDeal}, closed ${dayText(version.firstClosedOn ?? '')}`;
  const before =
    version.lastRightDeal === null
      ? ''
      : `; the last right one before it is ${version.lastRightDeal}, closed ` +
        dayText(version.lastRightClosedOn ?? '');
  const wrong = `wrong in ${affected} of ${deals} deals${since}${before}.`;
  if (rule !== null) {
    const fault = ruleById(rule)?.summary ?? 'not described here';
    return { lead, text: `${wrong} The known fault “${rule}” explains ${count}: ${fault}.` };
  }
  const further = version.periodCount - version.periods.length;
  const items = version.periods.map((period) => ({ text: periodText(period) }));
  if (further > 0) items.push({ text: `and ${further} further periods` });
  return { lead, text: `${wrong} No single known fault explains all of it.`, items };
}

function periodText({ rule, deals, firstDeal, lastDeal, ...dates }: Period): string {
  const from = `${firstDeal} of ${dayText(dates.firstClosedOn)}`;
  const to = `${lastDeal} of ${dayText(dates.lastClosedOn)}`;
  const what = rule === null ? 'no known rule' : `the rule ${rule}`;
  const count = deals === 1 ? '1 deal' : `${deals} deals`;
  return deals === 1 ? `${from}: ${what} (${count})` : `${from} to ${to}: ${what} (${count})`;
}

/** When a document was written; one of the two lines in which two drafts may differ. */
export const asOfLine = (writtenAt: string): string => `As of ${momentText(writtenAt)}.`;

/** The head of the evidence as it stood; it grows by the very drafting of a document. */
export const evidenceLine = ({ evidence }: CaseFile): string =>
  `Evidence up to entry ${evidence.seq}, head ${evidence.hash}`;

/** How far the evidence had come when the instance signed it last, for whoever keeps a copy. */
export const signedHeadLine = (jws: string): string => `Signed by the instance: \`${jws}\``;

/** A document without the lines about time and evidence, in which two drafts may differ. */
export const withoutDatedLines = (text: string): string =>
  text
    .replace(/^As of .*$/m, '')
    .replace(/^Evidence up to entry .*$/m, '')
    .replace(/^Signed by the instance: .*$/m, '');
