import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  entryOf,
  suspenseEntry,
  unitsEntry,
  type Entry,
  type PostingRule,
} from '../../domain/posting-rules';
import { parseMinor } from '../../domain/money';
import type { PlanLine } from '../../domain/plan-line';
import { settlementOf } from '../../domain/settlement-order';
import { demonstration, line } from './settlement-lines';

type Rule = Parameters<typeof entryOf>[0];
const post = (rule: Rule, row: PlanLine) => {
  const amount = parseMinor(row.amount, row.currency);
  return entryOf(rule, { row, key: 'k', amount, currency: row.currency });
};
const sides = ({ postings: [debit, credit] }: Entry) => [debit?.account, credit?.account];

const allRules: readonly PostingRule[] = [
  'payment-owed',
  'payment-sending',
  'payment-settled',
  'payment-refused',
  'payment-absent',
  'payment-returned',
  'payment-reissued',
  'call-invoiced',
  'receipt-matched',
  'receipt-suspended',
  'units-transferred',
];
const refund = line();
const call = line({ leg: 'call', investor: 'E', payer: 'investor:E', payee: 'spv:FRESH' });
const owedByFirm = (leg: PlanLine['leg']) => line({ leg, payer: 'firm' });
const residue = line({ leg: 'residue', investor: 'firm', payer: 'firm', payee: 'residue:state' });

describe('what a change of state posts', () => {
  it.each<[Rule, PlanLine, string, string]>([
    ['payment-owed', refund, 'capital:FRESH:D', 'owed:spv:FRESH:D'],
    ['payment-owed', owedByFirm('compensation'), 'error:firm', 'owed:firm:D'],
    ['payment-owed', owedByFirm('interest'), 'error:firm', 'owed:firm:D'],
    ['payment-owed', owedByFirm('repurchase'), 'held:firm:FRESH', 'owed:firm:D'],
    ['payment-owed', residue, 'error:firm', 'owed:firm:residue:state'],
    ['payment-sending', refund, 'owed:spv:FRESH:D', 'clearing:spv:FRESH'],
    ['payment-settled', refund, 'clearing:spv:FRESH', 'bank:spv:FRESH'],
    ['payment-refused', refund, 'clearing:spv:FRESH', 'owed:spv:FRESH:D'],
    ['call-invoiced', call, 'receivable:spv:FRESH:E', 'capital:FRESH:E'],
    ['receipt-matched', call, 'bank:spv:FRESH', 'receivable:spv:FRESH:E'],
  ])('is for %s: %# debit and credit', (rule, row, debit, credit) => {
    expect(sides(post(rule, row))).toEqual([debit, credit]);
  });

  it('is for money nobody was asked for: suspense of the very account it is on', () => {
    const entry = suspenseEntry({ account: 'spv:FRESH', key: 'r', amount: 5n, currency: 'USD' });
    expect(sides(entry)).toEqual(['bank:spv:FRESH', 'suspense:spv:FRESH']);
    expect(entry.key).toBe('r/receipt-suspended');
  });

  it('has a key of its own per state, so that 4 states of 1 payment post 4 times', () => {
    const rules = ['owed', 'sending', 'settled', 'refused'].map((state) => `payment-${state}`);
    const keys = rules.map((rule) => post(rule as Rule, refund).key);
    expect(keys).toEqual(rules.map((rule) => `k/${rule}`));
  });

  it('stands in docs/money.md, all 11 of them with both accounts', () => {
    const page = readFileSync(join(__dirname, '../../docs/money.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z]+-[a-z]+)` +\| (.+?) +\| `(.+?)` +\|$/gm)];
    const told = rows.map(([, rule, debit, credit]) => [rule, debit, credit].join(' '));
    expect(told).toHaveLength(11);
    expect(told).toContain('payment-settled `clearing:<payer>` bank:<payer>');
    expect(told).toContain('units-transferred `units:<deal>:<to>` units:<deal>:<from>');
    expect(rows.map(([, rule]) => rule).sort()).toEqual([...allRules].sort());
  });

  it('takes back with a refusal what sending posted, to the unit', () => {
    const sum = balances([post('payment-sending', refund), post('payment-refused', refund)]);
    expect([...sum.values()]).toEqual([0n, 0n]);
  });
});

/** Every entry of the demonstration from approval to the end. */
function wholeSettlement(): Entry[] {
  const { payments, calls, transfers } = settlementOf(demonstration);
  return [
    ...payments.flatMap((row) =>
      (['owed', 'sending', 'settled'] as const).map((state) => post(`payment-${state}`, row)),
    ),
    ...calls.flatMap((row) => [post('call-invoiced', row), post('receipt-matched', row)]),
    ...transfers.map((move) => unitsEntry({ ...move, key: 't' })),
  ];
}

function balances(entries: readonly Entry[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of entries.flatMap(({ postings }) => postings)) {
    sums.set(account, (sums.get(account) ?? 0n) + amount);
  }
  return sums;
}

describe('the entries of the demonstration', () => {
  it('balance one by one, 12 of 12', () => {
    const entries = wholeSettlement();
    expect(entries).toHaveLength(12);
    for (const { postings } of entries) {
      expect(postings.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
    }
  });

  it('leave nothing owed, receivable or in clearing, and 7,092.14 as the cost of the error', () => {
    const sums = balances(wholeSettlement());
    const open = [...sums].filter(([account]) => /^(owed|receivable|clearing):/.test(account));
    expect(open).toHaveLength(6);
    expect(open.every(([, sum]) => sum === 0n)).toBe(true);
    expect(sums.get('error:firm')).toBe(709_214n);
    expect(sums.get('bank:firm')).toBe(-709_214n);
    expect(sums.get('bank:spv:FRESH')).toBe(0n);
  });

  it('move capital and units alike: 3,540.64 from D to E on both', () => {
    const sums = balances(wholeSettlement());
    // Capital is owed to holders, units are held by them: the signs are each other's mirror.
    expect(sums.get('units:FRESH:D')).toBe(-354_064n);
    expect(sums.get('units:FRESH:E')).toBe(354_064n);
    expect(sums.get('capital:FRESH:D')).toBe(354_064n);
    expect(sums.get('capital:FRESH:E')).toBe(-354_064n);
  });

  it('touch no account of a payer in an entry of another: 2 payers, no entry of both', () => {
    for (const { postings } of wholeSettlement()) {
      const text = postings.map(({ account }) => account).join(' ');
      const payers = ['firm', 'spv:FRESH'].filter((payer) => text.includes(`:${payer}`));
      expect(payers.length).toBeLessThanOrEqual(1);
    }
  });
});
