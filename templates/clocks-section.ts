import type { Clock } from '../domain/clocks';
import type { CaseFile } from './case-file';
import { clipped, list, paragraph, table, words, type Block } from './report';

const listedMax = 40;

/** The deadlines that run, the next one first, and what those rest on that nobody has said. */
export function clocksBlocks({ clocks, incident }: CaseFile): Block[] {
  if (clocks.length === 0) return [paragraph('No deadline runs.')];
  const rows = clocks.slice(0, listedMax).map((clock) => {
    const { deal, name, does, owner, startsOn, dueOn, metOn, assumed } = clock;
    const due = metOn === null ? (dueOn ?? 'unknown') : `met ${metOn}`;
    const from = `${startsOn ?? 'unknown'}${assumed ? ', assumed' : ''}`;
    return [due, deal ?? 'all', name, does, owner, from];
  });
  const assumed = clocks.filter((clock) => clock.assumed && clock.metOn === null);
  const grouped = groupedBy(assumed, ({ clock, why }) => `${clock}: ${why.slice(1).join('; ')}`);
  const notes = [...grouped].map(([note, all]) => clipped(`${note} ${dealsOf(all)}`.trim()));
  const more = clocks.length - listedMax;
  const columns = [words('due', 3), words('deal', 4), words('what', 4), words('to be done', 5)];
  return [
    table([...columns, words('by', 3), words('runs from', 3)], rows),
    ...(more > 0
      ? [paragraph(`And ${more} more: makewhole incident clocks ${incident.incidentId} --lines`)]
      : []),
    paragraph('An assumed day is the earliest it can be, since somebody has not said yet:'),
    list(notes.slice(0, listedMax), 'None is assumed.'),
  ];
}

function groupedBy(clocks: readonly Clock[], keyOf: (clock: Clock) => string) {
  const groups = new Map<string, Clock[]>();
  for (const clock of clocks) {
    const key = keyOf(clock);
    const same = groups.get(key);
    if (same === undefined) groups.set(key, [clock]);
    else same.push(clock);
  }
  return groups;
}

function dealsOf(clocks: readonly Clock[]): string {
  const deals = clocks.flatMap(({ deal }) => (deal === null ? [] : [deal]));
  if (deals.length === 0) return '';
  return deals.length > 5 ? `(${deals.length} deals)` : `(${deals.join(', ')})`;
}
