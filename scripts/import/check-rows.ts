import { dealFactColumns, investorFactColumns } from '../../contracts/allocation-wire';
import type { CommitmentRow, DealRow, InvestorRow } from '../../contracts/import-row';
import type { Row } from './row';

const yesOrNo = ['yes', 'no', 'unknown'];
const factLength = 500;

type FactReader = (row: Row, column: string) => string;

const anyText: FactReader = (row, column) => row.text(column, factLength);
const oneOf =
  (...values: string[]): FactReader =>
  (row, column) =>
    row.oneOf(column, { values, orEmpty: true });
const date: FactReader = (row, column) => row.date(column, { orEmpty: true });
const email: FactReader = (row, column) => row.email(column, { orEmpty: true });
const count: FactReader = (row, column) => row.count(column);
const decimal: FactReader = (row, column) => row.decimal(column);

/** How the further columns are read; a column that is not here is any text. */
const factReaders: Readonly<Record<string, FactReader>> = {
  mark_on: date,
  first_sale_on: date,
  lead_email: email,
  company_email: email,
  vehicle: oneOf('spv', 'fund', 'priced-round'),
  residual_commitment: oneOf(...yesOrNo),
  tax_filed: oneOf(...yesOrNo),
  company_grants_room: oneOf(...yesOrNo),
  holders: count,
  holders_cap: count,
  non_accredited: count,
  min_ticket: decimal,
  max_per_investor: decimal,
  transfers_past_year_share: decimal,
};

function furtherFacts(row: Row, columns: readonly string[]): [string, string][] {
  return columns.map((column) => [column, (factReaders[column] ?? anyText)(row, column)]);
}

function given(facts: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(facts.filter(([, text]) => text !== ''));
}

/** Reads a row of deals.csv; undefined when something in it is at fault. */
export function checkDeal(row: Row): DealRow | undefined {
  const dealId = row.id('deal_id');
  const name = row.named('name', 300);
  const company = row.named('company', 300);
  const closedOn = row.date('closed_on');
  const currency = row.currency('currency');
  const allocation = currency === '' ? 0n : BigInt(row.money('allocation', currency));
  const ruleVersion = row.named('rule_version', 100);
  const clauses = ['none', 'redistribution', 'return-of-distributions'];
  const facts = given([
    ['stage', row.oneOf('stage', { values: ['escrow', 'closed', 'exited'] })],
    ['policy', row.named('policy', 60)],
    ['agreement_on', row.date('agreement_on', { orEmpty: true })],
    ['error_clause', row.oneOf('error_clause', { values: clauses, orEmpty: true })],
    ['mark', row.decimal('mark')],
    ...furtherFacts(row, dealFactColumns),
  ]);
  if (!row.sound) return undefined;
  const { line } = row;
  return { line, dealId, name, company, closedOn, currency, allocation, ruleVersion, facts };
}

/** Reads a row of investors.csv; undefined when something in it is at fault. */
export function checkInvestor(row: Row): InvestorRow | undefined {
  const investorId = row.id('investor_id');
  const name = row.named('name', 300);
  const email = row.email('email');
  const locale = row.named('locale', 35);
  const statuses = ['active', 'deceased', 'dissolved', 'unreachable'];
  const facts = given([
    ['class', row.oneOf('class', { values: ['retail', 'professional'] })],
    ['status', row.oneOf('status', { values: statuses })],
    ...furtherFacts(row, investorFactColumns),
  ]);
  const history = checkHistory(row);
  if (!row.sound) return undefined;
  return { line: row.line, investorId, name, email, locale, history, facts };
}

const historyColumns = ['history_total', 'history_count', 'history_currency'] as const;

function checkHistory(row: Row): InvestorRow['history'] {
  const texts = historyColumns.map((column) => row.text(column, 200));
  if (texts.every((text) => text === '')) return null;
  for (const [index, column] of historyColumns.entries()) {
    if (texts[index] !== '') continue;
    row.fault(column, `expected ${historyColumns.join(', ')} together, or none of them`);
    return null;
  }
  const currency = row.currency('history_currency');
  const total = currency === '' ? 0n : BigInt(row.money('history_total', currency));
  const count = Number(row.count('history_count'));
  if (count === 0 && total > 0n) {
    row.fault('history_count', 'expected how many allocations history_total is made of, found 0');
  }
  return { total, count, currency };
}

/** Reads rows of commitments.csv; `currencies` are those of the deals, by id. */
export function checkCommitment(
  row: Row,
  currencies: ReadonlyMap<string, string>,
): CommitmentRow | undefined {
  const dealId = row.id('deal_id');
  const investorId = row.id('investor_id');
  const currency = currencies.get(dealId);
  // A deal that is not on file is a fault of its own, found once all are read.
  if (currency === undefined) {
    const nothing = { requested: '0', average: '', allocated: '0' };
    return row.sound ? { line: row.line, dealId, investorId, ...nothing } : undefined;
  }
  const requested = row.money('requested', currency);
  const average = row.average('average', currency);
  const allocated = row.money('allocated', currency);
  if (!row.sound) return undefined;
  return { line: row.line, dealId, investorId, requested, average, allocated };
}
