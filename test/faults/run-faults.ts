/**
 * Plays the two-deal incident again and again while things go wrong, and has the judge look at each
 * play: see docs/faults.md.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Entry } from './diary';
import { faultsOf, readReference, referencePath, seedsOf } from './draw';
import { readFault, type Fault } from './fault';
import { play, type Played } from './play';
import { runMutants } from './run-mutants';
import { head, isWhole, lineOf, rowOf, summaryOf, type Row } from './report';

/** What is hardest to survive, in one play: replies lost by dying, and every workflow ended. */
const nastiest = [
  ...['freezeAllocations/service.hold:after#1', 'payChunk/rail.pay:after#1'],
  ...['sendDueLetters/mailer.send:after#3', 'sendDueLetters/mailer.send:after#5'],
  ...['terminated@settling'],
];

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true, default: [] },
    fault: { type: 'string', multiple: true, default: [] },
    only: { type: 'string' },
    slice: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    reference: { type: 'boolean', default: false },
    out: { type: 'string' },
    keep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const interruption = new AbortController();

type Plan = { seed: number | null; faults: Fault[] };

/** Which plays were asked for; all of both tours unless something is said. */
function planned(): Plan[] {
  const alone = (names: string[]): Plan[] => [{ seed: null, faults: names.map(readFault) }];
  if (flags.reference) return alone([]);
  if (flags.slice) return alone(nastiest);
  if (flags.fault.length > 0) return alone(flags.fault);
  const reference = readReference();
  const seeds = flags.seed.length > 0 ? flags.seed.flatMap(range) : seedsOf(reference);
  const plans = seeds.map((seed) => ({ seed, faults: faultsOf(seed, reference) }));
  const wanted = flags.only;
  if (wanted === undefined) return plans;
  const isWanted = (fault: Fault) => fault.kind === 'death' && fault.boundary.includes(wanted);
  return plans
    .map(({ seed, faults }) => ({ seed, faults: faults.filter(isWanted) }))
    .filter(({ faults }) => faults.length > 0);
}

/** `7` or `3-9`. */
function range(text: string): number[] {
  const [first = 0, last = first] = text.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

async function main(): Promise<number> {
  const tell = (line: string) => process.stdout.write(`${line}\n`);
  const say = flags.verbose ? (line: string) => process.stderr.write(`${line}\n`) : () => undefined;
  const { signal } = interruption;
  if (flags.mutants) return runMutants({ tell, say, signal, only: flags.only });
  const rows: Row[] = [];
  tell(head);
  for (const { seed, faults } of planned()) {
    if (signal.aborted) break;
    const played = await play(faults, { say, signal, keep: flags.keep }).catch((error: unknown) =>
      notPlayed(faults, error),
    );
    const row = rowOf(seed, played);
    rows.push(row);
    tell(lineOf(row));
    if (flags.out !== undefined) appendFileSync(flags.out, `${JSON.stringify(row)}\n`);
    if (flags.reference && isWhole(row)) writeReference(played.diary);
  }
  tell(summaryOf(rows));
  return rows.every(isWhole) ? 0 : 1;
}

/** A stack that did not start, or a judge who could not look: no other play suffers from it. */
function notPlayed(faults: Fault[], error: unknown): Played {
  const brokeOff = error instanceof Error ? error.message : String(error);
  const nothing = { figures: {}, findings: [], unknown: [], outages: [], diary: [], seconds: 0 };
  return { ...nothing, faults, brokeOff };
}

function writeReference(diary: readonly Entry[]): void {
  const counts = new Map<string, number>();
  for (const entry of diary) {
    if (entry.kind === 'boundary') counts.set(entry.boundary, entry.hit);
  }
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(referencePath, `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`);
}

for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interruption.abort());
main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(2);
  },
);
