import { createWriteStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importFiles, type ImportFile } from '../../contracts/import-row';
import { formatMinor } from '../../domain/money';
import { generateHistory, type HistorySize } from './generated-history';

/** Writes a generated history as the folder that `import` takes, and answers its path. */
export async function csvFolder(size: HistorySize): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-bench-csv-'));
  const { people, opening, deals } = generateHistory(size);
  const write = async (file: ImportFile, lines: Iterable<string>) => {
    const head = `${importFiles[file].required.join(',')}\n`;
    const text = function* () {
      yield head;
      yield* lines;
    };
    await pipeline(Readable.from(text()), createWriteStream(join(folder, file)));
  };
  const investors = people.map((id) => {
    const past = opening.get(id);
    const said = past && [formatMinor(past.total, past.currency), past.count, past.currency];
    const own = `${id},Investor ${id},${id}@investor.example,en,professional,active`;
    return `${own},${(said ?? ['', '', '']).join(',')}\n`;
  });
  await write('investors.csv', investors);
  const dealLines: string[] = [];
  const commitments = function* () {
    for (const {
      dealId,
      closedOn,
      currency,
      allocation,
      ruleVersion,
      commitments: rows,
    } of deals()) {
      const own = `${dealId},Deal ${dealId},${dealId} Inc,${closedOn},${currency}`;
      const facts = `${ruleVersion},closed,us-private,,none,1.00`;
      dealLines.push(`${own},${formatMinor(allocation, currency)},${facts}\n`);
      const money = (minor: bigint) => formatMinor(minor, currency);
      const lines = rows.map(({ investorId, requested, average, allocated }) => {
        return `${dealId},${investorId},${money(requested)},${average},${money(allocated)}\n`;
      });
      yield lines.join('');
    }
  };
  await write('commitments.csv', commitments());
  await write('deals.csv', dealLines);
  return folder;
}
