import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../workers/package-root';
import { effects } from './boundaries';
import { readReference, seedsOf, tour } from './draw';
import { named } from './fault';
import type { Row } from './report';

// One play with the nastiest deaths: between the freeze and knowing of it, between paying and
// booking it, and twice between the mail server's answer and our record of it; then every workflow
// of the incident is terminated, and it is resumed.
describe('an incident whose worker is killed 4 times, and whose workflows are ended once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-slice-'));
  let playing: ChildProcess;
  let row: Row;

  beforeAll(async () => {
    const out = join(folder, 'rows.ndjson');
    const script = join(packageRoot(), 'dist/test/faults/run-faults.js');
    playing = spawn(process.execPath, [script, '--slice', '--out', out], { stdio: 'ignore' });
    await once(playing, 'close');
    row = JSON.parse(readFileSync(out, 'utf8')) as Row;
  }, 420_000);
  afterAll(() => {
    playing.kill(); // Where it is still at it; it takes its stack with it.
    rmSync(folder, { recursive: true });
  });

  it('is made whole, with every figure as worked', () => {
    expect(row.brokeOff).toBeNull();
    expect(row.unreached).toEqual([]);
  });

  it('has lost 0, doubled 0, told 0 untruths, done 0 without approval or reason', () => {
    expect(row.findings).toEqual([]);
    expect(row.figures).toEqual({
      ...{ lost: 0, doubled: 0, untrue: 0, unbalanced: 0, orphaned: 0, unexplained: 0 },
    });
  });

  it('lists the letters it was killed over, 1 or more at each of 2 deaths, and no others', () => {
    expect(row.unknown.length).toBeGreaterThanOrEqual(2);
    expect(row.unknown.every(({ inGap }) => inGap)).toBe(true);
  });
});

describe('the tours of the harness', () => {
  const reference = readReference();
  const passed = new Set(Object.keys(reference).map((name) => name.replace(/^\w+\/|:\w+$/g, '')));

  it('pass every effect a worker may have but the 10 that no undisturbed drill needs', () => {
    const unneeded = [
      ...['gates.expire', 'gates.withdraw', 'letters.hold', 'letters.release'],
      ...['calls.call', 'calls.escalated', 'commandBacklog.keep'],
      ...['payments.ask', 'payments.reissue', 'settlements.outdate'],
    ];
    expect(effects.filter((effect) => !passed.has(effect)).sort()).toEqual(unneeded.sort());
  });

  it('hold the first, middle and last time of every boundary once', () => {
    const faults = [...tour(0, reference), ...tour(1, reference)].flat().map(named);
    const wanted = Object.entries(reference).flatMap(([name, hits]) => {
      return [...new Set([1, Math.ceil(hits / 2), hits])].map((hit) => `${name}#${String(hit)}`);
    });
    expect(faults.filter((fault) => fault.includes('/')).sort()).toEqual(wanted.sort());
  });

  it('are drawn from their seeds alone, so that each of them plays the same 2 times', () => {
    expect(tour(0, reference)).toEqual(tour(0, reference));
    expect(seedsOf(reference)).toContain(1000);
  });
});
