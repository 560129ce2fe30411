import type { FixtureDeal, FixtureRow } from '../activities/ports/fixtures';
import { compareCodePoints } from '../domain/code-points';
import { averageText } from '../domain/histories';
import { formatMinor } from '../domain/money';
import { allocateText } from './commands/allocate';
import { CommandError } from './command-io';
import { fixturesReadme } from './fixtures-readme';

const bases = ['asRecorded', 'asShouldHaveBeen'] as const;

/** A file to be written: path below the folder, and its text. */
export type FixtureFile = { readonly path: string; readonly text: string };

/**
 * The files of an incident's regression fixtures, under names that say nothing of anybody.
 *
 * Order: names stand to each other as the ids they stand for, by code point, since ties depend on
 * it; rows stand as they were imported, since some faulty rules depend on that.
 * Ensures: `allocate` has given exactly what is expected, for every file.
 * @throws RECOMPUTATION_DIFFERS (bug) when it has not: such fixtures would be wrong for ever.
 */
export function fixtureFiles(incident: string, deals: readonly FixtureDeal[]): FixtureFile[] {
  const nameOf = namesFor(deals.flatMap(({ rows }) => rows.map(({ investorId }) => investorId)));
  const digits = Math.max(4, String(deals.length).length);
  const folders = deals.map((deal, index) => {
    const folder = `deal-${String(index + 1).padStart(digits, '0')}`;
    return { folder, deal, files: dealFiles({ folder, deal, nameOf }) };
  });
  const list = folders.map(({ folder, deal }) => ({
    deal: folder,
    currency: deal.currency,
    people: deal.rows.length,
    ruleVersion: deal.ruleVersion,
  }));
  return [
    { path: 'README.md', text: fixturesReadme(incident, list) },
    ...folders.flatMap(({ files }) => files),
  ];
}

/** P0001, P0002, … in the order of the ids by code point; of one length, to sort alike. */
function namesFor(ids: readonly string[]): (id: string) => string {
  const sorted = [...new Set(ids)].sort(compareCodePoints);
  const digits = Math.max(4, String(sorted.length).length);
  const names = new Map(sorted.map((id, at) => [id, `P${String(at + 1).padStart(digits, '0')}`]));
  return (id) => names.get(id) ?? '';
}

type Dealt = { folder: string; deal: FixtureDeal; nameOf: (id: string) => string };

function dealFiles({ folder, deal, nameOf }: Dealt): FixtureFile[] {
  const shares = (of: (row: FixtureRow) => bigint) => {
    return sharesText(
      deal.rows.map((row) => [nameOf(row.investorId), of(row)]),
      deal.currency,
    );
  };
  const recorded = { path: `${folder}/recorded.json`, text: shares((row) => row.recorded) };
  return bases.reduce<FixtureFile[]>(
    (files, basis) => {
      const input = inputText({ deal, nameOf, basis });
      const expected = shares((row) => row.shouldBe[basis]);
      if (`${allocateText(input).text}\n` !== expected) throw differs(deal.dealId);
      const certificate = `${allocateText(input, { certificate: true }).text}\n`;
      return [
        ...files,
        { path: `${folder}/${basis}.input.json`, text: input },
        { path: `${folder}/${basis}.expected.json`, text: expected },
        { path: `${folder}/${basis}.certificate.json`, text: certificate },
      ];
    },
    [recorded],
  );
}

/** As `allocate` writes shares, so that files compare byte by byte. */
function sharesText(shares: readonly (readonly [string, bigint])[], currency: string): string {
  const fields = shares.map(([name, share]) => `"${name}":"${formatMinor(share, currency)}"`);
  return `{${fields.join(',')}}\n`;
}

type Input = Omit<Dealt, 'folder'> & { basis: (typeof bases)[number] };

function inputText({ deal, nameOf, basis }: Input): string {
  const { currency, allocation, rows } = deal;
  const averageOf = ({ average, corrected }: FixtureRow) => {
    if (basis === 'asRecorded') return average === '' ? '0' : average;
    return averageText({ ...corrected, currency });
  };
  const investors = rows.map((row) => ({
    name: nameOf(row.investorId),
    requested_amount: formatMinor(row.requested, currency),
    average_amount: averageOf(row),
  }));
  const amount = formatMinor(allocation, currency);
  const written = { allocation_amount: amount, currency, investor_amounts: investors };
  return `${JSON.stringify(written, undefined, 2)}\n`;
}

function differs(dealId: string): CommandError {
  const message =
    `The stored results of ${dealId} are not what allocate gives. Keep the database as it is: ` +
    'nothing was written.';
  return new CommandError({ code: 'RECOMPUTATION_DIFFERS', kind: 'bug', message });
}
