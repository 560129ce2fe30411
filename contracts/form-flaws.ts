import type { z } from 'zod';
import type { Team } from './command';
import { forms, questionsOf, type FormQuestion } from './forms';

/** What is wrong with one answer, where, and what to write instead. */
export type FormFlaw = {
  /** As `complaints[0].on`; empty for the form as a whole. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
};

type Given = { team: Team; answers: Readonly<Record<string, unknown>>; at: string };

/**
 * What keeps a filled form from being an answer, question by question, in the form's order.
 *
 * Ensures: none where the form can be taken as it is. Days are seen from `at`, give or take what
 * time zones make of them: what was is not in the future, what will be known not in the past.
 */
export function formFlaws({ team, answers, at }: Given): FormFlaw[] {
  const questions = questionsOf(team);
  const names = questions.map(({ name }) => name);
  const strangers = Object.keys(answers).filter((name) => !names.includes(name));
  return [
    ...questions.flatMap((question) => {
      const answer = answers[question.name] ?? undefined;
      const flaws = answer === undefined ? noAnswer : shapeFlaws(forms[team], { question, answer });
      const all = flaws.length > 0 ? flaws : dayFlaws({ name: question.name, answer, at });
      return all.map(({ path = [], reason }) => {
        return { path: pathText([question.name, ...path]), reason, remedy: remedyOf(question) };
      });
    }),
    ...strangers.map((name) => ({
      path: name,
      reason: `is no question of the form of ${team}`,
      remedy: `Leave it out; the questions are ${names.join(', ')}.`,
    })),
  ];
}

/** A flaw in one sentence. */
export const flawText = ({ path, reason, remedy }: FormFlaw): string =>
  `${path}: ${reason}. ${remedy}`;

type Found = { path?: readonly PropertyKey[]; reason: string };
type Issue = z.core.$ZodIssue;

const noAnswer: Found[] = [{ reason: 'has no answer' }];

function shapeFlaws(
  form: (typeof forms)[Team],
  { question, answer }: { question: FormQuestion; answer: unknown },
): Found[] {
  if (has(answer, 'noImpact') && !question.mayBeNone) {
    return [{ reason: 'there is always an answer to this, so "no impact" is none' }];
  }
  const schema = (form.shape as Record<string, z.ZodUnion<readonly z.ZodType[]>>)[question.name];
  const branch = schema?.options[branchOf(answer, schema.options.length)];
  const read = branch?.safeParse(answer);
  return read?.success === false ? read.error.issues.flatMap(leaves) : [];
}

/** Unknown stands last, no impact before it, and what is known first. */
function branchOf(answer: unknown, branches: number): number {
  if (has(answer, 'unknown')) return branches - 1;
  return has(answer, 'noImpact') ? 1 : 0;
}

const has = (answer: unknown, member: string): boolean =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, member);

/** Of several shapes the one that was meant: where the value is at least of its kind. */
function leaves(issue: Issue): Found[] {
  if (issue.code !== 'invalid_union') return [{ path: issue.path, reason: saidOf(issue) }];
  const meant = issue.errors.find((issues) => {
    return !issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
  });
  if (meant !== undefined) {
    return meant.flatMap(leaves).map(({ path = [], reason }) => {
      return { path: [...issue.path, ...path], reason };
    });
  }
  const reasons = issue.errors.flatMap((issues) => issues.map(saidOf));
  return [{ path: issue.path, reason: reasons.join('; or ') }];
}

function saidOf(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')} does not belong here`;
  return issue.message;
}

const dayLength = 86_400_000;

/** Days of the form that cannot be: past ones that are still to come, and the other way round. */
function dayFlaws(given: { name: string; answer: unknown; at: string }): Found[] {
  const { name, answer, at } = given;
  const date = (offset: number) => {
    return new Date(Date.parse(at) + offset * dayLength).toISOString().slice(0, 10);
  };
  const [first, last] = [date(-0.5), date(0.6)]; // Of all the places where it may be `at`.
  const { by } = answer as { by?: string };
  if (has(answer, 'unknown') && by !== undefined && by < first) {
    return [{ path: ['by'], reason: `expected a day by which it will be known, found ${by}` }];
  }
  const rows = name === 'complaints' && Array.isArray(answer) ? answer : [answer];
  return rows.flatMap((row, index) => {
    const { on } = row as { on?: string };
    if (!has(row, 'on') || on === undefined || on <= last) return [];
    const path = Array.isArray(answer) ? [index, 'on'] : ['on'];
    return [{ path, reason: `expected a day that has been, found ${on}` }];
  });
}

function remedyOf({ example, mayBeNone }: FormQuestion): string {
  const none = mayBeNone ? ' or {"noImpact": "what was looked at", "lookedBy": "who looked"}' : '';
  const unknown = '{"unknown": "what is missing, who finds out", "by": "a day"}';
  return `Write such as ${JSON.stringify(example)};${none === '' ? '' : `${none};`} or ${unknown}.`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${String(step)}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
