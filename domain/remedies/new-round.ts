import { nonAccreditedMax } from '../caps';
import { computedGate, factGate, underHolders } from '../gates';
import { lossAtMark, markOf } from '../mark';
import type { DealCase, Gate, Remedy, Terms } from '../remedy';

/**
 * R7: the company issues the missing units to the short at today's price; the firm pays what that
 * is above cost.
 *
 * Ensures: no line is made until each short holder's answer can be taken.
 * Source: docs/remedies.md, R7; 35 non-accredited holders: Rule 506(b) of Regulation D.
 */
export const newRound: Remedy = {
  id: 'R7',
  name: 'new round among the involved',
  terms,
  gates,
  lines: () => [],
};

function terms(deal: DealCase): Terms {
  const mark = markOf(deal);
  const short = underHolders(deal);
  const cost =
    mark === 'unknown' ? null : short.reduce((sum, { delta }) => sum + lossAtMark(delta, mark), 0n);
  return {
    gets: {
      over: 'keeps the units',
      under: 'new units at today’s price; the firm pays what that is above cost',
    },
    cost,
    cashNeed: cost,
    consents: ['the company, in writing', 'each short holder'],
    days: 60,
    risk: { level: 'high', reason: 'may hurt the company: it issues, dilutes and prices for us' },
    silenceMeans: 'no',
  };
}

function gates(deal: DealCase): Gate[] {
  const { facts } = deal;
  const cap = facts.holders_cap.value;
  const newcomers = underHolders(deal).filter(({ recorded }) => recorded === 0n);
  return [
    factGate({
      gate: 'room',
      fact: facts.company_grants_room,
      opens: 'R7',
      passes: (value) => value === 'yes',
      pass: 'The company grants room in writing.',
      fail: 'The company grants no room.',
    }),
    factGate({
      gate: 'price-known',
      fact: facts.mark,
      opens: 'R7',
      passes: () => true,
      pass: 'Today’s price is known.',
      fail: '',
    }),
    cap === 'unknown'
      ? factGate({ ...holdersGate, fact: facts.holders_cap, passes: () => true })
      : factGate({
          ...holdersGate,
          fact: facts.holders,
          passes: (holders) => holders + BigInt(newcomers.length) <= cap,
        }),
    factGate({
      gate: 'non-accredited',
      fact: facts.non_accredited,
      opens: 'R7',
      passes: (holders) => holders <= nonAccreditedMax,
      pass: 'At most 35 holders are not accredited.',
      fail: 'More than 35 holders are not accredited.',
    }),
    computedGate({
      gate: 'answers',
      fact: 'elections',
      found: 'none',
      passes: false,
      says: 'Each short holder has to accept, silence is no, and offers are not made yet.',
    }),
  ];
}

const holdersGate = {
  gate: 'holders-cap',
  opens: 'R7',
  pass: 'The vehicle stays within its number of holders.',
  fail: 'The vehicle would have more holders than it may.',
} as const;
