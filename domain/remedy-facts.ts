import { AmountError } from './amount-error';
import { parseCivil } from './calendar';
import { parseScaled, type Scaled } from './money';

/** Who can be asked for a fact: a role that may give one by signed command. */
export type FactOwner = 'legal' | 'finance' | 'operations';

/** A fact as it was given: its text and where that came from. */
export type FactText = { readonly text: string; readonly source: string };

/** Facts of one deal or investor by name, the latest given of each. */
export type FactTexts = ReadonlyMap<string, FactText>;

/** A fact as gates read it: what was not given, or cannot be read, is `unknown`. */
export type Fact<T> = {
  readonly name: string;
  readonly value: T | 'unknown';
  readonly found: string;
  readonly source: string;
  readonly owner: FactOwner;
  readonly asks: string;
};

/** Reads the text of a fact; `like` says which texts it can read. */
type Reader<T> = ((text: string) => T | undefined) & { readonly like: string };
type Spec<T> = {
  readonly owner: FactOwner;
  /** The question to its owner, with what an answer looks like. */
  readonly asks: string;
  readonly read: Reader<T>;
};
type Specs = Readonly<Record<string, Spec<unknown>>>;
type FactsOf<S extends Specs> = {
  readonly [K in keyof S]: Fact<S[K] extends Spec<infer T> ? T : never>;
};

const reader = <T>(like: string, read: (text: string) => T | undefined): Reader<T> =>
  Object.assign(read, { like });
const oneOf = <const T extends string>(...values: T[]): Reader<T> =>
  reader(values.join(' or '), (text) => values.find((value) => value === text));
const yesOrNo = oneOf('yes', 'no');
const anyText = reader('a text', (text) => (text === 'unknown' ? undefined : text));
const date = reader('a date such as 2026-11-21', (text) => (parseCivil(text) ? text : undefined));
const count = reader('a whole number such as 12', (text) =>
  /^\d{1,9}$/.test(text) ? BigInt(text) : undefined,
);
const mailAddress = reader('a mail address', (text) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? text : undefined,
);

const ratio = reader('a number such as 1.25', (text): Scaled | undefined => {
  try {
    const read = parseScaled(text);
    return read.digits < 0n ? undefined : read;
  } catch (error) {
    if (error instanceof AmountError) return undefined;
    throw error;
  }
});

const dealSpecs = {
  stage: {
    owner: 'operations',
    asks: 'Is the money still held, has it closed, or has it exited (escrow, closed, exited)?',
    read: oneOf('escrow', 'closed', 'exited'),
  },
  error_clause: {
    owner: 'legal',
    asks: 'Which error clause is agreed (none, redistribution, return-of-distributions)?',
    read: oneOf('none', 'redistribution', 'return-of-distributions'),
  },
  mark: {
    owner: 'finance',
    asks: 'What is fair value (for an exit: net proceeds) divided by cost, after fees and carry?',
    read: ratio,
  },
  mark_on: { owner: 'finance', asks: 'Of which date is the mark?', read: date },
  mark_source: {
    owner: 'finance',
    asks: 'Who set the mark (firm if it was the firm itself, else the valuer)?',
    read: anyText,
  },
  mark_accepted: {
    owner: 'legal',
    asks: 'The firm set this mark by itself: does legal accept it, by name (yes, no)?',
    read: yesOrNo,
  },
  residual_commitment: {
    owner: 'legal',
    asks: 'Does a signed request still bind for what was not allocated (yes, no)?',
    read: yesOrNo,
  },
  tax_filed: {
    owner: 'finance',
    asks: 'Have tax papers for the year of the deal been filed (yes, no)?',
    read: yesOrNo,
  },
  tax_amendment_accepted: {
    owner: 'finance',
    asks: 'Tax papers are filed: is an amendment accepted (yes, no)?',
    read: yesOrNo,
  },
  firm_pays_difference: {
    owner: 'finance',
    asks: 'Does the firm pay the difference between mark and cost (yes, no)?',
    read: yesOrNo,
  },
  opt_out_offered: {
    owner: 'operations',
    asks: 'Has every holder been offered to opt out of the changed terms (yes)?',
    read: yesOrNo,
  },
  company_grants_room: {
    owner: 'operations',
    asks: 'Has the company granted room for the missing shares in writing (yes, no)?',
    read: yesOrNo,
  },
  holders: { owner: 'legal', asks: 'How many holders does the vehicle have?', read: count },
  holders_cap: { owner: 'legal', asks: 'How many holders may the vehicle have?', read: count },
  non_accredited: {
    owner: 'legal',
    asks: 'How many holders are not accredited?',
    read: count,
  },
} as const satisfies Specs;

const investorSpecs = {
  class: {
    owner: 'operations',
    asks: 'Is this investor retail or professional (retail, professional)?',
    read: oneOf('retail', 'professional'),
  },
  status: {
    owner: 'operations',
    asks: 'Can this investor act (active, deceased, dissolved, unreachable)?',
    read: oneOf('active', 'deceased', 'dissolved', 'unreachable'),
  },
  payee_of_record: {
    owner: 'operations',
    asks: 'This investor cannot act: who is payee of record (executor, successor, trustee)?',
    read: anyText,
  },
} as const satisfies Specs;

/** What letters and clocks read of deals and investors besides. */
const furtherSpecs = {
  deal: {
    closed_on: { asks: 'When did the deal close?', read: date },
    agreement_on: { asks: 'Of which date is the agreement?', read: date },
    policy: { asks: 'Which policy pack does the deal fall under?', read: anyText },
    first_sale_on: { asks: 'When was the first sale?', read: date },
    discovered_on: { asks: 'When was the error in this deal discovered?', read: date },
    offered_on: { asks: 'When was the remedy offered?', read: date },
    distributed_on: { asks: 'When was the distribution made?', read: date },
    return_filed_on: { asks: 'When was the tax return filed?', read: date },
  },
  investor: {
    name: { asks: 'What is this investor called?', read: anyText },
    email: { asks: 'To which address do letters go?', read: mailAddress },
  },
} as const;

/** A question whose answer is a fact: what is asked, which texts can be read, and how to tell. */
export type FactQuestion = {
  readonly asks: string;
  readonly like: string;
  readonly reads: (text: string) => boolean;
  /** Whether it may be taken back, by an empty text. */
  readonly retractable: boolean;
};

/** Every fact that somebody reads of deals or of investors, by its name. */
export function factQuestions(subject: 'deal' | 'investor'): ReadonlyMap<string, FactQuestion> {
  const gates: Specs = subject === 'deal' ? dealSpecs : investorSpecs;
  const further = furtherSpecs[subject];
  const all: [string, Pick<Spec<unknown>, 'asks' | 'read'>][] = [
    ...Object.entries(gates),
    ...Object.entries<Pick<Spec<unknown>, 'asks' | 'read'>>(further),
  ];
  return new Map(
    all.map(([name, { asks, read }]) => {
      const retractable = Object.hasOwn(gates, name);
      const reads = (text: string) => read(text) !== undefined;
      return [name, { asks, like: read.like, reads, retractable }];
    }),
  );
}

/** What gates read of a deal. */
export type DealFacts = FactsOf<typeof dealSpecs>;

/** What gates read of an investor. */
export type InvestorFacts = FactsOf<typeof investorSpecs>;

/** Reads the facts of a deal; what is missing, empty or unreadable is `unknown`. */
export function readDealFacts(texts: FactTexts): DealFacts {
  return readAll(dealSpecs, texts);
}

/** Reads the facts of an investor; what is missing, empty or unreadable is `unknown`. */
export function readInvestorFacts(texts: FactTexts): InvestorFacts {
  return readAll(investorSpecs, texts);
}

function readAll<S extends Specs>(specs: S, texts: FactTexts): FactsOf<S> {
  const read = Object.entries(specs).map(([name, spec]) => {
    const given = texts.get(name);
    const found = given?.text.trim() ?? '';
    const value = found === '' ? undefined : spec.read(found);
    const { owner, asks } = spec;
    const source = given?.source ?? '';
    return [name, { name, value: value ?? 'unknown', found, source, owner, asks }] as const;
  });
  return Object.fromEntries(read) as FactsOf<S>;
}
