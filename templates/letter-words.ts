import type { Deed, DealStory, CallFact, NamedDeal, PaidFact } from '../domain/letter-facts';
import type { Money } from '../domain/letter-case';
import { formatMinor } from '../domain/money';
import type { LetterWords } from './letter-template';
import { LetterIncomplete } from './letter-template';

/** What a letter of a stage tells. */
export type LetterTold =
  | { stage: 'acknowledgement'; deals: NamedDeal[] }
  | { stage: 'call'; invoices: CallFact[] }
  | { stage: 'advice'; payments: PaidFact[] }
  | { stage: 'resolution'; stories: DealStory[]; fixed: boolean };

/** Who can be reached, as the incident's pack says. */
export type LetterContact = {
  name: string;
  email: string;
  phone: string;
  calendar: string;
  complaints: string;
};

/**
 * The words that fill a letter, money and dates as the reader's locale writes them.
 *
 * Ensures: one reader's words only; an acknowledgement has no amount to fill in. A locale of
 * another language than the letter's is read as English: months of two languages in one letter
 * help nobody.
 */
export function letterWords(given: {
  told: LetterTold;
  name: string;
  locale: string;
  incident: string;
  contact: LetterContact;
}): LetterWords {
  const { told, contact, incident } = given;
  const locale = known(given.locale);
  return {
    name: oneLine(given.name),
    incident,
    contactName: contact.name,
    contactEmail: contact.email,
    contactPhone: contact.phone,
    calendar: contact.calendar,
    complaints: contact.complaints,
    ...toldWords(told, locale),
  };
}

function toldWords(told: LetterTold, locale: string): LetterWords {
  switch (told.stage) {
    case 'acknowledgement':
      return { ...named(told.deals), deals: told.deals.map((deal) => dealWords(deal, locale)) };
    case 'call':
      return {
        ...named(told.invoices),
        severalInvoices: told.invoices.length > 1,
        invoices: told.invoices.map((invoice) => callWords(invoice, locale)),
      };
    case 'advice':
      return {
        ...named(told.payments),
        severalPayments: told.payments.length > 1,
        payments: told.payments.map((payment) => paidWords(payment, locale)),
      };
    case 'resolution':
      return {
        ...named(told.stories),
        fixed: told.fixed,
        stories: told.stories.map((story) => storyWords(story, locale)),
      };
  }
}

/** Nothing to tell is no letter. */
function named(deals: readonly NamedDeal[]): LetterWords {
  if (deals.length === 0) throw new LetterIncomplete('there is nothing to tell this investor');
  const companies = [...new Set(deals.map(({ company }) => oneLine(company)))];
  const days = new Set(deals.map(({ company, investedOn }) => `${company} ${investedOn}`));
  const list = new Intl.ListFormat('en', { style: 'long', type: 'conjunction' });
  return { companies: list.format(companies), several: days.size > 1 };
}

const dealWords = ({ company, investedOn }: NamedDeal, locale: string) => ({
  company: oneLine(company),
  investedOn: dateText(investedOn, locale),
});

const callWords = (call: CallFact, locale: string) => ({
  ...dealWords(call, locale),
  recorded: moneyText(call.recorded, locale),
  right: moneyText(call.right, locale),
  due: moneyText(call.due, locale),
  dueOn: dateText(call.dueOn, locale),
  payee: call.payee,
  reference: call.reference,
});

const paidWords = (payment: PaidFact, locale: string) => ({
  ...dealWords(payment, locale),
  paid: moneyText(payment.paid, locale),
  bookedOn: dateText(payment.bookedOn, locale),
  reference: payment.reference,
  ...flags(payment.leg, ['compensation', 'interest', 'refund']),
});

const storyWords = (story: DealStory, locale: string) => ({
  ...dealWords(story, locale),
  recorded: moneyText(story.recorded, locale),
  right: moneyText(story.right, locale),
  difference: moneyText(story.difference, locale),
  over: story.side === 'over',
  deeds: story.deeds.map((deed) => deedWords(deed, locale)),
});

const deedKinds = [
  'compensation',
  'refund',
  'interest',
  'paid',
  'unitsIn',
  'unitsOut',
  'kept',
  'stands',
];

function deedWords(deed: Deed, locale: string): LetterWords {
  const words: LetterWords = flags(
    deed.kind.replace(/-(.)/, (_, letter: string) => letter.toUpperCase()),
    deedKinds,
  );
  if ('money' in deed) {
    words['money'] = moneyText(deed.money, locale);
    words['on'] = dateText(deed.on, locale);
  }
  // Left out where nobody knows it: a letter that needs the date then stops.
  if ('agreementOn' in deed) {
    words['agreementOn'] = dateText(deed.agreementOn, locale);
  }
  return words;
}

const flags = (kind: string, kinds: readonly string[]) =>
  Object.fromEntries(kinds.map((each) => [each, each === kind]));

/** The digits of the rest of the text, and of any payment form. */
const latin = { numberingSystem: 'latn' } as const;

/** Money with its currency's code, exact: the text of the amount is never a number on the way. */
function moneyText({ amount, currency }: Money, locale: string): string {
  const text = formatMinor(amount, currency);
  const decimals = text.split('.')[1]?.length ?? 0;
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const style = { style: 'currency', currency, currencyDisplay: 'code', ...latin } as const;
  const format = new Intl.NumberFormat(locale, { ...style, ...digits });
  return plainSpaces(format.format(text as Intl.StringNumericLiteral));
}

function dateText(date: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'long',
    timeZone: 'UTC',
    ...latin,
    calendar: 'gregory',
  });
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) throw new LetterIncomplete(`${date} is no date`);
  return plainSpaces(format.format(day));
}

/** Copied into a payment form, a space that does not break is a sign the bank may not know. */
const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

/** A name on several lines could look like more than a name. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const letterLanguage = 'en';

function known(locale: string): string {
  try {
    const [found = letterLanguage] = Intl.getCanonicalLocales(locale.replaceAll('_', '-'));
    return new Intl.Locale(found).language === letterLanguage ? found : 'en-GB';
  } catch {
    return letterLanguage;
  }
}
