import { createHash } from 'node:crypto';

/** The SHA-256 of a text or of bytes, in lower-case hex. */
export const sha256 = (given) => createHash('sha256').update(given).digest('hex');

/** RFC 8785 for what the product hashes: plain member names, whole numbers, texts. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

const decimals = (currency) => ({ JPY: 0, KRW: 0, KWD: 3, BHD: 3 })[currency] ?? 2;

/** Minor units as the wire writes them: `354064` of USD is `3540.64`. */
export function money(minor, currency) {
  const places = decimals(currency);
  const digits = String(Math.abs(Number(minor))).padStart(places + 1, '0');
  const sign = Number(minor) < 0 ? '-' : '';
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const leafHash = (text) => createHash('sha256').update(Buffer.of(0)).update(text).digest();
const nodeHash = (left, right) =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();

/** The Merkle root of RFC 6962 §2.1; a last node without a neighbour is carried up. */
export function merkleRoot(leaves) {
  let level = leaves.map(leafHash);
  if (level.length === 0) return sha256('');
  while (level.length > 1) {
    level = level.flatMap((left, index) => {
      if (index % 2 === 1) return [];
      return [index + 1 < level.length ? nodeHash(left, level[index + 1]) : left];
    });
  }
  return level[0].toString('hex');
}

/** Rows by what `keyOf` says of them. */
export function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** Sums `amountOf` by key. */
export function summed(rows, { keyOf, amountOf }) {
  const sums = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    sums.set(key, (sums.get(key) ?? 0) + Number(amountOf(row)));
  }
  return sums;
}

/** The time of an ISO text or of milliseconds, in milliseconds. */
export const time = (given) => (typeof given === 'number' ? given : Date.parse(given));

/** What a finding is: one of the figures, and in words what stands where. */
export const finding = (figure, what) => ({ figure, what });

/** Accounts of the firm's own at the bank; all others stand for the rest of the world. */
export const isOurs = (account) => /^(firm$|spv:|escrow:)/.test(account);

/** What the bank has moved, and when: at once, or as a later record says. */
export function bookedMoves({ bank }) {
  const later = new Map(
    bank.filter(({ kind }) => kind === 'booking').map(({ payment, at }) => [payment, at]),
  );
  return bank
    .filter(({ kind, state, n }) => kind === 'payment' && (state === 'booked' || later.has(n)))
    .map((move) => ({ ...move, at: later.get(move.n) ?? move.at }));
}

/** A line by its name. */
export const told = ({ deal_id: deal, investor_id: investor, leg, sequence }) =>
  `${deal}/${investor}/${leg}/${sequence}`;

/** Whether a person is being asked about a line, by its name, at this moment. */
export const isAsked = (state, line) =>
  state.tables.waits.some(({ incident_id: incident, wait_id: id, over_at: over }) => {
    return incident === line.incident_id && over === null && id.includes(told(line));
  });
