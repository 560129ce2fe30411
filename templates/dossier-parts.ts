const titles = {
  happened: 'What happened, and since when',
  cause: 'Why it happened',
  people: 'Who has too much, and who too little',
  deadlines: 'Deadlines',
  options: 'What can be done, deal by deal',
  plan: 'What is proposed',
  unknown: 'What nobody knows yet, and what does not agree',
  answers: 'What the teams say',
  size: 'What was thought, and what was found',
  evidence: 'What this rests on',
  reply: 'How to answer',
  words: 'Words used here',
} as const;

/** The parts of a dossier. */
export type Part = keyof typeof titles;

/** The parts in the order in which they stand, with their titles. */
export const parts: readonly (readonly [Part, string])[] = Object.entries(titles).map(
  ([part, title]) => [part as Part, title] as const,
);

/** A part as another one points to it: `section 6`. */
export const see = (part: Part): string =>
  `section ${parts.findIndex(([each]) => each === part) + 1}`;
