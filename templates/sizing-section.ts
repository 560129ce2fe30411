import { sizes } from '../domain/sizing';
import type { CaseFile } from './case-file';
import { bullets, plain, table } from './markdown';

const words = {
  deals: 'deals',
  investors: 'people',
  amount: 'amount in wrong hands',
  hours: 'hours',
};

/** What was thought at the opening beside what was found, and how that came to be known. */
export function sizingText({ incident, sizing }: CaseFile): string {
  const { estimate, actual, ratio, outside, history } = sizing;
  const rows = sizes.map((what) => {
    const unit = what === 'amount' ? (estimate.currency ?? actual?.currency ?? '') : '';
    const say = (size: number | string | null | undefined) =>
      size === null || size === undefined ? 'not said' : `${String(size)} ${unit}`.trim();
    const times = ratio[what] ?? (outside.includes(what) ? 'beyond what was thought of' : '-');
    const flag = outside.includes(what) ? 'yes' : '';
    return [words[what], say(estimate[what]), say(actual?.[what]), times, flag];
  });
  const said = incident.assumptions.map(
    (assumption) => `Assumed at the time: ${plain(assumption)}`,
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
      far.map((what) => words[what]).join(', '),
    ];
  });
  const head = ['known at', 'page', 'deals', 'people', 'amount', 'hours', 'far from thought'];
  return [
    table(['what', 'thought', 'found', 'found / thought', 'far from it'], rows),
    '',
    bullets(said, 'No assumption was written down.'),
    ...(past.length === 0 ? [] : ['', table(head, past)]),
  ].join('\n');
}
