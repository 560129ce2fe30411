import type { SeverityReason } from '../domain/severity';
import { grouped } from '../domain/grouped';

type Words = { readonly yes: string; readonly no: string } | ((value: string) => string);

/** The words of each fact with its value; an amount names its currency after a point. */
const words: Readonly<Record<string, Words>> = {
  serviceDown: {
    yes: 'the service as a whole has failed',
    no: 'the service as a whole has not failed',
  },
  moneyStillMoving: { yes: 'money still moves', no: 'no money moves' },
  figuresUnknown: { yes: 'shares are not recomputed yet', no: 'shares are recomputed' },
  ofPosition: (ratio) => `at most ${ratio} of a position`,
  over: (people) => `people with too much: ${people}`,
  under: (people) => `people with too little: ${people}`,
  retail: (people) => `of them retail: ${people}`,
  deals: (deals) => `wrong deals: ${deals}`,
  ageDays: (days) => `${days} days since the first harm`,
  capsBreached: (caps) => `caps broken: ${caps}`,
  freezeLapses: (lapses) => `lapses of the freeze: ${lapses}`,
};

/** A fact that severity was read from, with its value, in a few words. */
export function factText({ fact, value }: Pick<SeverityReason, 'fact' | 'value'>): string {
  if (fact.startsWith('amount.')) {
    return `${grouped(value)} ${fact.slice('amount.'.length)} too much and too little in all`;
  }
  const said = words[fact];
  if (said === undefined) return `${fact}: ${value}`;
  if (typeof said === 'function') return said(value);
  return value === 'true' ? said.yes : said.no;
}
