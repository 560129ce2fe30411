import type { IncidentStatus, RefusalLine, Sums, Waiting } from '../activities/ports/status';
import { sizes } from '../domain/sizing';
import { waitTask } from '../domain/wait-words';
import { deadlinesLine } from './clocks-text';
import { grouped } from '../domain/grouped';
import { timesOf, type Times } from './readable-times';
import { severityLine } from './severity-text';
import { askedFact, factCommand } from './waiting-deals-text';

/** How an incident stands as somebody reads it who has just been woken up; `now` as ISO 8601. */
export function statusText(status: IncidentStatus, now: string): string {
  const times = timesOf(now);
  return [
    ...haltLines(status, times),
    ...headLines(status, times),
    '',
    ...waitingLines(status, times),
    '',
    ...[...weightLines(status, now), ...figureLines(status, times)].map(
      ([name, says]) => `${name.padEnd(11)} ${says}`,
    ),
  ].join('\n');
}

function haltLines({ incident, halt }: IncidentStatus, { instant, ago }: Times): string[] {
  if (halt === null) return [];
  const since = `${instant(halt.at)} (${ago(halt.at)})`;
  return [
    `HALTED by ${halt.by} since ${since}: ${halt.reason}`,
    'Nothing begins; what is frozen stays frozen.',
    `Go on: ./makewhole incident resume ${incident} --as YOU`,
    '',
  ];
}

function headLines(status: IncidentStatus, { instant, ago }: Times): string[] {
  const { incident, severity, stage, drill, summary } = status;
  const { openedAt, openedBy, takenBy, closedAt, stageSince } = status;
  const marks = drill ? ' · DRILL, no real money' : '';
  const taken = takenBy === null ? 'NOBODY HAS TAKEN IT' : `${takenBy} has it`;
  const end = closedAt === null ? `since ${instant(stageSince)}` : `at ${instant(closedAt)}`;
  return [
    `${incident} · ${severity ?? 'severity not declared'} · ${stage} ${end}${marks}`,
    summary,
    `Opened ${instant(openedAt)} (${ago(openedAt)}) by ${openedBy} · ${taken}`,
  ];
}

/** How many waits of one kind a page names; thousands of facts can be missing. */
const waitsNamedMax = 12;

function waitingLines({ incident, waitingFor, closedAt }: IncidentStatus, times: Times): string[] {
  if (closedAt !== null && waitingFor.length === 0) return ['Nobody is waited for.'];
  if (waitingFor.length === 0) return ['Nobody is waited for: Makewhole is at work.'];
  const named = new Map<string, number>();
  const lines = waitingFor.flatMap((wait) => {
    const before = named.get(wait.for) ?? 0;
    named.set(wait.for, before + 1);
    return before < waitsNamedMax ? waitLines(wait, { incident, times }) : [];
  });
  const more = [...named].filter(([, count]) => count > waitsNamedMax);
  const left = more.map(([kind, count]) => {
    const rest = grouped(String(count - waitsNamedMax));
    const words =
      kind === 'fact' ? `plan ${incident} --waiting` : `incident status ${incident} --json`;
    return `  And ${rest} more of the kind ${kind}: ./makewhole ${words}`;
  });
  return ['Waiting for', ...lines, ...left];
}

function waitLines(wait: Waiting, { incident, times }: { incident: string; times: Times }) {
  const { instant, ago, until } = times;
  const end = wait.deadlineAt === null ? '' : `, until ${until(wait.deadlineAt)}`;
  const again =
    wait.nextReminderAt === undefined || wait.nextReminderAt === null
      ? ''
      : `, reminder ${instant(wait.nextReminderAt)}`;
  // Some questions say themselves how they are answered.
  const answered = wait.question?.includes('makewhole ') ?? false;
  const hint = answered ? undefined : commandFor(wait, incident);
  const votes = wait.votes?.map(({ person, role, decision }) => {
    return `${decision === 'approve' ? 'approved' : 'rejected'} by ${person} (${role})`;
  });
  const whom = wait.role ?? 'makewhole';
  return [
    `  ${whom}: ${waitTask(wait)}, since ${ago(wait.since)}${again}${end}`,
    ...(wait.digest === undefined ? [] : [`      about ${wait.digest}`]),
    ...(votes ?? []).map((vote) => `      ${vote}`),
    ...(wait.question === null ? [] : [`      ${wait.question}`]),
    ...(hint === undefined ? [] : [`      ${hint}`]),
  ];
}

function commandFor({ for: kind, id }: Waiting, incident: string): string | undefined {
  const of = (words: string) => `./makewhole ${words} --as YOU`;
  // It is shown before anybody is asked; its help says how to reject.
  if (kind === 'gate') return of(`decide ${incident} --gate ${id} --approve`);
  if (kind === 'take') return of(`take ${incident}`);
  if (kind === 'receipt') return of(`receipt ${incident}`);
  if (kind === 'fix') return of(`fix propose ${incident} --rule RULE --averages recorded`);
  return kind === 'fact' ? factCommand(incident, askedFact(id)) : undefined;
}

/** Why it is as severe as it is, how big it was thought to be, and what runs out next. */
function weightLines(status: IncidentStatus, now: string): [string, string][] {
  return [
    ['Severity', severityLine(status)],
    ['Estimated', estimated(status)],
    ['Deadlines', deadlinesLine(status, { today: now.slice(0, 10) })],
  ];
}

function figureLines(status: IncidentStatus, { instant }: Times): [string, string][] {
  const { freeze, fix, plan, counts, totals, nextUpdateDueAt } = status;
  const frozen = freezeWords[freeze.state];
  const since = freeze.since === null ? '' : ` since ${instant(freeze.since)}`;
  const looked = freeze.verifiedAt === null ? '' : `, last seen so ${instant(freeze.verifiedAt)}`;
  const stands = freeze.state === 'frozen' ? looked : '';
  const deals = `${count(counts.dealsHeld)} deals held`;
  const out = `out ${progress(totals.moved.out, totals.planned.out)}`;
  const planned = plan.version === null ? 'none yet' : `version ${String(plan.version)}`;
  return [
    ['Service', `${frozen}${since}${stands}; ${deals}`],
    ['Fix', fix.rule === null ? 'none proposed' : `${fix.rule}, ${fix.state}`],
    ['Affected', affected(status)],
    ['Forms', forms(status)],
    ['Plan', plan.digest === null ? planned : `${planned}, ${plan.digest}`],
    ['Moved', `${out}; in ${progress(totals.moved.in, totals.planned.in)}`],
    ['Payments', states(counts.payments)],
    ['Invoices', states(counts.invoices)],
    ['Units', `${money(totals.moved.units)}; transfers ${states(counts.transfers)}`],
    ['Letters', letters(counts.letters)],
    ['Evidence', `${count(counts.evidence)} entries, ${count(counts.refusals)} refusals`],
    ...status.lastRefusals.map((each): [string, string] => ['Refused', refusalLine(each, instant)]),
    ['Next update', nextUpdateDueAt === null ? 'none due' : `due ${instant(nextUpdateDueAt)}`],
  ];
}

const freezeWords = {
  'not-asked': 'NOT FROZEN YET',
  asked: 'FREEZING, not confirmed yet',
  frozen: 'frozen',
  lapsed: 'FREEZE LAPSED, being set again; asked',
  lifting: 'being unfrozen; frozen',
  lifted: 'online again',
};

const count = (number: number): string => grouped(String(number));

function forms({ incident, counts }: IncidentStatus): string {
  const { asked, answered, late } = counts.forms;
  if (asked === 0) return 'not asked yet';
  const { open, explained, changed } = counts.contradictions;
  const said = `${String(answered)} of ${String(asked)} answered`;
  const after = late === 0 ? '' : `, ${String(late)} after the deadline`;
  const settled = explained + changed;
  const over = settled === 0 ? '' : `; ${String(settled)} contradictions settled`;
  const stands = `${String(open)} ${open === 1 ? 'CONTRADICTION' : 'CONTRADICTIONS'}`;
  const see = open === 0 ? '' : `; ${stands}, see ./makewhole form ${incident}`;
  return `${said}${after}${over}${see}`;
}

function affected({ counts, totals }: IncidentStatus): string {
  if (counts.dealsScanned === null) return 'not known before the scan';
  const { dealsScanned, dealsAffected, investorsAffected } = counts;
  const where = `${count(dealsAffected)} of ${count(dealsScanned)} deals`;
  const who = `${count(investorsAffected)} investors in ${where}`;
  return `${who}; too much ${money(totals.over)}, too little ${money(totals.under)}`;
}

function estimated({ sizing }: IncidentStatus): string {
  const { estimate, actual, ratio, outside } = sizing;
  const words = { deals: 'deals', investors: 'investors', amount: 'too much', hours: 'hours' };
  const said = sizes.flatMap((what) => {
    const guess = estimate[what];
    if (guess === null) return [];
    const money = what === 'amount' ? ` ${estimate.currency ?? ''}` : '';
    const found = actual?.[what] ?? null;
    const times = ratio[what] === null ? '' : `, ${ratio[what]} times that`;
    const flag = outside.includes(what) ? ', OUTSIDE' : '';
    const seen = found === null ? '' : ` (found ${grouped(String(found))}${money}${times}${flag})`;
    return [`${grouped(String(guess))}${money} ${words[what]}${seen}`];
  });
  return said.join(', ') || 'nothing';
}

/** "7,092.14 of 10,632.78 USD" per currency. */
function progress(moved: Sums, planned: Sums): string {
  const currencies = Object.keys({ ...planned, ...moved });
  const said = currencies.map((currency) => {
    return `${grouped(moved[currency] ?? '0')} of ${grouped(planned[currency] ?? '0')} ${currency}`;
  });
  return said.join(', ') || '0';
}

/** Sums as people read them, "1,234.50 USD, 900 JPY"; 0 when there are none. */
export function money(sums: Sums): string {
  const said = Object.entries(sums).map(([currency, amount]) => `${grouped(amount)} ${currency}`);
  return said.join(', ') || '0';
}

function states(counts: Record<string, number>): string {
  const said = Object.entries(counts).map(([state, number]) => `${count(number)} ${state}`);
  return said.join(', ') || 'none';
}

function letters(byStage: IncidentStatus['counts']['letters']): string {
  const said = Object.entries(byStage).map(([stage, counts]) => `${stage} ${states(counts)}`);
  return said.join('; ') || 'none';
}

/** Who is named where the signature held; else the key that was claimed, or that there was none. */
function refusalLine(refusal: RefusalLine, instant: Times['instant']): string {
  const { at, code, kind, person, key } = refusal;
  const who = person ?? (key === null ? 'nobody knows whom' : `key ${key.slice(0, 12)}`);
  return `${instant(at)}: ${code}, ${kind ?? 'no command'} by ${who}`;
}
