import { z } from 'zod';
import type { Claims } from '../domain/form-answers';
import { teams, type Role, type Team } from './command';

/** Whoever of these answers, or is asked, for a team: operations brings legal and finance along. */
export const formRoles = {
  'customer-success': ['customer-success'],
  engineering: ['engineering'],
  operations: ['operations', 'finance', 'legal'],
} as const satisfies Record<Team, readonly Role[]>;

const wordsMax = 1500;

/** Somebody's own words, over as many lines as they need. */
const words = z
  .string('expected a text')
  .max(wordsMax, `expected at most ${String(wordsMax)} characters`)
  .regex(/\S/u, 'expected some words, found none')
  .regex(
    /^[^\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f]*$/u,
    'expected text without control signs',
  );

const id = z
  .string('expected an id as the platform writes it')
  .min(1, 'expected an id, found none')
  .max(200, 'expected at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'expected an id on one line');

const day = z.iso.date('expected a day such as "2026-11-21"');

/**
 * What a change, commit, release or rule version is called: one word without an @, so that neither
 * an address nor a name fits in. Ids of people who are enrolled are refused on arrival.
 */
const changeId = z
  .string('expected the id of a change')
  .max(100, 'expected at most 100 characters')
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/#+-]*$/,
    'expected the id of a change, commit or release in one word; not a person, not an address',
  );

/** Not known yet; `by` is when it will be. */
const unknown = z.strictObject({ unknown: words, by: day }).meta({
  title: 'Not known yet',
  description: 'What is missing and who finds it out; by which day it will be known.',
});

/** No impact; an answer like any other, from somebody who looked. */
const noImpact = z.strictObject({ noImpact: words, lookedBy: words }).meta({
  title: 'No impact, or none',
  description: 'What was looked at, and who looked.',
});

type Question = { title: string; description: string; examples: unknown[] };

const ask = <S extends z.ZodType>(answer: S, question: Question) =>
  z.union([answer, noImpact, unknown]).meta(question);
/** Of something that is there whether we know it or not: "none" is no answer. */
const askOfWhatIs = <S extends z.ZodType>(answer: S, question: Question) =>
  z.union([answer, unknown]).meta(question);

const list = <S extends z.ZodType>(row: S) =>
  z
    .array(row, 'expected a list in square brackets')
    .min(1, 'expected one entry at least; for none at all say {"noImpact": …, "lookedBy": …}')
    .max(500, 'expected at most 500 entries');

const deals = ask(
  z.union([
    list(id),
    z.strictObject({ count: z.int('expected a whole number').positive('expected 1 or more') }),
  ]),
  {
    title: 'Which deals gave somebody a wrong share?',
    description:
      'All that your team believes to be wrong, not only those that were reported; by their ids, ' +
      'or how many. It is held against what the other teams say and against the scan of all deals.',
    examples: [['HALDEN-A', 'MARROW-SEED'], { count: 612 }],
  },
);

const firstKnown = askOfWhatIs(z.strictObject({ on: day, through: words }), {
  title: 'When did anybody in the firm first know, and through what?',
  description:
    'The first ticket, call, mail, alarm or remark that your team can find, whoever got it. ' +
    'Deadlines towards authorities may run from this day.',
  examples: [{ on: '2026-11-19', through: 'a call to support, ticket 4711' }],
});

const customersMoney = ask(words, {
  title: 'How are customers hurt in money?',
  description: 'Too much invested, too little, fees, tax, what they did because of it.',
  examples: ['Two hold 3,540.64 USD less of each deal than they are due; one paid for more.'],
});

const customersRights = ask(words, {
  title: 'How are customers hurt in their rights?',
  description: 'Agreements, terms, disclosures, limits of theirs, tax papers that are wrong now.',
  examples: ['The K-1 of one investor for 2024 shows the wrong share.'],
});

const serviceDown = askOfWhatIs(z.boolean('expected true or false'), {
  title: 'Has the allocation service failed as a whole?',
  description: 'true where it answers nobody or nothing it says can be used; false where not.',
  examples: [false, true],
});

const customerSuccess = z.strictObject({
  deals,
  firstKnown,
  complaints: ask(
    list(z.strictObject({ investor: id, deal: id.optional(), on: day, said: words })),
    {
      title: 'What have customers already said?',
      description:
        'Everybody who asked or complained, by the id of the investor, also those you think are ' +
        'wrong: each of them is owed an answer. No names, no addresses.',
      examples: [
        [{ investor: 'E', deal: 'MARROW-SEED', on: '2026-11-19', said: 'My share is too small.' }],
      ],
    },
  ),
  promised: ask(words, {
    title: 'What have customers been told or promised so far?',
    description: 'By anybody, in any way. Legal needs it before anything else is promised.',
    examples: ['That somebody calls back on Monday.'],
  }),
  customersMoney,
  customersRights,
  business: ask(words, {
    title: 'How is our business hurt with customers?',
    description: 'Who leaves, who waits, which talks have stopped.',
    examples: ['One family office has put its next commitment on hold.'],
  }),
});

const engineering = z.strictObject({
  deals,
  firstKnown,
  where: askOfWhatIs(words, {
    title: 'Where is the fault?',
    description: 'The part of the system and of the rule, so that somebody else would find it.',
    examples: ['The redistribution loop of the allocator, from its second round on.'],
  }),
  since: askOfWhatIs(
    z
      .strictObject({ ruleVersion: changeId.optional(), on: day.optional() })
      .refine(({ ruleVersion, on }) => ruleVersion !== undefined || on !== undefined, {
        message: 'expected the rule version it began with, the day, or both; found neither',
      }),
    {
      title: 'Since when?',
      description:
        'The first version of the rule that has it, as the platform labels versions, and the day ' +
        'that version went live. It is held against the first wrong deal on file.',
      examples: [{ ruleVersion: '2024.2', on: '2024-10-22' }],
    },
  ),
  introducedBy: askOfWhatIs(changeId, {
    title: 'Which change introduced it?',
    description:
      'The id of a change, commit or release. Never a person: we ask how the system let it ' +
      'happen, not who did. Addresses and ids of people are refused.',
    examples: ['release-2024.2'],
  }),
  undetected: askOfWhatIs(words, {
    title: 'Why did neither tests nor reviews show it?',
    description: 'What the samples, checks and alarms did not cover.',
    examples: ['No sample had more than one round of redistribution.'],
  }),
  elsewhere: ask(words, {
    title: 'What else reads these numbers or has the same fault?',
    description: 'Statements, fees, reports, other services, copies of the code.',
    examples: ['The quarterly statement repeats the shares.'],
  }),
  serviceDown,
  fix: askOfWhatIs(words, {
    title: 'What repairs it, and how is that proven?',
    description: 'The rule to go live, and the test that fails without it.',
    examples: ['Back to prorate@1; every past deal is replayed before it goes live.'],
  }),
  prevention: askOfWhatIs(words, {
    title: 'What keeps the like from happening again?',
    description: 'It becomes an action of the post-mortem, with your team as its owner.',
    examples: ['Every release is replayed against all past deals.'],
  }),
});

const operations = z.strictObject({
  deals,
  firstKnown,
  moneyMoving: ask(words, {
    title: 'Which money is moving on these deals?',
    description: 'Wires, closings, capital calls, distributions under way or due in 30 days.',
    examples: ['A distribution of one deal is due on 2026-12-01.'],
  }),
  records: askOfWhatIs(words, {
    title: 'Where do bank, register and cap tables stand?',
    description: 'Up to which day each is reconciled, and where they differ.',
    examples: ['Bank and register agree up to 2026-11-20.'],
  }),
  customersMoney,
  customersRights,
  businessMoney: ask(words, {
    title: 'How is the business hurt in money?',
    description: 'What it may cost, from which account, what insurance says.',
    examples: ['Compensation from the firm, and one register to correct.'],
  }),
  businessLaw: ask(words, {
    title: 'How is the business exposed in law?',
    description: 'Agreements, licences, disputes to expect; what counsel has been told.',
    examples: ['The older agreement has no clause on errors, the newer one has.'],
  }),
  reports: ask(list(z.strictObject({ to: words, about: words, due: day })), {
    title: 'Which reports are due, to whom and by when?',
    description: 'Authorities, auditors, insurers, lenders. Each becomes an action with its day.',
    examples: [[{ to: 'the insurer', about: 'notice of circumstances', due: '2026-12-05' }]],
  }),
  serviceDown,
});

/** What the form of a team is about, for whoever opens it without knowing anything else. */
const titles: Record<Team, string> = {
  'customer-success': 'What customers say, and how they and the business are hurt',
  engineering: 'The fault itself: where, since when, by which change, and what ends it',
  operations: 'Money, records and law: the form of operations, legal and finance',
};

const instructions =
  'Every question wants an answer. What is not known yet is answered by {"unknown": what is ' +
  'missing and who finds it out, "by": the day}; no impact by {"noImpact": what was looked at, ' +
  '"lookedBy": who looked}. It asks for changes and times, never for who it was.';

/**
 * The three forms, each a schema with its questions as titles and descriptions.
 *
 * Ensures: the one source of docs/forms/, of the empty forms people fill, and of the check on
 * arrival.
 */
export const forms = {
  'customer-success': customerSuccess,
  engineering,
  operations,
} as const satisfies Record<Team, z.ZodObject>;

/** One question of a form as a person reads it. */
export type FormQuestion = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly example: unknown;
  /** Whether "no impact" answers it. */
  readonly mayBeNone: boolean;
};

/** The questions of a team's form, in the order in which they are asked. */
export function questionsOf(team: Team): FormQuestion[] {
  return Object.entries<z.ZodUnion<readonly z.ZodType[]>>(forms[team].shape).map(
    ([name, schema]) => {
      const { title = name, description = '', examples } = schema.meta() ?? {};
      const example = Array.isArray(examples) ? (examples[0] as unknown) : undefined;
      const mayBeNone = schema.options.includes(noImpact);
      return { name, title, description, example, mayBeNone };
    },
  );
}

/** What a team's form is about, in one line. */
export const formTitle = (team: Team): string => titles[team];

/** A team's form as a JSON Schema that stands alone. Source: JSON Schema, draft 2020-12. */
export function formSchema(team: Team): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(forms[team], { io: 'input' });
  const head = { title: titles[team], description: instructions };
  return { $schema, $id: `urn:makewhole:form:${team}`, ...head, ...schema };
}

/** What answers can be held against; nothing of answers that are older than the form. */
export function claimsOf(team: string, answers: unknown): Claims {
  const asked = teams.find((each) => each === team);
  const read = asked === undefined ? undefined : forms[asked].safeParse(answers);
  return read?.success === true ? (read.data satisfies Claims) : {};
}
