import { bookedMoves, finding, isAsked, isOurs, money, time, told } from './judge-basics.mjs';

const sum = (minor, currency) => `${money(minor, currency)} ${currency}`;
const shown = ({ from, to, amountMinor, currency, reference, n }) =>
  `bank line ${n}: ${sum(amountMinor, currency)} from ${from} to ${to}, "${reference}"`;

/** Money at the bank against approved lines and our rows. */
export function judgeMoney(state, lines) {
  const moves = bookedMoves(state);
  const back = new Set(moves.flatMap(({ returns = [] }) => returns));
  const orders = moves
    .filter(({ from }) => isOurs(from))
    .map((move) => ({ ...move, isBack: back.has(move.n) }));
  return [
    ...unreadable(state),
    ...judgePayments(state, { lines, orders }),
    ...judgeReceipts(state, { lines, moves }),
  ];
}

/** A record nobody here can read may be money. */
function unreadable({ bank }) {
  const known = ['opening', 'payment', 'booking', 'faults'];
  return bank
    .filter(({ kind }) => !known.includes(kind))
    .map(({ kind, n }) => finding('unexplained', `bank line ${n} is of unknown kind ${kind}`));
}

const isPayment = ({ leg, payer }) => leg !== 'call' && payer !== '';

function judgePayments(state, { lines, orders }) {
  const wanted = lines.filter(isPayment);
  const rows = new Map(state.tables.payments.map((row) => [row.payment_key, row]));
  const hits = new Map(wanted.map(({ key }) => [key, []]));
  const found = [];
  for (const order of orders) {
    const line = wanted.find(({ key, reference }) => {
      return key === order.key || reference === order.reference;
    });
    if (line === undefined || !isSame(line, order)) {
      found.push(finding('orphaned', `${shown(order)} was approved by nobody`));
    } else {
      hits.get(line.key).push(order);
      if (time(order.at) < line.since) {
        found.push(finding('orphaned', `${shown(order)} went out before it was approved`));
      }
    }
    if (!rows.has(order.key)) {
      found.push(finding('unexplained', `${shown(order)} stands in no row of ours`));
    }
  }
  for (const line of wanted) {
    // What came back has paid nobody.
    const times = hits.get(line.key).filter(({ isBack }) => !isBack).length;
    if (times > 1) found.push(finding('doubled', `${told(line)} was paid ${times} times`));
    if (times === 0 && !isAsked(state, line)) {
      found.push(finding('lost', `${told(line)} was approved and never paid`));
    }
  }
  return found;
}

const isSame = (line, order) =>
  line.payer === order.from &&
  line.payee === order.to &&
  String(line.amount_minor) === order.amountMinor &&
  line.currency === order.currency;

/** Whatever comes in where money is called for is for an invoice, or somebody’s question. */
function judgeReceipts({ tables }, { lines, moves }) {
  const calls = lines.filter(({ leg }) => leg === 'call');
  const accounts = new Set(calls.map(({ payee }) => payee));
  const left = [...tables.receipts];
  const found = [];
  for (const move of moves.filter(({ from, to }) => !isOurs(from) && isOurs(to))) {
    const index = left.findIndex((row) => isReceiptOf(row, move));
    if (index >= 0) left.splice(index, 1);
    else if (accounts.has(move.to)) {
      found.push(finding('unexplained', `${shown(move)} stands in no receipt of ours`));
    }
  }
  for (const { account, entry_seq: seq } of left) {
    found.push(finding('unexplained', `receipt ${account} ${seq} came from no bank entry`));
  }
  return found;
}

const isReceiptOf = (row, move) =>
  row.account === move.to &&
  row.counterparty === move.from &&
  row.reference === move.reference &&
  row.currency === move.currency &&
  String(row.amount_minor) === move.amountMinor;
