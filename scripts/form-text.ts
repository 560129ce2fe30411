import type { FormsStanding, FormStanding, StandingContradiction } from '../activities/ports/forms';
import { unknownsOf } from '../templates/answer-sections';
import { timesOf, type Times } from './readable-times';

/** Who has answered and who has not, and what does not agree, with the command for each. */
export function formsText(given: {
  incident: string;
  standing: FormsStanding;
  now: string;
}): string {
  const { incident, standing, now } = given;
  const { forms, contradictions } = standing;
  if (forms.length === 0) return `${incident} has not asked the teams yet.`;
  const seen = { incident, times: timesOf(now), today: now.slice(0, 10) };
  const none = 'Answers and records agree, as far as there are answers.';
  return [
    ...forms.flatMap((form) => formLines(form, seen)),
    '',
    ...(contradictions.length === 0 ? [none] : ['What does not agree']),
    ...contradictions.flatMap((each) => contradictionLines(each, seen)),
  ].join('\n');
}

type Seen = { incident: string; times: Times; today: string };

function formLines({ team, ...form }: FormStanding, { incident, times, today }: Seen): string[] {
  const { instant, ago, until } = times;
  const newest = form.answers.at(-1);
  const name = team.padEnd(17);
  if (newest === undefined) {
    const whom = form.delegate === null ? '' : `; ${form.delegate} answers for them`;
    return [
      `${name} NOT ANSWERED, asked ${ago(form.openedAt)}, due ${until(form.deadlineAt)}${whom}`,
      `${' '.repeat(18)}./makewhole form ${incident} --team ${team} --out ${team}.jsonc`,
    ];
  }
  const { version, by, answeredAt, late } = newest;
  const again = version === 1 ? '' : `, version ${String(version)}`;
  const unknowns = unknownsOf({ answers: [{ team, ...newest }] });
  return [
    `${name} answered ${instant(answeredAt)} by ${by}${again}${late ? ', LATE' : ''}`,
    ...unknowns.map(({ title, by: day, missing }) => {
      const due = day < today ? `WAS DUE ${day}` : `by ${day}`;
      return `${' '.repeat(18)}not known yet, ${due}: ${title} ${missing}`;
    }),
  ];
}

function contradictionLines(each: StandingContradiction, { incident, times }: Seen): string[] {
  const { id, about, says, state, explanation } = each;
  const widest = Math.max(...says.map(({ who }) => who.length));
  return [
    `  ${id}: ${about} (${state === 'changed' ? 'an answer was changed since' : state})`,
    ...says.map(({ who, what }) => `      ${who.padEnd(widest)}  ${what}`),
    ...(explanation === null
      ? []
      : [`      ${explanation.by}, ${times.instant(explanation.at)}: ${explanation.text}`]),
    ...(state === 'open'
      ? [
          '      Answer anew, or say why both stand:',
          `      ./makewhole form explain ${incident} ${id} --reason WHY --as YOU`,
        ]
      : []),
  ];
}
