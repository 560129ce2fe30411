import { sizes } from '../domain/sizing';
import type { CaseFile } from './case-file';
import { clipped, list, numbers, paragraph, table, words, type Block } from './report';

const named = {
  deals: 'deals',
  investors: 'people',
  amount: 'amount in wrong hands',
  hours: 'hours',
};

/** What was thought at the opening beside what was found, and how that came to be known. */
export function sizingBlocks({ incident, sizing }: CaseFile): Block[] {
  const { estimate, actual, ratio, outside, history } = sizing;
  const rows = sizes.map((what) => {
    const unit = what === 'amount' ? (estimate.currency ?? actual?.currency ?? '') : '';
    const say = (size: number | string | null | undefined) =>
      size === null || size === undefined ? 'not said' : `${String(size)} ${unit}`.trim();
    const times = ratio[what] ?? (outside.includes(what) ? 'beyond what was thought of' : '-');
    const flag = outside.includes(what) ? 'yes' : '';
    return [named[what], say(estimate[what]), say(actual?.[what]), times, flag];
  });
  const said = incident.assumptions.map((assumption) =>
    clipped(`Assumed at the time: ${assumption}`),
  );
  const past = history.map(({ sizedAt, stage, actual: found, outside: far }) => {
    const { deals, investors, amount, currency, hours } = found;
    const money = amount === null ? '' : `${amount} ${currency ?? ''}`;
    const counts = [deals, investors].map((count) => (count === null ? '' : String(count)));
    return [
      sizedAt,
      stage,
      ...counts,
      money,
      hours ?? '',
      far.map((what) => named[what]).join(', '),
    ];
  });
  const heads = [words('what', 3), numbers('thought', 3), numbers('found', 3)];
  const known = [words('known at', 4), words('page', 2), numbers('deals'), numbers('people')];
  const found = [numbers('amount', 3), numbers('hours', 2), words('far from thought', 3)];
  const more = past.length - historyMax;
  return [
    table([...heads, numbers('found / thought', 2), words('far from it', 2)], rows),
    list(said, 'No assumption was written down.'),
    ...(past.length === 0 ? [] : [table([...known, ...found], past.slice(-historyMax))]),
    ...(more > 0 ? [paragraph(`And ${more} sizings before these.`)] : []),
  ];
}

const historyMax = 20;
