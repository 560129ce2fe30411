/**
 * Makes up a platform's history: one seed, one history, the same on every machine.
 *
 *     node test/outsider/made-history.mjs SEED FOLDER [--clean] [--deals N] [--rows N]
 *
 * writes an import folder and prints the truth about it: which rule divided under which version,
 * the first deal each got wrong, and which averages were recorded wrong. Averages follow from what
 * was really given out, so that every fault poisons the deals after it.
 */
import { argv, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { exponentOf, textOf, writeFolder } from './folder.mjs';
import { fraction, planted, ruleNames } from './planted-rules.mjs';

/** A small generator of numbers (mulberry32): quick, seeded, good enough to make things up. */
function diceOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (count) => Math.floor(next() * count);
  const oneOf = (list) => list[upTo(list.length)];
  return { next, upTo, oneOf, chance: (share) => next() < share };
}

const currencies = ['USD', 'USD', 'USD', 'JPY', 'KWD'];
const faults = ruleNames.slice(1);

/** Ids whose order by code point differs from that by UTF-16 unit, and from that of people. */
const idOf = (index) => `${['i-', 'I-', '\u{fb00}-', '\u{1f600}-', 'é-'][index % 5]}${index}`;

/** Nothing, a few units, an ordinary amount, or one near the largest there may be. */
function amount({ next, chance }) {
  if (chance(0.03)) return 0n;
  const magnitude = chance(0.06) ? 13 + next() * 1.9 : chance(0.12) ? next() : 3 + next() * 4;
  return BigInt(Math.max(1, Math.floor(10 ** magnitude)));
}

function investorsOf(dice, count) {
  return Array.from({ length: count }, (_, index) => {
    if (dice.chance(0.2)) return { id: idOf(index) };
    const opening = {
      currency: dice.oneOf(currencies),
      total: amount(dice) + 1n,
      count: BigInt(dice.oneOf([1, 2, 3, 4, 7, 8, 16, 32])),
    };
    return { id: idOf(index), opening };
  }).map((each, index, all) => {
    // Twins have the same past, and ask the same below: everything between them is a tie.
    return index % 6 === 5 ? { ...all[index - 1], id: each.id } : each;
  });
}

/** Versions with what divides under each: right, two faults at a time, right again. */
function versionsOf(dice, clean) {
  if (clean) return ['prorate@1', 'prorate@1'];
  const first = dice.oneOf(faults);
  const second = dice.oneOf(faults.filter((fault) => fault !== first));
  return ['prorate@1', first, second, 'prorate@1'];
}

function makeHistory(seed, { clean, dealCount, rowsMax }) {
  const dice = diceOf(seed);
  const investors = investorsOf(dice, Math.max(12, rowsMax * 2));
  const versions = versionsOf(dice, clean);
  const past = new Map(investors.map(({ id }) => [id, []]));
  const truth = { versions: [], mismatches: [] };
  const [deals, commitments, wrongDeals] = [[], new Map(), versions.map(() => [])];
  let day = 0;
  for (let index = 0; index < dealCount; index += 1) {
    day += dice.chance(0.3) ? 0 : 1 + dice.upTo(5);
    const phase = Math.floor((index / dealCount) * versions.length);
    // While a new version comes in, the one before is still in use.
    const version = phase > 0 && dice.chance(0.15) ? phase - 1 : phase;
    const deal = dealOf(dice, { index, day, version });
    const rows = rowsOf(dice, { deal, investors, past, rowsMax, clean, truth });
    deal.allocation = allocationOf(dice, rows);
    const { allocation } = deal;
    const exact = rows.map((row) => ({ ...row, average: row.exact }));
    const shares = planted(versions[version], { allocation, rows: exact });
    const right = planted('prorate@1', { allocation, rows: exact });
    const wrong = rows.some(({ investor }) => shares.get(investor) !== right.get(investor));
    if (wrong) wrongDeals[version].push(deal);
    deals.push(deal);
    commitments.set(
      deal.id,
      rows.map(({ investor, requested, average }) => {
        return { investor, requested, average, allocated: shares.get(investor) };
      }),
    );
    for (const [investor, got] of shares)
      past.get(investor).push({ on: deal.closedOn, currency: deal.currency, got });
  }
  truth.versions = versions.map((rule, index) => {
    return {
      version: `v${index + 1}`,
      rule,
      firstDeal: wrongDeals[index].sort(byClosing)[0]?.id ?? null,
    };
  });
  return { history: { deals: shuffled(dice, deals), investors, commitments }, truth };
}

const byClosing = (a, b) => {
  return a.closedOn === b.closedOn
    ? Buffer.compare(Buffer.from(a.id), Buffer.from(b.id))
    : a.closedOn < b.closedOn
      ? -1
      : 1;
};

/** Ids do not stand in the order of closing, and deals of one day are told apart by id alone. */
function dealOf(dice, { index, day, version }) {
  const closedOn = new Date(Date.UTC(2024, 0, 3 + day)).toISOString().slice(0, 10);
  const id = `D${String((index * 7919) % 100003).padStart(6, '0')}`;
  return {
    id,
    closedOn,
    currency: dice.oneOf(currencies),
    allocation: 0n,
    version: `v${version + 1}`,
  };
}

function rowsOf(dice, { deal, investors, past, rowsMax, clean, truth }) {
  const wanted = 1 + dice.upTo(rowsMax);
  const chosen = new Set(
    shuffled(
      dice,
      investors.map((_, index) => index),
    ).slice(0, wanted),
  );
  for (const index of [...chosen]) if (index % 6 === 5) chosen.add(index - 1);
  const asked = new Map();
  return [...chosen].map((index) => {
    const { id, opening } = investors[index];
    const follows = averageOf({ opening, past: past.get(id), deal });
    const requested = asked.get(twinOf(index)) ?? requestOf(dice, follows, deal.currency);
    asked.set(twinOf(index), requested);
    const recorded =
      !clean && dice.chance(0.004) ? follows + 1n + BigInt(dice.upTo(10 ** 6)) : follows;
    if (recorded !== follows) truth.mismatches.push({ deal: deal.id, investor: id });
    // In units of 10^-4 of the major unit, as recorded; in minor units for whoever divides.
    const exact = fraction(recorded * 10n ** BigInt(exponentOf(deal.currency)), 10000n);
    const average = recorded === 0n && dice.chance(0.5) ? '' : textOf(recorded, 4);
    return { investor: id, requested, average, exact };
  });
}

const twinOf = (index) => (index % 6 === 5 ? index - 1 : index);

/** Requests around what somebody usually has, far apart, so that cascades get deep. */
function requestOf(dice, average, currency) {
  if (average === 0n || dice.chance(0.2)) return amount(dice);
  const usual = (average * 10n ** BigInt(exponentOf(currency))) / 10000n;
  const asked = (usual * BigInt(Math.floor(2 ** (dice.next() * 12)))) / 64n;
  return asked > 10n ** 15n ? 10n ** 15n : asked;
}

/** Mostly too little for all, now and then nothing, just enough, or more than enough. */
function allocationOf(dice, rows) {
  const asked = rows.reduce((sum, { requested }) => sum + requested, 0n);
  const share = dice.chance(0.04)
    ? 0
    : dice.chance(0.1)
      ? 1 + dice.upTo(2)
      : 0.3 + 0.69 * dice.next();
  const given = (asked * BigInt(Math.floor(share * 10 ** 9))) / 10n ** 9n;
  return given > 10n ** 15n ? 10n ** 15n : given;
}

/** In units of 10^-4 of the major unit, halves to even, by the definition in docs/allocation.md. */
function averageOf({ opening, past, deal }) {
  let [total, count] = [0n, 0n];
  if (opening?.currency === deal.currency) [total, count] = [opening.total, opening.count];
  for (const { on, currency, got } of past) {
    if (currency !== deal.currency || on >= deal.closedOn || got === 0n) continue;
    [total, count] = [total + got, count + 1n];
  }
  if (count === 0n) return 0n;
  const parts = 10n ** BigInt(exponentOf(deal.currency)) * count;
  const [down, rest] = [(total * 10000n) / parts, (total * 10000n) % parts];
  if (rest * 2n === parts) return down + (down % 2n);
  return rest * 2n > parts ? down + 1n : down;
}

function shuffled(dice, list) {
  const drawn = [...list];
  for (let last = drawn.length - 1; last > 0; last -= 1) {
    const other = dice.upTo(last + 1);
    [drawn[last], drawn[other]] = [drawn[other], drawn[last]];
  }
  return drawn;
}

if (import.meta.filename === argv[1]) {
  const options = {
    clean: { type: 'boolean' },
    deals: { type: 'string' },
    rows: { type: 'string' },
  };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [seed, folder] = positionals;
  const size = { dealCount: Number(values.deals ?? 48), rowsMax: Number(values.rows ?? 20) };
  const { history, truth } = makeHistory(Number(seed), { clean: values.clean === true, ...size });
  writeFolder(folder, history);
  stdout.write(`${JSON.stringify(truth)}\n`);
}
