import { teams } from '../contracts/command';
import { newestOf, unknownsOf } from './answer-sections';
import type { PostMortemFacts } from './case-file';

type Action = readonly [action: string, owner: string, by: string];

/**
 * What is to be done so that the like never happens again: what the teams promised in their forms,
 * what this incident showed, and what always holds.
 *
 * Ensures: every action has an owner and a date by which it is looked at again; what is left open
 * with single people is cut where it is too long to be read, with how much is `left`.
 */
export function actionRows(facts: PostMortemFacts): { rows: Action[]; left: number } {
  const open = stillOpen(facts);
  const some = open.slice(0, openMax);
  const rows = [...promised(facts), ...some, ...shown(facts), ...standing];
  return { rows, left: open.length - some.length };
}

const openMax = 60;

/** What the runbook still waits for from a person, by name. */
function stillOpen({ waits }: PostMortemFacts): Action[] {
  const open = waits.filter(({ for: what, overAt }) => what === 'person' && overAt === null);
  return open.map(({ id, role, question }) => {
    return [`${question ?? ''} (${id})`, role ?? 'operations', 'within 7 days'];
  });
}

const standing: readonly Action[] = [
  [
    'Replay every past deal, certified, before a rule of the allocator is released',
    'engineering',
    'the next release',
  ],
  [
    'Keep the deals of this incident as test cases of the allocator',
    'engineering',
    'the next release',
  ],
  [
    'Certify each live allocation and freeze at the first one that does not hold',
    'operations',
    'within 30 days',
  ],
];

/** What the teams promised, owe to others, or still have to find out. */
function promised(facts: PostMortemFacts): Action[] {
  const said = newestOf(facts.answers).flatMap(({ team, answers }): Action[] => {
    const { prevention, reports } = answers;
    const duties = Array.isArray(reports) ? (reports as Report[]) : [];
    return [
      ...(typeof prevention === 'string' ? [[prevention, team, 'within 30 days'] as const] : []),
      ...duties.map(({ to, about, due }): Action => {
        return [`Report to ${to}: ${about}`, team, `by ${due}`];
      }),
    ];
  });
  const unknown = unknownsOf(facts).map(({ team, title, missing, by }): Action => {
    return [`Find out: ${title} (${missing})`, team, `by ${by}`];
  });
  return [...said, ...unknown, ...disagreements(facts)];
}

type Report = { to: string; about: string; due: string };

function disagreements({ contradictions }: PostMortemFacts): Action[] {
  const open = contradictions.filter(({ state }) => state === 'open');
  return open.map(({ about, says }) => {
    const team = says.map(({ who }) => who).find((who) => teams.some((each) => each === who));
    return [
      `Settle ${about}: ${says.map(({ who }) => who).join(' and ')} disagree`,
      team ?? 'legal',
      'within 14 days',
    ];
  });
}

function shown({ freeze, gates, scan, sizing, unanswered }: PostMortemFacts): Action[] {
  const found: Action[] = [];
  if (freeze.some(({ lapses }) => lapses > 0)) {
    found.push(['Find out why the freeze lapsed while it was on', 'engineering', 'within 7 days']);
  }
  const expired = [
    ...new Set(gates.filter(({ state }) => state === 'expired').map(({ gate }) => gate)),
  ];
  for (const gate of expired) {
    found.push([
      `Name a stand-in for gate ${gate}, which expired undecided`,
      'management',
      'within 14 days',
    ]);
  }
  for (const { team } of unanswered) {
    found.push([
      `Answer the form of ${team}, and say what it would have changed`,
      team,
      'within 7 days',
    ]);
  }
  const contaminated = scan?.findings['basis-mismatch'] ?? 0;
  if (contaminated > 0) {
    const shares = `${contaminated} shares that are right only on averages`;
    const what = `Decide about ${shares} a wrong deal has moved`;
    found.push([what, 'legal', 'within 30 days']);
  }
  if (sizing.outside.length > 0) {
    const far = sizing.outside.join(', ');
    const what = `Look into why this was far from what was thought: ${far}`;
    found.push([what, 'operations', 'within 14 days']);
  }
  return found;
}
