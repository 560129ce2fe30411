import { addDays } from './calendar';
import { isNoImpact, isUnknown, type Unknown } from './form-answers';

/** A team's newest answer to its form, by question. */
export type TeamAnswers = {
  readonly team: 'customer-success' | 'engineering' | 'operations';
  readonly answers: Readonly<Record<string, unknown>>;
};

/** A deadline that a team has named, or promised. Shapes: dates as `2026-11-21`. */
export type SaidClock = {
  readonly clock: string;
  readonly name: string;
  readonly does: string;
  readonly owner: TeamAnswers['team'];
  readonly dueOn: string;
  readonly warnOn: string;
};

/** Days before the end: time to write a report, and to ask who promised to find out. */
const warnDays = { report: 3, answer: 1 };

/**
 * The clocks that run because a team named their days in its form: reports that are due, and
 * answers promised by a day.
 *
 * Ensures: a promised answer has no clock any more once it is given; a report keeps its clock, by
 * whom it is for and its day, however the form is handed in again.
 */
export function saidClocks(teams: readonly TeamAnswers[]): SaidClock[] {
  return teams.flatMap(({ team, answers }) => [
    ...reportsOf(team, answers['reports']),
    ...Object.entries(answers).flatMap(([question, answer]) => {
      return isUnknown(answer) ? [promised(team, { question, answer })] : [];
    }),
  ]);
}

type Report = { readonly to: string; readonly about: string; readonly due: string };

function reportsOf(owner: SaidClock['owner'], answer: unknown): SaidClock[] {
  if (answer === undefined || isUnknown(answer) || isNoImpact(answer)) return [];
  const seen = new Map<string, number>();
  return (answer as readonly Report[]).map(({ to, about, due: dueOn }) => {
    const id = `report/${dueOn}/${slugOf(to)}`;
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    const clock = times === 1 ? id : `${id}-${String(times)}`;
    const warnOn = addDays(dueOn, -warnDays.report);
    return { clock, name: `Report to ${to}`, does: about, owner, dueOn, warnOn };
  });
}

function promised(
  owner: SaidClock['owner'],
  { question, answer }: { question: string; answer: Unknown },
): SaidClock {
  const { unknown: does, by: dueOn } = answer;
  const warnOn = addDays(dueOn, -warnDays.answer);
  const name = `Answer of ${owner} on ${question}`;
  return { clock: `answer/${owner}/${question}`, name, does, owner, dueOn, warnOn };
}

/** Letters and digits of any script; as much of them as fits a command line. */
function slugOf(words: string): string {
  const parts =
    words
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return /^.{0,24}/u.exec(parts.join('-'))?.[0] ?? '';
}
