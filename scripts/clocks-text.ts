import type { IncidentStatus } from '../activities/ports/status';
import type { Clock } from '../domain/clocks';
import { grouped } from '../domain/grouped';
import { runningText } from '../templates/clocks-section';
import { textTable } from './text-table';

/** The deadlines of an incident in one line: the next one, and how many others there are. */
export function deadlinesLine(
  { incident, clocks }: IncidentStatus,
  { today }: { today: string },
): string {
  if (clocks.running === 0) return clocks.met === 0 ? 'none run' : `all ${clocks.met} met`;
  const next = clocks.soonest.find(({ dueOn }) => dueOn !== null && dueOn >= today);
  return [
    ...(next === undefined ? [] : [`next ${dueText(next, today)}`]),
    ...(clocks.undated === 0 ? [] : [`${count(clocks.undated)} that nobody can date`]),
    `${runningText(clocks).replace('past', 'PAST')}, ${count(clocks.assumed)} assumed`,
    `see ./makewhole incident clocks ${incident}`,
  ].join('; ');
}

const count = (number: number): string => grouped(String(number));

/** Every clock with its days, the next one first, and below it what the assumed ones rest on. */
export function clocksText(clocks: readonly Clock[], { today }: { today: string }): string {
  if (clocks.length === 0) return 'No deadline runs.';
  const rows = clocks.map((clock) => {
    const { clock: id, deal, name, owner, startsOn, warnOn, assumed } = clock;
    const named = clock.dueOn === null ? 'unknown' : `named by ${owner}`;
    const from = `${startsOn ?? named}${assumed ? ' (assumed)' : ''}`;
    return [stateText(clock, today), deal ?? '', id, name, owner, from, warnOn ?? ''];
  });
  const assumed = clocks.filter((clock) => clock.assumed && clock.metOn === null);
  const notes = assumed.map(({ clock, deal, why }) => {
    return `  ${clock}${deal === null ? '' : ` of ${deal}`}: ${why.join('; ')}`;
  });
  return [
    textTable(['due', 'deal', 'clock', 'what', 'owner', 'runs from', 'warns'], rows),
    ...(notes.length === 0
      ? []
      : [
          '',
          'Assumed, so as early as they can be; until somebody gives the day with fact set:',
          ...notes,
        ]),
  ].join('\n');
}

function stateText({ metOn, dueOn }: Clock, today: string): string {
  if (metOn !== null) return `met ${metOn}`;
  if (dueOn === null) return 'unknown';
  return dueOn < today ? `${dueOn} PAST` : dueOn;
}

function dueText({ name, deal, dueOn, assumed }: Clock, today: string): string {
  const days = Math.round((Date.parse(dueOn ?? today) - Date.parse(today)) / 86_400_000);
  const whose = deal === null ? '' : ` of ${deal}`;
  return `${name}${whose} by ${dueOn ?? ''} (in ${days} d${assumed ? ', assumed' : ''})`;
}
