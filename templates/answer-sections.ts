import { teams } from '../contracts/command';
import { questionsOf } from '../contracts/forms';
import { isNoImpact, isUnknown } from '../domain/form-answers';
import type { CaseContradiction, CaseFile, TeamAnswer } from './case-file';
import { dayText, momentText, withDayTexts } from './moments';
import { clipped, list, paragraph, type Block, type Item } from './report';

/** What the teams said, in their words, what they said before, and who has said nothing. */
export function answersBlocks({ answers, unanswered }: CaseFile): Block[] {
  const given = newestOf(answers).flatMap((newest) => {
    const { team, version, answeredAt, late } = newest;
    const before = answers.find((each) => each.team === team && each.version === version - 1);
    const again = version === 1 ? '' : `, for the ${ordinal(version)} time`;
    const when = `${momentText(answeredAt)}${again}${late ? ', after the deadline' : ''}:`;
    return [
      paragraph(when, `${teamName(team)},`),
      list(sentences(newest, before), 'An empty form.'),
    ];
  });
  const silent = unanswered.map(({ team, openedAt, deadlineAt, delegate }) => {
    const whom = delegate === null ? '' : `, and gave it to ${delegate}`;
    const asked = `was asked ${momentText(openedAt)} to answer by ${momentText(deadlineAt)}${whom}`;
    const text = `has not answered: it ${asked}. Silence is not “no impact”.`;
    return paragraph(text, teamName(team));
  });
  const said = [...given, ...silent];
  return said.length === 0 ? [paragraph('Nobody was asked yet.')] : said;
}

const teamNames: Readonly<Record<string, string>> = {
  'customer-success': 'Customer success',
  engineering: 'Engineering',
  operations: 'Operations, legal and finance',
};

/** A team as people call it. */
export const teamName = (team: string): string => teamNames[team] ?? team;

/** The latest version of each team's answers, which is what the team says. */
export function newestOf(answers: readonly TeamAnswer[]): TeamAnswer[] {
  return [...new Map(answers.map((answer) => [answer.team, answer])).values()];
}

/** What a team does not know yet, and by when it will. */
export type OpenQuestion = { team: string; title: string; missing: string; by: string };

/** What the teams do not know yet by their latest answers. */
export function unknownsOf({ answers }: Pick<CaseFile, 'answers'>): OpenQuestion[] {
  return newestOf(answers).flatMap(({ team, answers: said }) => {
    return asked(team, said).flatMap(({ title, answer }) => {
      if (!isUnknown(answer)) return [];
      return [{ team, title, missing: answer.unknown, by: answer.by }];
    });
  });
}

/** What cannot all be true, who says what, and how it was settled. */
export function contradictionsBlock({ contradictions }: CaseFile): Block {
  const said = contradictions.map((each) => {
    const says = each.says.map(({ who, what }) => ({
      text: clipped(`${capital(teamName(who))}: ${withDayTexts(what)}`),
    }));
    return { lead: `${capital(each.about)}:`, text: settledBy(each), items: says };
  });
  return list(said, 'Answers and records agree, as far as there are answers.');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function settledBy({ state, explanation }: CaseContradiction): string {
  if (state === 'changed') return 'agrees since an answer was changed; what was said before:';
  if (explanation === null) return 'open: nobody has explained it or changed an answer';
  const { by, at, text } = explanation;
  return clipped(`explained by ${by}, ${momentText(at)}: ${text}`);
}

function sentences({ team, answers }: TeamAnswer, before: TeamAnswer | undefined): Item[] {
  return asked(team, answers).map(({ name, title, answer }) => {
    const earlier = before?.answers[name];
    const changed = before !== undefined && JSON.stringify(earlier) !== JSON.stringify(answer);
    const was = changed ? ` (before: ${spoken(earlier)})` : '';
    return { lead: title, text: clipped(`${spoken(answer)}${was}`) };
  });
}

/** Answers beside the questions as the form asks them; what an older form asked keeps its name. */
function asked(team: string, answers: Readonly<Record<string, unknown>>) {
  const own = teams.find((each) => each === team);
  const questions = own === undefined ? [] : questionsOf(own);
  const known = questions.filter(({ name }) => Object.hasOwn(answers, name));
  const others = Object.keys(answers).filter((name) => !known.some((each) => each.name === name));
  return [...known, ...others.map((name) => ({ name, title: `${name}:` }))].map((question) => {
    return { name: question.name, title: question.title, answer: answers[question.name] };
  });
}

/** An answer as a sentence, whatever its shape. */
function spoken(answer: unknown): string {
  if (isUnknown(answer)) return `Not known yet, by ${dayText(answer.by)}: ${answer.unknown}`;
  if (isNoImpact(answer)) {
    return `None. Looked at: ${answer.noImpact} (${answer.lookedBy})`;
  }
  if (typeof answer === 'string') return dayText(answer);
  if (typeof answer === 'boolean') return answer ? 'Yes.' : 'No.';
  if (answer === undefined || answer === null) return 'no answer';
  if (Array.isArray(answer)) {
    const rows = answer.some((each) => typeof each === 'object');
    return answer.map(spoken).join(rows ? '; ' : ', ');
  }
  return typeof answer === 'object' ? inOrder({ ...answer }) : JSON.stringify(answer);
}

/** The members of our forms in the order in which people say them; others after them, by name. */
const phrases: Readonly<Record<string, (value: string) => string>> = {
  investor: (id) => id,
  ruleVersion: (version) => `version ${version}`,
  to: (whom) => `to ${whom}`,
  on: (day) => dayText(day),
  due: (day) => `by ${dayText(day)}`,
  deal: (id) => `about ${id}`,
  through: (what) => `through ${what}`,
  about: (what) => `about ${what}`,
  said: (words) => `“${words}”`,
  count: (count) => `${count} of them`,
};

function inOrder(members: Readonly<Record<string, unknown>>): string {
  const known = Object.keys(phrases).filter((name) => Object.hasOwn(members, name));
  const others = Object.keys(members).filter((name) => !known.includes(name));
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return [
    ...known.map((name) => phrases[name]?.(text(members[name])) ?? ''),
    ...others.map((name) => `${name} ${text(members[name])}`),
  ].join(', ');
}

function ordinal(count: number): string {
  return ['', 'first', 'second', 'third'][count] ?? `${String(count)}th`;
}
