import type { Diagnosis } from '../../domain/diagnose';
import type { ImpactLine } from '../../domain/scan';
import type { ScanSummary } from '../../domain/scan-tally';
import type { ImportDesk } from '../adapters/import-desk';
import { exactly, makeHistory, type Truth } from './programs';

/** What comparing one made history came to; both lists are empty when all is alike. */
export type Comparison = {
  deals: number;
  commitments: number;
  lines: number;
  /** Lines and findings that only one of the two has. */
  differences: string[];
  /** Versions whose planted rule or first wrong deal was not named. */
  misdiagnosed: string[];
};

/** Imports the history of a seed; what `scan` and `diagnose` say of it against the truth. */
export async function compareHistory(
  desk: ImportDesk,
  { seed, flags = [] }: { seed: number; flags?: readonly string[] },
): Promise<Comparison> {
  const { folder, truth } = await makeHistory(seed, ...flags);
  const said = async (...words: string[]) => {
    const { code, out, err } = await desk.run(...words);
    if (code !== 0) throw new Error(`${words.join(' ')}: exit ${String(code)}: ${out}${err}`);
    return out;
  };
  await said('import', folder, '--supersede', '--reason', `seed ${String(seed)}`);
  const exact = await exactly(folder);
  const lines = (await said('scan', '--lines')).split('\n').filter((line) => line !== '');
  const summary = JSON.parse(await said('--json', 'scan')) as ScanSummary;
  const diagnosis = JSON.parse(await said('--json', 'diagnose')) as Diagnosis[];
  const found = [...lines.map((line) => JSON.parse(line) as ImpactLine), countsOf(summary)];
  const expected = [...exact.lines, expectedCounts(exact)];
  return {
    deals: exact.deals,
    commitments: exact.commitments,
    lines: exact.lines.length,
    differences: inOneOnly(found, expected),
    misdiagnosed: misdiagnosed(diagnosis, truth),
  };
}

const countsOf = ({ deals, commitments, findings }: ScanSummary) => ({
  deals: deals.scanned,
  commitments: commitments.scanned,
  mismatches: (findings as Record<string, number>)['basis-mismatch'] ?? 0,
});

const expectedCounts = (exact: { deals: number; commitments: number; mismatches: object[] }) => ({
  deals: exact.deals,
  commitments: exact.commitments,
  mismatches: exact.mismatches.length,
});

type Lines = ReadonlySet<string>;
const linesOf = (all: readonly object[]): Lines => new Set(all.map((line) => JSON.stringify(line)));

function inOneOnly(found: readonly object[], expected: readonly object[]): string[] {
  const [ours, theirs] = [linesOf(found), linesOf(expected)];
  const only = (whose: string, [mine, other]: readonly [Lines, Lines]) =>
    [...mine].filter((line) => !other.has(line)).map((line) => `${whose}: ${line}`);
  return [...only('ours', [ours, theirs]), ...only('exact', [theirs, ours])];
}

/** What was planted must be named, unless the history gives an earlier rule no chance to differ. */
function misdiagnosed(diagnosis: readonly Diagnosis[], { versions }: Truth): string[] {
  const ofVersion = new Map(diagnosis.map((each) => [each.ruleVersion, each]));
  return versions.flatMap(({ version, rule, firstDeal }) => {
    const said = ofVersion.get(version);
    if (said === undefined) return []; // No deal of it was drawn.
    const named = [said.rule, ...said.candidates.map((candidate) => candidate.rule)];
    const explained = said.rule !== null && named.includes(rule) && said.explained === said.deals;
    if (explained && said.firstDeal === firstDeal) return [];
    return [`${version}: planted ${rule} from ${String(firstDeal)}, said ${JSON.stringify(said)}`];
  });
}
