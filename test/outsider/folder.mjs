/** Reads and writes import folders for the programs beside it; whole numbers of minor units. */
import { Buffer } from 'node:buffer';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Decimals of the currencies that the made histories use; every other one has 2 here. */
export const exponentOf = (currency) => ({ JPY: 0, KRW: 0, KWD: 3, TND: 3 })[currency] ?? 2;

/** Orders by Unicode code point, which is the order of UTF-8 bytes. */
export const byId = (a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));

/** A decimal text as a whole number of 10^-decimals; refuses one that is finer. */
export function wholeOf(text, decimals) {
  const [whole, fraction = ''] = text.split('.');
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) throw new Error(`no plain decimal: ${text}`);
  const cut = fraction.replace(/0+$/, '');
  if (cut.length > decimals) throw new Error(`finer than ${decimals} decimals: ${text}`);
  return BigInt(whole + cut.padEnd(decimals, '0'));
}

/** A whole number of 10^-decimals as a decimal text with so many decimals. */
export function textOf(number, decimals) {
  const digits = String(number < 0n ? -number : number).padStart(decimals + 1, '0');
  const [whole, fraction] = [
    digits.slice(0, digits.length - decimals),
    digits.slice(digits.length - decimals),
  ];
  return `${number < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction}`}`;
}

export const minorOf = (text, currency) => wholeOf(text, exponentOf(currency));

/** An import folder: deals, investors with their opening history, commitments by deal. */
export function readFolder(folder) {
  const read = (name) => tableOf(readFileSync(join(folder, name), 'utf8'));
  const deals = read('deals.csv').map((row) => ({
    id: row.deal_id,
    closedOn: row.closed_on,
    currency: row.currency,
    allocation: minorOf(row.allocation, row.currency),
    version: row.rule_version,
  }));
  const investors = read('investors.csv').map((row) => ({
    id: row.investor_id,
    opening:
      row.history_currency === ''
        ? undefined
        : {
            currency: row.history_currency,
            total: minorOf(row.history_total, row.history_currency),
            count: BigInt(row.history_count),
          },
  }));
  const currencies = new Map(deals.map(({ id, currency }) => [id, currency]));
  const commitments = new Map(deals.map(({ id }) => [id, []]));
  for (const row of read('commitments.csv')) {
    const currency = currencies.get(row.deal_id);
    commitments.get(row.deal_id).push({
      investor: row.investor_id,
      requested: minorOf(row.requested, currency),
      average: row.average,
      allocated: minorOf(row.allocated, currency),
    });
  }
  return { deals, investors, commitments };
}

/** Writes the files of an import; amounts in minor units, averages as texts. */
export function writeFolder(folder, { deals, investors, commitments }) {
  mkdirSync(folder, { recursive: true });
  const write = (name, header, rows) => {
    const lines = rows.map((row) => row.map((field) => quoted(String(field))).join(','));
    writeFileSync(join(folder, name), [header, ...lines, ''].join('\n'));
  };
  const header =
    'deal_id,name,company,closed_on,currency,allocation,' +
    'rule_version,stage,policy,agreement_on,error_clause,mark';
  write(
    'deals.csv',
    header,
    deals.map((deal) => [
      ...[deal.id, `Deal ${deal.id}`, `Company of ${deal.id}`, deal.closedOn, deal.currency],
      ...[
        textOf(deal.allocation, exponentOf(deal.currency)),
        deal.version,
        'closed',
        'us-private',
        '',
        'none',
        '1.00',
      ],
    ]),
  );
  const columns =
    'investor_id,name,email,locale,class,status,history_total,history_count,history_currency';
  write(
    'investors.csv',
    columns,
    investors.map(({ id, opening }, index) => [
      ...[
        id,
        `Person ${index}`,
        `person-${index}@investor.example`,
        'en',
        'professional',
        'active',
      ],
      ...(opening === undefined
        ? ['', '', '']
        : [textOf(opening.total, exponentOf(opening.currency)), opening.count, opening.currency]),
    ]),
  );
  write(
    'commitments.csv',
    'deal_id,investor_id,requested,average,allocated',
    deals.flatMap((deal) => {
      const show = (minor) => textOf(minor, exponentOf(deal.currency));
      return commitments
        .get(deal.id)
        .map((row) => [
          deal.id,
          row.investor,
          show(row.requested),
          row.average,
          show(row.allocated),
        ]);
    }),
  );
}

const quoted = (field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

/** Lines of CSV as objects by column; quotes as in RFC 4180, no line breaks inside. */
function tableOf(text) {
  const [header, ...rows] = text
    .split('\n')
    .filter((line) => line !== '')
    .map(fieldsOf);
  return rows.map((row) => Object.fromEntries(header.map((column, index) => [column, row[index]])));
}

function fieldsOf(line) {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, inQuotes, plain]) => {
    return inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"');
  });
}
