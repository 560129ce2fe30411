import { grouped } from '../domain/grouped';
import { waitTask } from '../domain/wait-words';
import type { BoardCounts, BoardWait } from '../contracts/activities';
import type { IncidentStart } from '../contracts/incident';
import { stages, type Stage } from '../contracts/workflow-ids';

/** What stands on the board; `counts` is null until they were read for the first time. */
export type Shown = {
  stage: Stage;
  since: string;
  /** When each page was turned to. */
  entered: ReadonlyMap<Stage, string>;
  counts: BoardCounts | null;
};

/** What each page is about, as it is said in the Temporal UI. */
export const pageWords: Record<Stage, string> = {
  freezing: 'Freeze the allocation service and the reported deals',
  declaring: 'Declare how severe it is, and page the people on call',
  gathering: 'Gather the history and what the teams know',
  recomputing: 'Recompute every share by the right rule',
  acknowledging: 'Tell affected investors that we are on it',
  planning: 'Plan a lawful remedy for each deal',
  deciding: 'Wait for legal and finance to decide',
  settling: 'Move money and units, once',
  reconciling: 'Reconcile owed, booked and moved',
  reviewing: 'Review: everybody done, post-mortem',
  closed: 'Closed',
};

/**
 * The board as Markdown: what happened, whom we wait for and until when, how many people, how much
 * money. No name, no address.
 */
export function boardPage(incident: IncidentStart, shown: Shown): string {
  const { counts } = shown;
  const drill = incident.drill ? ' · DRILL, no real money' : '';
  return [
    `# ${incident.incidentId}${drill}`,
    '',
    ...(counts === null ? [`**Now:** ${pageWords[shown.stage]}`] : headLines(counts, shown)),
    '',
    ...(counts === null ? [] : waitingLines(counts, shown)),
    '## What happened',
    '',
    ...stages.map((stage) => pageLine(stage, shown)),
  ].join('\n');
}

const serviceWords: Record<string, string> = {
  'not-asked': 'not frozen yet',
  asked: 'freezing, not confirmed yet',
  lapsed: 'FREEZE LAPSED, being set again',
  lifting: 'being unfrozen',
  lifted: 'online again',
};

function headLines(counts: BoardCounts, { stage, since }: Shown): string[] {
  const { dealsHeld, planned, moved } = counts;
  const frozen = serviceWords[counts.service] ?? counts.service;
  const held = dealsHeld === 0 ? '' : `, ${count(dealsHeld, 'deal')} held`;
  const nextUpdate =
    counts.nextUpdate === null ? '' : ` · next update due ${at(counts.nextUpdate)}`;
  const halted = counts.haltedAt
    ? [`**HALTED** since ${at(counts.haltedAt)}: nothing begins`, '']
    : [];
  return [
    ...halted,
    `**Now:** ${pageWords[stage]} (since ${at(since)})${nextUpdate}`,
    '',
    `- **Severity:** ${counts.severity}${counts.taken ? '' : ', NOBODY HAS TAKEN IT'}`,
    `- **Allocation service:** ${frozen}${held}`,
    `- **Fix:** ${counts.fix}`,
    `- **People:** ${affected(counts)}`,
    `- **Money in wrong hands:** ${wrong(counts)}`,
    `- **Paid out:** ${progress(moved.out, planned.out)}`,
    `- **Paid in:** ${progress(moved.in, planned.in)}`,
    `- **Letters:** ${listed(counts.letters)}`,
  ];
}

function affected({ dealsScanned, affectedInvestors, affectedDeals }: BoardCounts): string {
  if (dealsScanned === null) return 'not known before the scan';
  if (affectedInvestors === 0) return `nobody, in ${count(dealsScanned, 'deal')} looked at`;
  const deals = `${String(affectedDeals)} of ${count(dealsScanned, 'deal')}`;
  return `${count(affectedInvestors, 'investor')} affected, in ${deals}`;
}

function wrong({ dealsScanned, over, under }: BoardCounts): string {
  if (dealsScanned === null) return 'not known before the scan';
  return `too much ${money(over)}, too little ${money(under)}`;
}

function waitingLines({ waitingFor }: BoardCounts, { stage }: Shown): string[] {
  if (stage === 'closed') return [];
  const lines = waitingFor.map(waitLine);
  return ['## Waiting for', '', ...(lines.length === 0 ? [nobody] : lines), ''];
}

const nobody = 'Nobody: Makewhole is at work.';

function waitLine(wait: BoardWait): string {
  const { since, next, deadline } = wait;
  const reminder = next === null ? '' : `, next reminder ${at(next)}`;
  const end = deadline === null ? '' : `, until **${at(deadline)}**`;
  return `- **${who(wait)}** to ${waitTask(wait)}: since ${at(since)}${reminder}${end}`;
}

/** Roles as people say them. */
function who({ role }: BoardWait): string {
  return role === null ? 'somebody' : role.replaceAll('-', ' ');
}

function pageLine(each: Stage, { stage, entered }: Shown): string {
  const time = entered.get(each);
  if (each === stage && each !== 'closed') return `- ▶ **${pageWords[each]}** (${at(time ?? '')})`;
  return time === undefined ? `- · ${pageWords[each]}` : `- ✓ ${pageWords[each]} (${at(time)})`;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const monthNames = new Map(months.map((name, index) => [String(index + 1).padStart(2, '0'), name]));

/** `21 Nov 14:09 UTC`: whoever reads it may sit anywhere. */
function at(iso: string): string {
  const [, month, day, time] = /^\d{4}-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(iso) ?? [];
  if (month === undefined || day === undefined || time === undefined) return iso;
  return `${day.replace(/^0/, '')} ${monthNames.get(month) ?? month} ${time} UTC`;
}

const count = (number: number, what: string) => {
  return `${String(number)} ${what}${number === 1 ? '' : 's'}`;
};

function money(sums: Record<string, string>): string {
  const said = Object.entries(sums).map(([currency, amount]) => `${grouped(amount)} ${currency}`);
  return said.join(', ') || '0';
}

/** "7,092.14 of 10,632.78 USD" per currency. */
function progress(moved: Record<string, string>, planned: Record<string, string>): string {
  const said = Object.keys({ ...planned, ...moved }).map((currency) => {
    return `${grouped(moved[currency] ?? '0')} of ${grouped(planned[currency] ?? '0')} ${currency}`;
  });
  return said.join(', ') || 'nothing planned yet';
}

function listed(states: Record<string, number>): string {
  const said = Object.entries(states).map(([state, number]) => `${String(number)} ${state}`);
  return said.join(', ') || 'none yet';
}
