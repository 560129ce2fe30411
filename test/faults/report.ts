import type { Passed } from './diary';
import { named, type Fault } from './fault';
import { afterDeaths, afterOutages, liesInGap, median, type Recovery } from './measure';
import type { Played } from './play';

/** What a play came to, as one line of the report. */
export type Row = {
  seed: number | null;
  faults: string[];
  /** Ordered deaths whose boundary was not passed that often. */
  unreached: string[];
  figures: Record<string, number>;
  findings: string[];
  unknown: { row: string; delivered: boolean; inGap: boolean }[];
  brokeOff: string | null;
  recoveries: Recovery[];
  seconds: number;
};

/** The line of one play. */
export function rowOf(seed: number | null, played: Played): Row {
  const { faults, diary, outages, figures, brokeOff, seconds } = played;
  const passed = diary.filter((entry): entry is Passed => entry.kind === 'boundary');
  const happened = new Set(
    passed.filter(({ killed }) => killed).map(({ boundary, hit }) => `${boundary}#${String(hit)}`),
  );
  for (const { fault } of outages) happened.add(fault);
  const isMissing = (fault: Fault) =>
    (fault.kind === 'death' || fault.kind === 'net') && !happened.has(named(fault));
  return {
    seed,
    faults: faults.map(named),
    unreached: faults.filter(isMissing).map(named),
    figures,
    findings: played.findings.map(({ figure, what }) => `${figure}: ${what}`),
    unknown: played.unknown.map((letter) => {
      const { row, delivered } = letter;
      return { row, delivered, inGap: liesInGap(diary, { letter, outages }) };
    }),
    brokeOff,
    recoveries: [...afterDeaths(diary), ...afterOutages(diary, outages)],
    seconds,
  };
}

/** Whether nothing was wrong with a play. */
export function isWhole({ figures, brokeOff, unknown }: Row): boolean {
  const isZero = Object.values(figures).every((count) => count === 0);
  return isZero && brokeOff === null && unknown.every(({ inGap }) => inGap);
}

const columns = ['lost', 'doubled', 'untrue', 'unbalanced', 'orphaned', 'unexplained'];

/** A row as people read it, below `head`. */
export function lineOf(row: Row): string {
  const { seed, faults, unreached, figures, unknown, brokeOff, recoveries } = row;
  const counts = columns.map((name) => String(figures[name] ?? '?').padStart(name.length));
  const inGap = unknown.filter((letter) => letter.inGap).length;
  const slowest = Math.max(0, ...recoveries.map(({ seconds }) => seconds));
  const cells = [
    String(seed ?? '-').padStart(4),
    ...counts,
    `${String(inGap)}/${String(unknown.length)}`.padStart(12),
    slowest.toFixed(1).padStart(9),
    `${String(faults.length - unreached.length)}/${String(faults.length)}`.padStart(8),
  ];
  const words = [
    cells.join(' | '),
    ...faults.map((fault) => `       ${fault}${unreached.includes(fault) ? '  not reached' : ''}`),
    ...row.findings.map((finding) => `       FOUND ${finding}`),
    ...(brokeOff === null ? [] : [`       BROKE OFF ${brokeOff}`]),
  ];
  return words.join('\n');
}

/** The columns of `lineOf`. */
export const head = [...['seed', ...columns, 'unknown: gap', 'slowest s', 'happened']].join(' | ');

/** All rows together: sums, what was reached, and the middle of the seconds to whole. */
export function summaryOf(rows: readonly Row[]): string {
  const sum = (name: string) => rows.reduce((all, { figures }) => all + (figures[name] ?? 0), 0);
  const unknown = rows.flatMap((row) => row.unknown);
  const happened = rows.flatMap(({ faults, unreached }) => {
    return faults.filter((fault) => !unreached.includes(fault));
  });
  const boundaries = new Set(
    happened.filter((fault) => fault.includes('/')).map((fault) => fault.replace(/#\d+$/, '')),
  );
  return [
    `${String(rows.length)} plays, ${String(happened.length)} faults happened, at ` +
      `${String(boundaries.size)} boundaries; ${String(rows.filter(isWhole).length)} plays whole`,
    columns.map((name) => `${name} ${String(sum(name))}`).join(', '),
    `unknown letters ${String(unknown.length)}, in the SMTP gap ` +
      String(unknown.filter(({ inGap }) => inGap).length),
    ...['worker', 'kill-postgres', 'kill-temporal', 'kill-all', 'net:postgres'].map((kind) => {
      const figures = rows
        .flatMap(({ recoveries }) => recoveries)
        .filter(({ after }) => after.startsWith(kind))
        .map(({ seconds }) => seconds);
      const [middle, most] = [median(figures)?.toFixed(1) ?? '-', Math.max(0, ...figures)];
      const count = String(figures.length);
      return `seconds after ${kind}: median ${middle}, most ${most.toFixed(1)}, of ${count}`;
    }),
  ].join('\n');
}
