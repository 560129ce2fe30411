import { sortedClocks, type Clock } from '../domain/clocks';
import { grouped } from '../domain/grouped';
import type { CaseFile } from './case-file';
import { inWords } from './fact-words';
import { shortDay, withDayTexts } from './moments';
import { andMore, clipped, heading, list, paragraph, table, words, type Block } from './report';

const listedMax = 40;
const notesMax = 20;

/**
 * The deadlines that run, the next one first, and what those rest on that nobody has said; those
 * that are past apart, where it is said which day it is.
 */
export function clocksBlocks({ clocks, incident }: CaseFile, today?: string): Block[] {
  if (clocks.length === 0) return [paragraph('No deadline runs.')];
  const { past, coming, met } = sortedClocks(clocks, today ?? '');
  const command = `./makewhole incident clocks ${incident.incidentId}`;
  const part = (title: string, some: readonly Clock[]): Block[] =>
    some.length === 0
      ? []
      : [
          heading(title),
          clocksTable(some.slice(0, listedMax)),
          ...andMore(some.length - listedMax, { of: 'deadlines', command }),
        ];
  return [
    ...part(today === undefined ? 'Not met' : 'Still to come, the next one first', coming),
    ...part('Past, and nobody has recorded that they were met', past),
    ...part('Met', met),
    ...assumedBlocks([...past, ...coming], command),
  ];
}

/** How many deadlines run and how many of them are past, in words. */
export function runningText({ running, past }: { running: number; past: number }): string {
  const said = `${grouped(`${running}`)} ${running === 1 ? 'runs' : 'run'}`;
  return past === 0 ? said : `${said}, ${grouped(`${past}`)} of them past`;
}

function clocksTable(clocks: readonly Clock[]): Block {
  const rows = clocks.map(({ deal, name, does, owner, startsOn, dueOn, metOn, assumed }) => {
    const due = dueOn === null ? 'unknown' : shortDay(dueOn);
    // A day that a team has named is counted from nothing.
    const undated = dueOn === null ? 'unknown' : `named by ${owner}`;
    const from = startsOn === null ? undated : shortDay(startsOn);
    return [
      metOn === null ? due : `${due}, met ${shortDay(metOn)}`,
      deal ?? 'the incident',
      name,
      does,
      owner,
      `${from}${assumed ? ', assumed' : ''}`,
    ];
  });
  const columns = [words('due', 3), words('deal', 3), words('what', 4), words('to be done', 5)];
  return table([...columns, words('by', 3), words('runs from', 3)], rows);
}

/** What an assumed day rests on, each reason once with the deals it holds for. */
function assumedBlocks(running: readonly Clock[], command: string): Block[] {
  const assumed = running.filter((clock) => clock.assumed);
  if (assumed.length === 0) return [paragraph('No day of these is assumed.')];
  const groups = groupedBy(assumed, ({ name, why }) => `${name}: ${why.slice(1).join('; ')}`);
  const notes = [...groups].map(([note, all]) =>
    clipped(`${withDayTexts(inWords(note))} ${dealsOf(all)}`.trim()),
  );
  return [
    heading('Which days are assumed'),
    paragraph('An assumed day is the earliest it can be, because somebody has not said yet:'),
    list(notes.slice(0, notesMax), ''),
    ...andMore(notes.length - notesMax, { of: 'reasons', command }),
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
