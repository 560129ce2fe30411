import { grouped } from '../domain/grouped';
import type { LetterRow } from '../activities/ports/letter-ledger';
import type { LetterCase, Money } from '../domain/letter-case';
import { isDone } from '../domain/letter-due';
import { formatMinor } from '../domain/money';
import { textTable } from './text-table';

/** One person's story as JSON: numbers, lines, money, units, letters; amounts are decimal texts. */
export function storyJson(given: {
  incident: string;
  one: LetterCase;
  letters: readonly LetterRow[];
}) {
  const { incident, one, letters } = given;
  const { id: investor, name, status } = one.investor;
  return {
    incident,
    investor,
    name,
    status,
    done: isDone(one),
    deals: one.deals.map(({ recorded, right, currency, ...deal }) => ({
      ...deal,
      currency,
      recorded: formatMinor(recorded, currency),
      shouldBe: formatMinor(right, currency),
      delta: formatMinor(recorded - right, currency),
    })),
    lines: one.lines,
    payments: one.payments.map(asText),
    invoices: one.invoices.map(asText),
    transfers: one.transfers.map(asText),
    letters: letters.map(({ stage, revision, deals, state, sentAt, cause, messageId }) => {
      return { stage, revision, deals, state, sentAt, cause, messageId };
    }),
  };
}

const asText = <Row extends Money>(row: Row) => {
  return { ...row, amount: formatMinor(row.amount, row.currency) };
};

/** The same for people. */
export function storyText(story: ReturnType<typeof storyJson>): string {
  const { incident, investor, name, status, done } = story;
  const who = `${investor}, ${name} (${status || 'status unknown'})`;
  return [
    `${who}, in ${incident}: ${done ? 'done' : 'open'}`,
    ...section({
      title: 'Shares',
      head: ['deal', 'company', 'invested', 'currency', 'recorded', 'should be', 'difference'],
      rows: story.deals.map(
        ({ deal, company, investedOn, currency, recorded, shouldBe, delta }) => {
          return [deal, company, investedOn, currency, ...[recorded, shouldBe, delta].map(grouped)];
        },
      ),
    }),
    ...section({
      title: 'Approved lines',
      head: ['deal', 'leg', 'amount', 'currency', 'from', 'to', 'how it came about'],
      rows: story.lines.map(({ deal, leg, amount, currency, payer, payee, computed }) => {
        return [deal, leg, grouped(amount), currency, payer, payee, computed];
      }),
    }),
    ...section({
      title: 'Money and units',
      head: ['deal', 'what', 'amount', 'currency', 'state', 'confirmed'],
      rows: movements(story),
    }),
    ...section({
      title: 'Letters',
      head: ['letter', 'deals', 'state', 'sent', 'why'],
      rows: story.letters.map(({ stage, deals, state, sentAt, cause }) => {
        return [stage, deals.join(', '), state, sentAt ?? '', cause ?? ''];
      }),
    }),
  ].join('\n');
}

function section(given: { title: string; head: string[]; rows: string[][] }): string[] {
  const { title, head, rows } = given;
  return rows.length === 0 ? [] : ['', title, textTable(head, rows)];
}

function movements({ payments, invoices, transfers }: ReturnType<typeof storyJson>): string[][] {
  return [
    ...payments.map(({ deal, leg, amount, currency, state, bookedOn }) => {
      return [deal, leg, grouped(amount), currency, state, bookedOn ?? ''];
    }),
    ...invoices.map(({ deal, amount, currency, state, paidAt }) => {
      return [deal, 'call', grouped(amount), currency, state, paidAt ?? ''];
    }),
    ...transfers.map(({ deal, side, amount, currency, state, confirmedAt }) => {
      return [deal, `units ${side}`, grouped(amount), currency, state, confirmedAt ?? ''];
    }),
  ];
}
