import type { FormStanding } from '../activities/ports/forms';
import type { Team } from '../contracts/command';
import { formTitle, questionsOf, type FormQuestion } from '../contracts/forms';

const width = 88;

/**
 * A team's form as a file to fill in: JSON with comments, a question above each answer. Answers
 * that were given already stand in it, so that whoever goes on keeps what is there.
 */
export function formTemplate(given: {
  incident: string;
  team: Team;
  form: FormStanding | undefined;
}): string {
  const { incident, team, form } = given;
  const newest = form?.answers.at(-1);
  const questions = questionsOf(team);
  const said = questions.flatMap((question, index) => {
    const answer = newest?.answers[question.name] ?? null;
    const end = index === questions.length - 1 ? '' : ',';
    const value = JSON.stringify(answer, null, 2).replaceAll('\n', '\n  ');
    return [
      '',
      ...asked(question, index + 1),
      `  ${JSON.stringify(question.name)}: ${value}${end}`,
    ];
  });
  const head = [...headLines(given), ...versionLines(newest), ...instructions];
  const handIn = `./makewhole answer ${incident} --team ${team} --file THIS --as YOU`;
  const all = [...head, '', `Then: ${handIn}`].map((line) => `// ${line}`.trimEnd());
  return [...all, '{', ...said.slice(1), '}', ''].join('\n');
}

function headLines({ incident, team, form }: Parameters<typeof formTemplate>[0]): string[] {
  const by = form === undefined ? 'not open yet' : `to be answered by ${form.deadlineAt}`;
  const whom = form?.delegate == null ? '' : `, by ${form.delegate}`;
  return [`${incident} · the form of ${team}, ${by}${whom}`, formTitle(team), ''];
}

function versionLines(newest: FormStanding['answers'][number] | undefined): string[] {
  if (newest === undefined) return [];
  const { version, by, answeredAt } = newest;
  return [
    `Version ${String(version)}, by ${by}, ${answeredAt}. What you change is kept beside it.`,
  ];
}

const instructions = [
  'Every question wants an answer: put it in the place of null. These are answers too:',
  '  {"unknown": "what is missing, and who finds out", "by": "2026-11-30"}',
  '  {"noImpact": "what was looked at", "lookedBy": "who looked"}   where "or none" stands',
  'We ask for changes and times, never for who it was.',
];

function asked({ title, description, example, mayBeNone }: FormQuestion, number: number): string[] {
  const none = mayBeNone ? ' Or none.' : '';
  const lines = [
    ...wrapped(`${String(number)}. ${title}${none}`),
    ...wrapped(description).map((line) => `   ${line}`),
    ...wrapped(`Such as: ${JSON.stringify(example)}`).map((line) => `   ${line}`),
  ];
  return lines.map((line) => `  // ${line}`);
}

function wrapped(text: string): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) return [...lines, word];
    return [...lines.slice(0, -1), `${line} ${word}`];
  }, []);
}
