import type { Bank } from './bank';
import { toWire } from './bank-messages';
import type { Account, Payment } from './book';

const PAYMENTS_SHOWN_MAX = 50;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #ddd; }
.sum { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.refused { color: #a40000; }`;

/** The bank at a glance, for a person: accounts, faults at work, the newest payments first. */
export function bankPage(bank: Bank): string {
  const newest = bank.book.payments().slice(-PAYMENTS_SHOWN_MAX).reverse();
  const faults = bank.faults().map((fault) => `<li><code>${escaped(JSON.stringify(fault))}</code>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sandbox bank</title>
<meta http-equiv="refresh" content="5"><style>${STYLE}</style></head><body>
<h1>Sandbox bank</h1>
<p>For demonstrations, drills and tests. No real money moves here.</p>
<h2>Accounts</h2>
<table><tr><th>Account<th>Kind<th class="sum">Opening<th class="sum">Balance
<th class="sum">Entries</tr>
${bank.book.accounts().map(accountRow).join('\n')}
</table>
<h2>Faults at work</h2>
${faults.length === 0 ? '<p>None.</p>' : `<ul>${faults.join('')}</ul>`}
<h2>Payments</h2>
<p>${newest.length} of ${bank.book.payments().length}, newest first.</p>
<table><tr><th>Booked at<th>From<th>To<th class="sum">Amount<th>Reference<th>State</tr>
${newest.map(paymentRow).join('\n')}
</table></body></html>`;
}

function accountRow({ id, currency, external, openingMinor, balanceMinor, entries }: Account) {
  const kind = external ? 'outside the bank' : 'opened here';
  const cells = [`<td>${escaped(id)}`, `<td>${kind}`];
  cells.push(sumCell(openingMinor, currency), sumCell(balanceMinor, currency));
  return `<tr>${cells.join('')}<td class="sum">${entries.length}</tr>`;
}

function paymentRow({ at, from, to, amountMinor, currency, reference, state, reason }: Payment) {
  const outcome = reason === undefined ? state : `${state}: ${reason}`;
  const names = [at, from, to].map((text) => `<td>${escaped(text)}`).join('');
  return (
    `<tr class="${state}">${names}${sumCell(amountMinor, currency)}` +
    `<td>${escaped(reference)}<td>${escaped(outcome)}</tr>`
  );
}

function sumCell(minor: bigint, currency: string): string {
  return `<td class="sum">${toWire({ minor, currency }).amount} ${currency}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
