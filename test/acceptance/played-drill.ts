import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { formatMinor, parseMinor } from '../../domain/money';
import { demoInvestors } from '../../scripts/demo/people-of-history';
import type { RunningStack } from './running-stack';

/** What the bank itself has on its statements, newest last. */
export type Booking = {
  account: string;
  counterparty: string;
  direction: 'in' | 'out';
  amount: string;
  bookedAt: string;
};

type Statement = {
  entries: (Omit<Booking, 'account' | 'amount'> & { amount: { amount: string } })[];
  balance: { amount: string };
};

const get = async <T>(base: string, path: string) =>
  (await (await fetch(new URL(path, base))).json()) as T;

/** An account's statement as the bank gives it to anybody who asks. */
export async function statementOf(stack: RunningStack, account: string) {
  const path = `/accounts/${encodeURIComponent(account)}/statement?limit=1000`;
  const { entries, balance } = await get<Statement>(stack.addresses.bankUrl, path);
  const bookings = entries.map(({ amount, ...entry }): Booking => {
    return { ...entry, account, amount: amount.amount };
  });
  return { balance: balance.amount, bookings };
}

/** `in 3540.64 investor:E`, in the order of the statement. */
export const linesOf = (bookings: readonly Booking[]): string[] =>
  bookings.map(({ direction, amount, counterparty }) => `${direction} ${amount} ${counterparty}`);

const fresh = 'MARROW-SEED';
const old = 'HALDEN-A';

/** The worked table, at the bank: each payment once, each account as it must stand in the end. */
export async function expectWorkedMoney(stack: RunningStack): Promise<void> {
  const [firm, spv, d, e] = await Promise.all(
    ['firm', `spv:${fresh}`, 'investor:D', 'investor:E'].map((account) => {
      return statementOf(stack, account);
    }),
  );
  expect(linesOf(firm?.bookings ?? []).sort()).toEqual([
    'out 10.86 investor:D',
    'out 7081.28 investor:E',
  ]);
  expect(linesOf(spv?.bookings ?? [])).toEqual(['in 3540.64 investor:E', 'out 3540.64 investor:D']);
  expect(linesOf(d?.bookings ?? []).sort()).toEqual(['in 10.86 firm', `in 3540.64 spv:${fresh}`]);
  expect(linesOf(e?.bookings ?? [])).toEqual(['in 7081.28 firm', `out 3540.64 spv:${fresh}`]);
  const balances = [firm, spv, d, e].map((each) => each?.balance);
  expect(balances).toEqual(['242907.86', '0.00', '15551.50', '15540.64']);
  const paid = [...(firm?.bookings ?? []), ...(spv?.bookings ?? [])];
  const sum = (way: string) =>
    paid
      .filter(({ direction }) => direction === way)
      .reduce((total, { amount }) => total + parseMinor(amount, 'USD'), 0n);
  expect([formatMinor(sum('out'), 'USD'), formatMinor(sum('in'), 'USD')]).toEqual([
    '10632.78',
    '3540.64',
  ]);
}

/** Every entry balances, and what the ledger has at banks is what the banks have. */
export async function expectBalancedBooks(stack: RunningStack): Promise<void> {
  const unbalanced = await stack.sql(
    `SELECT entry_id, currency, sum(amount_minor) FROM postings GROUP BY 1, 2
     HAVING sum(amount_minor) <> 0`,
  );
  expect(unbalanced).toEqual([]);
  const accounts = await stack.sql<{ account: string; minor: string }>(
    `SELECT account, sum(amount_minor)::text AS minor FROM postings
     WHERE account NOT LIKE 'error:%' GROUP BY 1 HAVING sum(amount_minor) <> 0 ORDER BY 1`,
  );
  expect(accounts.map(({ account, minor }) => `${account} ${minor}`)).toEqual([
    'bank:firm -709214',
    `capital:${fresh}:D 354064`,
    `capital:${fresh}:E -354064`,
    `units:${fresh}:D -354064`,
    `units:${fresh}:E 354064`,
  ]);
  const payments = await stack.sql<{ line: string }>(
    `SELECT concat_ws(' ', deal_id, investor_id, leg, amount_minor, state) AS line
     FROM payments ORDER BY 1`,
  );
  expect(payments.map(({ line }) => line)).toEqual([
    `${old} E compensation 708128 settled`,
    `${fresh} D interest 1086 settled`,
    `${fresh} D refund 354064 settled`,
  ]);
}

type Register = { holdings: { investorId: string; units: string }[]; transfers: unknown[] };

/** The allocator's own register, its live rule, its holds. */
export async function expectUnitsAndService(stack: RunningStack): Promise<void> {
  const { allocatorUrl } = stack.addresses;
  const unitsOf = async (deal: string) => {
    const { holdings, transfers } = await get<Register>(allocatorUrl, `/register/${deal}`);
    const units = Object.fromEntries(holdings.map((each) => [each.investorId, each.units]));
    return { D: units['D'], E: units['E'], transfers: transfers.length };
  };
  expect(await unitsOf(fresh)).toEqual({ D: '128571.43', E: '321428.57', transfers: 1 });
  expect(await unitsOf(old)).toEqual({ D: '132112.07', E: '317887.93', transfers: 0 });
  const state = await get<Record<string, unknown>>(allocatorUrl, '/state');
  expect(state).toMatchObject({ frozen: false, rule: 'prorate@1', holds: [], lastSeq: 16 });
}

/** A letter as it arrived: parsed, with the moment the mail server put it down. */
export type Arrived = { mail: ParsedMail; stage: string; to: string; at: number };

/** Every mail to an investor, in the order of arrival. */
export async function lettersOf(stack: RunningStack): Promise<Arrived[]> {
  const folder = join(stack.stateDir, 'mail');
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  const all = await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name);
      const mail = await simpleParser(readFileSync(path));
      const to = [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address));
      const stage = mail.headers.get('x-makewhole-letter');
      const said = { stage: typeof stage === 'string' ? stage : '', to: to.join(' ') };
      return { mail, ...said, at: statSync(path).mtimeMs };
    }),
  );
  return all
    .filter(({ to }) => to.includes('@investors.example'))
    .sort((one, other) => one.at - other.at);
}

const mailOf = Object.fromEntries(
  demoInvestors().map(({ investorId, email }) => [investorId, email]),
);

/** 7 mails, to D and E alone, none with a name, an address or an amount of anybody else. */
export function expectOnlyOwnLetters(letters: readonly Arrived[]): void {
  const sent = letters.map(({ stage, to }) => `${stage} ${to}`).sort();
  const [d = '', e = ''] = [mailOf['D'], mailOf['E']];
  expect(sent).toEqual([
    `acknowledgement ${d}`,
    `acknowledgement ${e}`,
    `advice ${d}`,
    `advice ${e}`,
    `call ${e}`,
    `resolution ${d}`,
    `resolution ${e}`,
  ]);
  // What only the other one may read; 3,540.64 is a figure of both.
  const private_ = { [d]: ['10.86', '132,112.07', '128,571.43'], [e]: ['7,081.28', '317,887.93'] };
  for (const { mail, to } of letters) {
    const text = textOf(mail);
    for (const other of demoInvestors().filter(({ email }) => email !== to)) {
      expect(text).not.toContain(other.name);
      expect(text).not.toContain(other.email);
      for (const figure of private_[other.email] ?? []) expect(text).not.toContain(figure);
    }
  }
}

/** Text, page and headers of a mail, with numbers as English letters write them. */
function textOf(mail: ParsedMail): string {
  const headers = mail.headerLines.map(({ line }) => line).join('\n');
  return [headers, mail.text ?? '', mail.html === false ? '' : mail.html].join('\n');
}

/** No letter that claims a payment is older than that payment on the bank's statement. */
export async function expectNoEarlyClaim(
  stack: RunningStack,
  letters: readonly Arrived[],
): Promise<void> {
  const bookedOn = async (account: string) => (await statementOf(stack, account)).bookings;
  const [d, e] = await Promise.all([bookedOn('investor:D'), bookedOn('investor:E')]);
  const of = { [mailOf['D'] ?? '']: d, [mailOf['E'] ?? '']: e };
  for (const { stage, to, at } of letters) {
    const wanted = stage === 'advice' ? ['in'] : stage === 'resolution' ? ['in', 'out'] : [];
    const claims = (of[to] ?? []).filter(({ direction }) => wanted.includes(direction));
    expect(claims.length).toBeGreaterThanOrEqual(wanted.length === 0 ? 0 : 1);
    const early = claims.filter(({ bookedAt }) => Date.parse(bookedAt) > at);
    expect(early.map((booking) => `${stage} to ${to} before ${linesOf([booking]).join()}`)).toEqual(
      [],
    );
  }
}

type Line = { seq: number; at: string; actor: string; kind: string; body: object } & {
  prevHash: string;
  hash: string;
};

/** The chain as docs/evidence.md says anybody can recompute it, with none of our code. */
export async function expectChainWithoutOurCode(
  stack: RunningStack,
  incident: string,
): Promise<void> {
  const { out } = await stack.makewhole(['evidence', 'show', incident, '--lines']);
  const lines = out.split('\n').filter((line) => line !== '');
  let previous = '0'.repeat(64);
  for (const [index, line] of lines.entries()) {
    const { seq, at, actor, kind, body, prevHash, hash } = JSON.parse(line) as Line;
    const text = sorted({ seq, at, actor, kind, body });
    const found = createHash('sha256')
      .update(previous + text)
      .digest('hex');
    expect([seq, prevHash, hash]).toEqual([index + 1, previous, found]);
    previous = hash;
  }
  expect(lines.length).toBeGreaterThan(50);
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${sorted(each)}`).join(',')}}`;
}
