import type { ImportFault, ImportFile } from '../../contracts/import-row';
import { twoDeals } from '../domain/platform-history';
import { historyFiles, type HistoryFiles } from '../support/history/history-folder';
import { ImportDesk } from './import-desk';

let desk: ImportDesk;
beforeAll(async () => {
  desk = await ImportDesk.open();
});
afterAll(() => desk.close());

const files = historyFiles(twoDeals());
const banks = `investor_id,payee,iban,bic,aba,account,verified_on
D,Dora Doe,DE89370400440532013000,,,,
E,Emil Eng,,,021000021,123456789,2026-01-02
`;

type Files = Partial<Record<string, string | Buffer>>;
type Edit = (files: HistoryFiles) => Files;

/** The field of a column on a line of a file, put to something else. */
const put =
  (
    file: ImportFile,
    { line, column, text }: { line: number; column: string; text: string },
  ): Edit =>
  () => {
    const lines = (file === 'payment-details.csv' ? banks : files[file]).split('\n');
    const at = lines[0]!.split(',').indexOf(column);
    const fields = lines[line - 1]!.split(',');
    fields[at] = text;
    lines[line - 1] = fields.join(',');
    return { [file]: lines.join('\n') };
  };
const deal = (column: string, text: string) => put('deals.csv', { line: 3, column, text });
const investor = (column: string, text: string) => put('investors.csv', { line: 4, column, text });
const row = (column: string, text: string) => put('commitments.csv', { line: 5, column, text });
const bank = (column: string, text: string) =>
  put('payment-details.csv', { line: 3, column, text });
const more = (file: ImportFile, text: string): Edit => {
  return () => ({ [file]: `${file === 'payment-details.csv' ? banks : files[file]}${text}\n` });
};
const further = (
  file: 'deals.csv' | 'investors.csv',
  ...[column, text]: [column: string, text: string]
): Edit => {
  return () => {
    const [head, first, ...rest] = files[file].split('\n');
    const others = rest.map((line) => (line === '' ? '' : `${line},`));
    return { [file]: [`${head},${column}`, `${first},${text}`, ...others].join('\n') };
  };
};

type Case = [what: string, edit: Edit, file: string, line: number, column: string, reason: RegExp];

const corpus: Case[] = [
  ['a file missing', () => ({ 'commitments.csv': undefined }), 'commitments.csv', 0, '', /missing/],
  ['an empty file', () => ({ 'deals.csv': '' }), 'deals.csv', 1, '', /empty file/],
  [
    'a history without deals',
    ({ 'deals.csv': text }) => ({
      'deals.csv': text.split('\n')[0]!,
      'commitments.csv': files['commitments.csv'].split('\n')[0]!,
    }),
    'deals.csv',
    1,
    '',
    /at least 1 deal/,
  ],
  ['an unknown column', further('deals.csv', 'colour', 'red'), 'deals.csv', 1, 'colour', /unknown/],
  [
    'a missing column',
    ({ 'deals.csv': text }) => ({ 'deals.csv': text.replace(',mark\n', ',mark_on\n') }),
    'deals.csv',
    1,
    'mark',
    /column is missing/,
  ],
  [
    'a column twice',
    further('investors.csv', 'email', 'x@y.zz'),
    'investors.csv',
    1,
    'email',
    /once/,
  ],
  ['a row too short', more('commitments.csv', 'OLD,A2,1.00'), 'commitments.csv', 18, '', /found 3/],
  [
    'a row too long',
    more('commitments.csv', 'OLD,A2,1,,1,1'),
    'commitments.csv',
    18,
    '',
    /found 6/,
  ],
  [
    'text that is no UTF-8',
    ({ 'investors.csv': text }) => ({
      'investors.csv': Buffer.from(text.replace('Investor B', 'Zo\u00eb'), 'latin1'),
    }),
    'investors.csv',
    3,
    '',
    /UTF-8/,
  ],
  ['a quote left open', more('deals.csv', '"NEW,x'), 'deals.csv', 7, '', /closing quote/],
  ['a quote inside a field', deal('name', 'The "New" one'), 'deals.csv', 3, '', /quotes/],
  ['a line break in a field', deal('name', '"New\none"'), 'deals.csv', 3, 'name', /line breaks/],
  ['a control character', investor('name', 'Zo\u0007e'), 'investors.csv', 4, 'name', /control/],
  ['an id left empty', row('deal_id', ''), 'commitments.csv', 5, 'deal_id', /found none/],
  ['an id of 201 characters', deal('deal_id', 'x'.repeat(201)), 'deals.csv', 3, 'deal_id', /200/],
  ['an id with a space before it', deal('deal_id', ' OLD'), 'deals.csv', 3, 'deal_id', /no space/],
  ['no name of a company', deal('company', '  '), 'deals.csv', 3, 'company', /found none/],
  ['no rule version', deal('rule_version', ''), 'deals.csv', 3, 'rule_version', /found none/],
  [
    'a date that does not exist',
    deal('closed_on', '2025-02-29'),
    'deals.csv',
    3,
    'closed_on',
    /date/,
  ],
  [
    'a date with a time',
    deal('closed_on', '2025-02-28T00:00'),
    'deals.csv',
    3,
    'closed_on',
    /date/,
  ],
  [
    'an agreement on no date',
    deal('agreement_on', 'May'),
    'deals.csv',
    3,
    'agreement_on',
    /nothing/,
  ],
  ['a currency that is none', deal('currency', 'usd'), 'deals.csv', 3, 'currency', /ISO 4217/],
  ['a cent of a cent', deal('allocation', '100.001'), 'deals.csv', 3, 'allocation', /2 decimals/],
  ['a negative allocation', deal('allocation', '-1'), 'deals.csv', 3, 'allocation', /0 or more/],
  [
    'a thousands separator',
    row('requested', '"1,000"'),
    'commitments.csv',
    5,
    'requested',
    /decimal/,
  ],
  ['an amount left empty', row('allocated', ''), 'commitments.csv', 5, 'allocated', /decimal/],
  ['more than 10^15 units', row('requested', '1e14'), 'commitments.csv', 5, 'requested', /at most/],
  [
    'an average that is no number',
    row('average', 'NaN'),
    'commitments.csv',
    5,
    'average',
    /decimal/,
  ],
  ['a negative average', row('average', '-0.0001'), 'commitments.csv', 5, 'average', /0 or more/],
  [
    'an average of 21 decimals',
    row('average', `0.${'1'.repeat(21)}`),
    'commitments.csv',
    5,
    'average',
    /20 decimals/,
  ],
  [
    'a stage that is none',
    deal('stage', 'open'),
    'deals.csv',
    3,
    'stage',
    /escrow, closed, exited/,
  ],
  ['an unknown error clause', deal('error_clause', 'yes'), 'deals.csv', 3, 'error_clause', /none/],
  ['a mark below 0', deal('mark', '-1'), 'deals.csv', 3, 'mark', /0 or more/],
  [
    'a count that is none',
    further('deals.csv', 'holders', '1O'),
    'deals.csv',
    2,
    'holders',
    /count/,
  ],
  [
    'a fact neither yes nor no',
    further('deals.csv', 'tax_filed', 'maybe'),
    'deals.csv',
    2,
    'tax_filed',
    /yes/,
  ],
  ['a class that is none', investor('class', 'vip'), 'investors.csv', 4, 'class', /retail/],
  ['a status that is none', investor('status', ''), 'investors.csv', 4, 'status', /active/],
  ['an address without @', investor('email', 'zoe.example'), 'investors.csv', 4, 'email', /e-mail/],
  ['2 addresses in 1', investor('email', 'a@b.cc;d@e.ff'), 'investors.csv', 4, 'email', /e-mail/],
  [
    'half a history',
    investor('history_count', ''),
    'investors.csv',
    4,
    'history_count',
    /together/,
  ],
  [
    'money of 0 deals',
    investor('history_count', '0'),
    'investors.csv',
    4,
    'history_count',
    /found 0/,
  ],
  ['half a deal', investor('history_count', '1.5'), 'investors.csv', 4, 'history_count', /count/],
  [
    'a deal twice',
    more('deals.csv', files['deals.csv'].split('\n')[2]!),
    'deals.csv',
    7,
    'deal_id',
    /line 3/,
  ],
  [
    'an investor twice',
    more('investors.csv', files['investors.csv'].split('\n')[1]!),
    'investors.csv',
    10,
    'investor_id',
    /"A" again/,
  ],
  [
    'a commitment twice',
    more('commitments.csv', 'OLD,A,1,,1'),
    'commitments.csv',
    18,
    'investor_id',
    /line 2/,
  ],
  [
    'a deal nobody knows',
    more('commitments.csv', 'NEW,A,1,,1'),
    'commitments.csv',
    18,
    'deal_id',
    /"NEW"/,
  ],
  ['an investor nobody knows', row('investor_id', 'Q'), 'commitments.csv', 5, 'investor_id', /"Q"/],
  [
    'an IBAN that does not check',
    bank('iban', 'DE89370400440532013001'),
    'payment-details.csv',
    3,
    'iban',
    /checks/,
  ],
  [
    'a routing number that does not check',
    bank('aba', '021000022'),
    'payment-details.csv',
    3,
    'aba',
    /checks/,
  ],
  ['details without an account', bank('account', ''), 'payment-details.csv', 3, 'iban', /neither/],
  ['details of nobody', bank('investor_id', 'Q'), 'payment-details.csv', 3, 'investor_id', /"Q"/],
];

describe('a bad import', () => {
  it.each(corpus)('with %s is refused there', async (...[, edit, file, line, column, reason]) => {
    const edited = edit(files);
    const all: Files = { ...files, 'payment-details.csv': banks, ...edited };
    const given = Object.fromEntries(Object.entries(all).filter(([, text]) => text !== undefined));
    const outcome = await desk.import(given);
    if (outcome.kind !== 'invalid') throw new Error(`expected faults, found ${outcome.kind}`);
    const place = (fault: ImportFault) => [fault.file, fault.line, fault.column];
    expect(outcome.faults.map(place)).toContainEqual([file, line, column]);
    expect(
      outcome.faults.find((fault) => fault.file === file && fault.column === column)?.reason,
    ).toMatch(reason);
    expect(outcome.faults.length).toBeLessThan(3);
    expect(await desk.rows()).toEqual([0, 0, 0, 0, 0]);
  });

  it('names all faults of a row and of all files at once, file by file', async () => {
    const outcome = await desk.import({
      ...files,
      ...put('deals.csv', { line: 3, column: 'closed_on', text: 'soon' })(files),
      ...put('investors.csv', { line: 2, column: 'email', text: 'nobody' })(files),
      'commitments.csv': `${files['commitments.csv']}OLD,A2,x,y,z\n`,
    });
    const found = outcome.kind === 'invalid' ? outcome.faults : [];
    expect(found.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      'deals.csv:3:closed_on',
      'investors.csv:2:email',
      'commitments.csv:18:requested',
      'commitments.csv:18:average',
      'commitments.csv:18:allocated',
    ]);
  });

  it.each([
    ['an id of 201 characters', deal('deal_id', ' '.repeat(201))],
    ['a stage with a control character', deal('stage', 'open\u0007')],
    ['a currency that breaks off', deal('currency', 'US\u0000')],
  ])('says 1 thing of %s, not 2', async (_, edit) => {
    const outcome = await desk.import({ ...files, ...edit(files) });
    expect(outcome.kind === 'invalid' ? outcome.faults : []).toHaveLength(1);
  });

  it('of 300 faults names the first 100, by line', async () => {
    const bad = Array.from({ length: 300 }, (_, index) => `OLD,N${index},x,,1`).join('\n');
    const outcome = await desk.import({
      ...files,
      'commitments.csv': `${files['commitments.csv']}${bad}\n`,
    });
    const found = outcome.kind === 'invalid' ? outcome.faults : [];
    expect(found).toHaveLength(100);
    expect([found[0]?.line, found[99]?.line]).toEqual([18, 117]);
  });

  it('of 300 repeated rows, which only the whole shows, names the first 100', async () => {
    const bad = Array.from({ length: 300 }, () => 'OLD,A,1,,1').join('\n');
    const outcome = await desk.import({
      ...files,
      'commitments.csv': `${files['commitments.csv']}${bad}\n`,
    });
    expect(outcome.kind === 'invalid' ? outcome.faults : []).toHaveLength(100);
  });

  it('never repeats bank details in a fault, though it quotes everything else', async () => {
    const secrets = ['DE89370400440532013001', '021000022', 'not-a-bic'];
    const [iban, aba, bic] = secrets;
    const head = 'investor_id,payee,iban,bic,aba,account,verified_on';
    const text = `${head}\nD,Dora,${iban},${bic},${aba},#9#,soon\n`;
    const outcome = await desk.import({ ...files, 'payment-details.csv': text });
    const said = JSON.stringify(outcome);
    expect(outcome.kind === 'invalid' && outcome.faults).toHaveLength(5);
    for (const secret of [...secrets, '#9#']) expect(said).not.toContain(secret);
  });
});
