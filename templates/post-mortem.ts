import { compareCodePoints } from '../domain/code-points';
import type { PostMortemFacts } from './case-file';
import { answersBlocks, contradictionsBlock } from './answer-sections';
import { caseHead, diagnosisBlock, evidenceLine } from './case-sections';
import { actionRows } from './post-mortem-actions';
import { clocksBlocks } from './clocks-section';
import { bullets, duration, plain, sums, table } from './markdown';
import { blocksMarkdown } from './report-markdown';
import { sizingBlocks } from './sizing-section';

/**
 * The post-mortem, filled from what was recorded while it happened.
 *
 * Ensures: nobody is blamed; every action has an owner; the same record gives the same text but for
 * one line, the evidence's head.
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
    blocksMarkdown([diagnosisBlock(facts)]),
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
    table(['action', 'owner', 'by'], actionRows(facts)),
    '',
    '## What this rests on',
    evidenceLine(facts),
    '',
  ].join('\n');
}

function stagesText({ stages }: PostMortemFacts): string {
  const rows = stages.map(({ stage, enteredAt }, index) => {
    const next = stages[index + 1];
    return [
      enteredAt,
      stage,
      next === undefined ? 'the last so far' : duration(enteredAt, next.enteredAt),
    ];
  });
  return table(['entered', 'stage', 'took'], rows);
}

function freezeText({ freeze }: PostMortemFacts): string {
  const said = freeze.map(({ state, askedAt, liftedAt, lapses }) => {
    const end =
      liftedAt === null ? `is ${state}` : `was lifted ${liftedAt} (${duration(askedAt, liftedAt)})`;
    return `The service was frozen ${askedAt} and ${end}; the freeze lapsed ${lapses} times.`;
  });
  return bullets(said, 'The service was never frozen.');
}

const namedWaits = ['gate', 'form', 'take', 'fact', 'fix', 'receipt', 'import'];

function waitsText({ waits }: PostMortemFacts): string {
  const named = waits.filter((wait) => namedWaits.includes(wait.for));
  const rows = named.map(({ for: what, id, role, since, overAt }) => {
    return [what, id, role ?? '', since, overAt === null ? 'not over' : duration(since, overAt)];
  });
  const head = ['for', 'which', 'of whom', 'since', 'took'];
  return [table(head, rows), '', table(['of whom', 'waits', 'longest'], waitsByRole(waits))].join(
    '\n',
  );
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

function deedsText({ paid, received, units, letters, plan }: PostMortemFacts): string {
  const remedies = (plan?.manifest.deals ?? []).map(({ deal, remedy, reasons }) => {
    return `${plain(deal)}: ${remedy}. ${plain(reasons.join(' '))}`;
  });
  const sent = letters.map(({ stage, state, count }) => [stage, state, `${count}`]);
  return [
    bullets(
      [
        `Paid out: ${sums(paid)}`,
        `Received: ${sums(received)}`,
        `Units moved, at cost: ${sums(units)}`,
        ...remedies,
      ],
      '',
    ),
    '',
    sent.length === 0 ? 'No letter was sent.' : table(['letter', 'state', 'count'], sent),
  ].join('\n');
}

function decisionsText({ gates, refusals, fixes, liveChecks }: PostMortemFacts): string {
  const rows = gates.map(({ gate, opening, state, reason }) => [
    gate,
    `${opening}`,
    state,
    reason ?? '',
  ]);
  const refused = refusals.map(({ code, count }) => `${code}: ${count}`);
  const tried = fixes.map(({ attempt, rule, averages, state }) => {
    return `Fix ${attempt}: ${plain(rule)} on ${averages} averages, ${state}`;
  });
  return [
    table(['gate', 'opening', 'outcome', 'reason'], rows),
    '',
    bullets([...tried, `Checks of live allocations since: ${liveChecks}`], ''),
    '',
    bullets(refused, 'No command was refused.'),
  ].join('\n');
}
