import { grouped } from '../domain/grouped';
import type { Diagnosis } from '../domain/diagnose';
import type { ImpactLine } from '../domain/scan';
import type { ScanSummary } from '../domain/scan-tally';
import { textTable } from './text-table';

/** What a scan came to, as people read it: each deal's own fault, the whole fault's beside. */
export function summaryText(summary: ScanSummary): string {
  const { over, under, findings, diagnosis } = summary;
  const counts = (['deals', 'investors', 'commitments'] as const).map((what) => {
    const { scanned, affected } = summary[what];
    const counts = [scanned, affected.asRecorded, affected.asShouldHaveBeen];
    return [what, ...counts.map((count) => grouped(String(count)))];
  });
  const sums = (['over', 'under'] as const).map((side) => {
    const of = { over, under }[side];
    return [side, '', amounts(of.asRecorded), amounts(of.asShouldHaveBeen)];
  });
  const found = Object.entries(findings).filter(([, count]) => count > 0);
  return [
    textTable(
      ['', 'scanned', 'wrong as recorded', 'wrong as should have been'],
      [...counts, ...sums],
    ),
    found.length === 0
      ? 'No findings.'
      : `Findings: ${found.map(([kind, count]) => `${kind} ${grouped(String(count))}`).join(', ')}`,
    '',
    diagnosisText(diagnosis),
  ].join('\n');
}

function amounts(sums: Readonly<Record<string, string>>): string {
  const said = Object.entries(sums).map(([currency, amount]) => `${grouped(amount)} ${currency}`);
  return said.length === 0 ? '-' : said.join('\n');
}

/** Which rule explains each recorded version, and since when it is wrong, as people read it. */
export function diagnosisText(diagnosis: readonly Diagnosis[]): string {
  const rows = diagnosis.map((version) => [
    version.ruleVersion,
    version.rule ?? 'no single rule',
    `${version.explained} of ${version.deals}${version.rule === null ? ' at best' : ''}`,
    String(version.affected),
    dated(version.firstDeal, version.firstClosedOn),
    dated(version.lastRightDeal, version.lastRightClosedOn),
  ]);
  const head = ['version', 'explained by', 'deals', 'wrong', 'first wrong', 'last right before'];
  const unexplained = diagnosis.filter(({ rule }) => rule === null);
  return [textTable(head, rows), ...unexplained.map(unexplainedText)].join('\n');
}

function dated(deal: string | null, closedOn: string | null): string {
  return deal === null ? '-' : `${deal}, ${closedOn ?? ''}`;
}

/** What can be said of a version that no rule explains whole: the nearest, and period by period. */
function unexplainedText({ ruleVersion, deals, candidates, periods, ...rest }: Diagnosis): string {
  const said = candidates.map(({ rule, explained }) => `${rule} ${explained} of ${deals}`);
  const rows = periods.map(({ rule, deals: count, ...period }) => [
    rule ?? 'no known rule',
    String(count),
    dated(period.firstDeal, period.firstClosedOn),
    dated(period.lastDeal, period.lastClosedOn),
  ]);
  const further = rest.periodCount - periods.length;
  return [
    `${ruleVersion}: no single rule explains it; nearest: ${said.join(', ') || 'none'}`,
    textTable(['period of', 'deals', 'from', 'to'], rows),
    ...(further > 0 ? [`and ${further} further periods`] : []),
  ].join('\n');
}

/** How many wrong shares a screen shows. */
export const linesShown = 50;

/**
 * Wrong commitments as people read them, contamination beside.
 *
 * Ensures: of `wrong` in all those that are not shown are counted, with the command that has them.
 */
export function linesText(
  lines: readonly ImpactLine[],
  { wrong, command }: { wrong: number; command: string },
): string {
  if (wrong === 0) return 'No share is wrong.';
  const shown = lines.slice(0, linesShown);
  const rows = shown.map(({ deal, investor, currency, recorded, shouldBe, delta }) => [
    deal,
    investor,
    currency,
    grouped(recorded),
    grouped(shouldBe.asRecorded),
    signed(delta.asRecorded),
    grouped(shouldBe.asShouldHaveBeen),
    signed(delta.asShouldHaveBeen),
  ]);
  const head = [
    'deal',
    'investor',
    '',
    'recorded',
    'should be',
    'Δ',
    'had history been right',
    'Δ',
  ];
  const left = wrong - shown.length;
  const more = left > 0 ? `\nAnd ${grouped(String(left))} more: ${command}` : '';
  return `${textTable(head, rows)}${more}`;
}

const signed = (amount: string): string =>
  /[1-9]/.test(amount) && !amount.startsWith('-') ? `+${grouped(amount)}` : grouped(amount);
