import type { ImportFile } from '../../../contracts/import-row';
import { oneOf, type CsvGrid, type Malformed, type Pick } from './csv-grid';

/** What no field of its kind may say, as it stands in the file. */
const bad: Readonly<Record<string, readonly string[]>> = {
  id: ['', ' ', ' X', 'X ', 'x'.repeat(201), 'a\u0000b', 'a\tb', '"a\nb"', 'a\u0085b'],
  text: ['', '   ', 'n'.repeat(301), 'Zo\u0007e', '"two\nlines"', '"two\r\nlines"', 'a\u007f'],
  date: [
    ...['2026-13-01', '2025-02-29', '26-01-01', '2026/01/01', '01.02.2026', '0000-01-01'],
    ...['2026-01-01T00:00', 'soon', '２０２６-01-01', '2026-1-1', '-2026-01-01', '2026-00-10'],
    ...['2026-01-00', '2026-04-31', '20260101', '46023'],
  ],
  currency: ['usd', 'US', 'USDD', 'XXX', '€', '', 'BTC', '840', 'U$D'],
  amount: [
    ...['-1', '"1,000"', '1.2.3', '1e400', 'NaN', 'Infinity', '0x10', '1_000', '١٢', '', '+1'],
    ...['.5', '5.', '1e16', '99999999999999999999', '1.0001', ' 1', '1 ', '$1', '--1', '1e-9'],
    ...['(100)', '1’000', '00.1', '1e', '=1+1', 'null', '1000000000000001', '-0.0001'],
  ],
  average: ['-0.1', 'abc', '1e30', `0.${'1'.repeat(21)}`, '=A1', '"1,5"', '1e16', '9'.repeat(101)],
  email: ['', 'x', 'a@b', 'a@@b.cd', 'a b@c.de', '"a@b.cc,d@e.ff"', '@b.cc', 'a@', 'a@b..cc'],
  stage: ['', 'open', 'Closed', 'closed ', 'escrow;closed'],
  clause: ['yes', 'None', 'redistribute'],
  decimal: ['-1', 'x', '1.2.3', '1e99', '0x1', '"1,5"'],
  class: ['', 'vip', 'Retail'],
  status: ['', 'dead', 'ACTIVE'],
  count: ['-1', '1.5', '99999999', '1e3', '01', 'three'],
  iban: ['DE89370400440532013001', 'x', 'de89370400440532013000', '1234'],
  aba: ['021000022', '12345678', 'x'],
};

const kinds: Readonly<Record<ImportFile, Readonly<Record<string, string>>>> = {
  'deals.csv': {
    deal_id: 'id',
    name: 'text',
    company: 'text',
    closed_on: 'date',
    currency: 'currency',
    allocation: 'amount',
    rule_version: 'text',
    stage: 'stage',
    policy: 'text',
    agreement_on: 'date',
    error_clause: 'clause',
    mark: 'decimal',
  },
  'investors.csv': {
    investor_id: 'id',
    name: 'text',
    email: 'email',
    locale: 'text',
    class: 'class',
    status: 'status',
    history_total: 'amount',
    history_count: 'count',
    history_currency: 'currency',
  },
  'commitments.csv': {
    deal_id: 'id',
    investor_id: 'id',
    requested: 'amount',
    average: 'average',
    allocated: 'amount',
  },
  'payment-details.csv': {
    investor_id: 'id',
    payee: 'text',
    iban: 'iban',
    aba: 'aba',
    verified_on: 'date',
  },
};

/** Every way in which one field is wrong by itself: file, column, text. */
export const fieldFaults = Object.entries(kinds).flatMap(([file, columns]) =>
  Object.entries(columns).flatMap(([column, kind]) =>
    (bad[kind] ?? []).map((text) => ({ file: file as ImportFile, column, text })),
  ),
);

/** Puts one field wrong, on any line. */
export function wrongField(
  grid: CsvGrid,
  ...[fault, pick]: [fault: (typeof fieldFaults)[number], pick: Pick]
): Malformed {
  const { file, column, text } = fault;
  // A history that is not there has no amount to be wrong.
  const lines = grid.rows(file).flatMap((row, index) => {
    const isWhole = file !== 'investors.csv' || !row.includes('');
    return index > 0 && isWhole ? [index + 1] : [];
  });
  const place = { file, line: oneOf(pick, lines), column };
  const shown = JSON.stringify(text.length > 30 ? `${text.slice(0, 30)}…` : text);
  return { name: `${column} ${shown}`, files: grid.withField(place, text), place };
}
