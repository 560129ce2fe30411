import { sizes } from '../domain/sizing';
import { grouped } from '../domain/grouped';
import type { CaseFile } from './case-file';
import { shortMoment } from './moments';
import { clipped, list, numbers, paragraph, table, words, type Block } from './report';

const named = {
  deals: 'deals',
  investors: 'people',
  amount: 'amount in wrong hands',
  hours: 'hours of work',
};

/** What was thought at the opening beside what was found, and how that came to be known. */
export function sizingBlocks(file: CaseFile): Block[] {
  const said = file.incident.assumptions.map((assumption) => clipped(assumption));
  return [
    comparison(file),
    paragraph('“Far from it” is more than twice, or less than half, of what was thought.'),
    ...(said.length === 0
      ? [paragraph('No assumption was written down at the opening.')]
      : [paragraph('', 'Assumed at the opening:'), list(said, '')]),
    ...historyBlocks(file),
  ];
}

function comparison({ sizing }: CaseFile): Block {
  const { estimate, actual, ratio, outside } = sizing;
  const rows = sizes.map((what) => {
    const unit = what === 'amount' ? (estimate.currency ?? actual?.currency ?? '') : '';
    const say = (size: number | string | null | undefined) =>
      size === null || size === undefined ? 'not said' : `${grouped(`${size}`)} ${unit}`.trim();
    const times = ratio[what] ?? (outside.includes(what) ? 'beyond what was thought of' : '-');
    const flag = outside.includes(what) ? 'yes' : 'no';
    return [named[what], say(estimate[what]), say(actual?.[what]), times, flag];
  });
  const heads = [words('what', 3), numbers('thought', 3), numbers('found', 3)];
  return table([...heads, numbers('found / thought', 2), words('far from it', 2)], rows);
}

const historyMax = 20;

function historyBlocks({ sizing }: CaseFile): Block[] {
  const past = sizing.history.map(({ sizedAt, actual: found, outside: far }) => {
    const { deals, investors, amount, currency, hours } = found;
    const money = amount === null ? '' : `${grouped(amount)} ${currency ?? ''}`;
    const counts = [deals, investors].map((count) => (count === null ? '' : grouped(`${count}`)));
    const names = far.map((what) => named[what]).join(', ') || 'nothing';
    return [shortMoment(sizedAt), ...counts, money, hours ?? '', names];
  });
  if (past.length === 0) return [];
  const known = [words('known at', 4), numbers('deals'), numbers('people')];
  const found = [numbers('amount', 3), numbers('hours', 2), words('far from thought', 3)];
  const more = past.length - historyMax;
  return [
    paragraph('', 'How it came to be known:'),
    table([...known, ...found], past.slice(-historyMax)),
    ...(more > 0 ? [paragraph(`And ${more} findings before these.`)] : []),
  ];
}
