import { compareCodePoints } from '../domain/code-points';
import { groupedSums } from './amounts';
import type { PostMortemFacts } from './case-file';
import { answersBlocks, contradictionsBlock } from './answer-sections';
import { caseHead, diagnosisBlocks, evidenceLine, signedHeadLine } from './case-sections';
import { actionRows } from './post-mortem-actions';
import { clocksBlocks } from './clocks-section';
import { bullets, duration, plain, table } from './markdown';
import { momentText, shortMoment } from './moments';
import { andMore, clipped } from './report';
import { blocksMarkdown } from './report-markdown';
import { sizingBlocks } from './sizing-section';

/**
 * The post-mortem, filled from what was recorded while it happened.
 *
 * Ensures: nobody is blamed; every action has an owner; the same record gives the same text but for
 * the lines about the evidence's head.
 */
export function postMortemText(facts: PostMortemFacts): string {
  const { incident } = facts;
  const drill = incident.drill
    ? ['**This was a drill: no real money, no real investor.**', '']
    : [];
  return [
    `# Post-mortem of ${incident.incidentId}`,
    '',
    ...drill,
    'It asks how the system let this happen, not who did.',
    '',
    '## What happened',
    blocksMarkdown(caseHead(facts)),
    '',
    '## What went wrong, and why',
    blocksMarkdown(diagnosisBlocks(facts)),
    '',
    '## What the teams said',
    blocksMarkdown(answersBlocks(facts)),
    '',
    '## What did not agree',
    blocksMarkdown([contradictionsBlock(facts)]),
    '',
    '## When',
    stagesText(facts),
    '',
    freezeText(facts),
    '',
    '## Who was waited for',
    waitsText(facts),
    '',
    '## Thought, and found',
    blocksMarkdown(sizingBlocks(facts)),
    '',
    '## Deadlines',
    blocksMarkdown(clocksBlocks(facts)),
    '',
    '## What was done',
    deedsText(facts),
    '',
    '## What was decided, and refused',
    decisionsText(facts),
    '',
    '## How the like is avoided',
    actionsText(facts),
    '',
    '## What this rests on',
    evidenceLine(facts),
    ...(facts.signedHead === null ? [] : ['', signedHeadLine(facts.signedHead)]),
    '',
  ].join('\n');
}

function actionsText(facts: PostMortemFacts): string {
  const { rows, left } = actionRows(facts);
  const command = `./makewhole incident status ${facts.incident.incidentId}`;
  return listed(table(['action', 'owner', 'by'], rows), { left, of: 'open tasks', command });
}

/** A list, and what it leaves out where it is too long to be read. */
function listed(text: string, rest: { left: number; of: string; command: string }): string {
  return [text, ...andMore(rest.left, rest).map((block) => `\n${blocksMarkdown([block])}`)].join(
    '\n',
  );
}

function stagesText({ stages }: PostMortemFacts): string {
  const rows = stages.map(({ stage, enteredAt }, index) => {
    const next = stages[index + 1];
    return [
      shortMoment(enteredAt),
      stage,
      next === undefined ? 'the last so far' : duration(enteredAt, next.enteredAt),
    ];
  });
  return table(['entered', 'stage', 'took'], rows);
}

function freezeText({ freeze }: PostMortemFacts): string {
  const said = freeze.map(({ state, askedAt, liftedAt, lapses }) => {
    const end =
      liftedAt === null
        ? `is ${state}`
        : `was lifted ${momentText(liftedAt)} (${duration(askedAt, liftedAt)})`;
    const asked = `The service was frozen ${momentText(askedAt)} and ${end}`;
    return `${asked}; the freeze lapsed ${lapses} times.`;
  });
  return bullets(said, 'The service was never frozen.');
}

/** How many of the longest waits stand by name. */
const waitsMax = 60;
const namedWaits = ['gate', 'form', 'take', 'fact', 'fix', 'receipt', 'import'];

function waitsText({ waits, incident }: PostMortemFacts): string {
  const named = waits.filter((wait) => namedWaits.includes(wait.for));
  const rows = longest(named).map(({ for: what, id, role, since, overAt }) => {
    const took = overAt === null ? 'not over' : duration(since, overAt);
    return [what, id, role ?? '', shortMoment(since), took];
  });
  const head = ['for', 'which', 'of whom', 'since', 'took'];
  const command = `./makewhole evidence show ${incident.incidentId} --lines`;
  return [
    listed(table(head, rows), { left: named.length - rows.length, of: 'shorter waits', command }),
    '',
    table(['of whom', 'waits', 'longest'], waitsByRole(waits)),
  ].join('\n');
}

type Wait = PostMortemFacts['waits'][number];

/** Those not over first, then the longest ones, in the order in which they began. */
function longest(waits: readonly Wait[]): Wait[] {
  const length = ({ since, overAt }: Wait) =>
    overAt === null ? Number.MAX_SAFE_INTEGER : lengthOf({ since, overAt });
  const some = new Set(waits.toSorted((a, b) => length(b) - length(a)).slice(0, waitsMax));
  return waits.filter((wait) => some.has(wait));
}

/** Every wait counts, also those for single payments and letters, which may be thousands. */
function waitsByRole(waits: PostMortemFacts['waits']): string[][] {
  const roles = [...new Set(waits.map(({ role }) => role ?? ''))].sort(compareCodePoints);
  return roles.map((role) => {
    const own = waits.filter((wait) => (wait.role ?? '') === role);
    const over = own.flatMap(({ since, overAt }) => (overAt === null ? [] : [{ since, overAt }]));
    const longest = over.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    const took = longest === undefined ? '-' : duration(longest.since, longest.overAt);
    const open = own.length - over.length;
    return [role, `${own.length}${open === 0 ? '' : `, ${open} not over`}`, took];
  });
}

const lengthOf = ({ since, overAt }: { since: string; overAt: string }): number =>
  Date.parse(overAt) - Date.parse(since);

const remediesMax = 60;

function deedsText(facts: PostMortemFacts): string {
  const { paid, received, units, letters, plan, incident } = facts;
  const deals = plan?.manifest.deals ?? [];
  const remedies = deals.slice(0, remediesMax).map(({ deal, remedy, reasons }) => {
    return `${plain(deal)}: ${remedy}. ${plain(clipped(reasons.join(' ')))}`;
  });
  const command = `./makewhole plan ${incident.incidentId} --deals`;
  const left = deals.length - remedies.length;
  const sent = letters.map(({ stage, state, count }) => [stage, state, `${count}`]);
  return [
    bullets(
      [
        `Paid out: ${groupedSums(paid)}`,
        `Received: ${groupedSums(received)}`,
        `Units moved, at cost: ${groupedSums(units)}`,
      ],
      '',
    ),
    '',
    listed(bullets(remedies, 'No remedy was planned.'), { left, of: 'deals', command }),
    '',
    sent.length === 0 ? 'No letter was sent.' : table(['letter', 'state', 'count'], sent),
  ].join('\n');
}

const gatesMax = 120;

function decisionsText(facts: PostMortemFacts): string {
  const { gates, refusals, lastRefusals, fixes, liveChecks, incident } = facts;
  const rows = gates
    .slice(0, gatesMax)
    .map(({ gate, opening, state, reason }) => [gate, `${opening}`, state, reason ?? '']);
  const refused = refusals.map(({ code, count }) => `${code}: ${count}`);
  const tried = fixes.map(({ attempt, rule, averages, state }) => {
    return `Fix ${attempt}: ${plain(rule)} on ${averages} averages, ${state}`;
  });
  return [
    listed(table(['gate', 'opening', 'outcome', 'reason'], rows), {
      left: gates.length - rows.length,
      of: 'gates',
      command: `./makewhole evidence show ${incident.incidentId} --lines`,
    }),
    '',
    bullets([...tried, `Checks of live allocations since: ${liveChecks}`], ''),
    '',
    bullets(refused, 'No command was refused.'),
    ...(lastRefusals.length === 0 ? [] : ['', lastRefusalsText(lastRefusals)]),
  ].join('\n');
}

function lastRefusalsText(last: PostMortemFacts['lastRefusals']): string {
  const rows = last.map(({ at, code, kind, person }) => [at, code, kind ?? '', person ?? '']);
  return table(['refused at', 'code', 'command', 'by'], rows);
}
