/**
 * A third program: checks stored certificates in one pass, dividing nothing itself.
 *
 *     node test/outsider/check-certificates.mjs FOLDER IMPACT CERTIFICATES
 *
 * FOLDER is what was imported, IMPACT the lines of `makewhole impact INC --lines`, CERTIFICATES
 * those of `makewhole impact INC --certificates`. Prints {"deals","checked","faults":[…]} and ends
 * with 1 when there are faults. What is checked, and why it is enough: docs/certificates.md.
 */
import { readFileSync } from 'node:fs';
import process, { argv, stdout } from 'node:process';
import { averageDecimals, averageOf, inClosingOrder } from './averages.mjs';
import { byId, exponentOf, minorOf, readFolder, wholeOf } from './folder.mjs';

const bases = ['asRecorded', 'asShouldHaveBeen'];
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0n);
const least = (a, b) => (a < b ? a : b);

/** Why the shares of one tier are not those its rate gives; undefined when they are. */
function faultOf({ tier, available, people }) {
  if (BigInt(tier.availableMinor) !== available) return `${tier.tier}: another amount to divide`;
  const asked = sum(people.map(({ asks }) => asks));
  if (tier.rate === null) {
    if (asked > available) return `${tier.tier}: no rate, and not enough for all`;
    return people.every(({ asks, share }) => share === asks)
      ? undefined
      : `${tier.tier}: somebody lacks`;
  }
  // Share = rate · weight = num · weight / den: people are compared in parts of den.
  const [num, den] = [BigInt(tier.rate.num), BigInt(tier.rate.den) * people[0].weightParts];
  const parts = people.map(({ asks, weight }) => ({ asks: asks * den, level: num * weight }));
  if (sum(parts.map(({ asks, level }) => least(asks, level))) !== available * den) {
    return `${tier.tier}: at this rate not exactly everything is divided`;
  }
  const capped = (index) => parts[index].asks <= parts[index].level;
  if (people.some(({ asks, share }, index) => capped(index) && share !== asks)) {
    return `${tier.tier}: somebody capped has not their request`;
  }
  const open = people
    .filter((_, index) => !capped(index))
    .map((person) => {
      const level = num * person.weight;
      return { ...person, cut: level % den, units: person.share - level / den };
    });
  if (open.some(({ units }) => units !== 0n && units !== 1n))
    return `${tier.tier}: an open share is off by a unit`;
  if (sum(people.map(({ share }) => share)) !== available)
    return `${tier.tier}: the sum is not what there was`;
  const served = open.toSorted((a, b) => (a.cut === b.cut ? byId(a, b) : a.cut > b.cut ? -1 : 1));
  const sorted = served.every(
    ({ units }, index) => index === 0 || served[index - 1].units >= units,
  );
  return sorted
    ? undefined
    : `${tier.tier}: a lower part cut off has a unit that a higher one lacks`;
}

/** Checks one deal on one basis; `averages` in units of 10^-20 of the major unit. */
function faultOfDeal({ deal, rows, certificate, averages, shares }) {
  if (certificate === undefined) return 'no certificate';
  const people = rows.map(({ investor, requested }) => {
    return {
      id: investor,
      asks: requested,
      share: shares.get(investor),
      average: averages.get(investor),
    };
  });
  // The rate of people with history is of amounts in one unit: averages become minor units here.
  const weightParts = 10n ** BigInt(averageDecimals - exponentOf(deal.currency));
  const known = people
    .filter(({ average }) => average > 0n)
    .map((each) => ({ ...each, weight: each.average, weightParts }));
  const newcomers = people
    .filter(({ average }) => average === 0n)
    .map((each) => ({ ...each, weight: 1n, weightParts: 1n }));
  const wanted = sum(known.map(({ asks }) => asks));
  const left = deal.allocation > wanted ? deal.allocation - wanted : 0n;
  const tierOf = (name) => certificate.tiers.find(({ tier }) => tier === name);
  const all = [
    { tier: tierOf('history'), available: deal.allocation, people: known },
    { tier: tierOf('no-history'), available: left, people: newcomers },
  ];
  for (const each of all) {
    if (each.people.length === 0) continue;
    if (each.tier === undefined) return 'a tier is missing';
    const fault = faultOf(each);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Goes through all deals in closing order, with both histories. */
function check({ deals, investors, commitments }, { impact, certificates }) {
  const past = () => new Map(investors.map(({ id, opening }) => [id, { opening, past: [] }]));
  const histories = { asRecorded: past(), asShouldHaveBeen: past() };
  const [faults, checked] = [[], { asRecorded: 0, asShouldHaveBeen: 0 }];
  for (const deal of inClosingOrder(deals)) {
    const rows = commitments.get(deal.id);
    const onFile = new Map(
      rows.map(({ investor, average }) => [investor, wholeOf(average || '0', averageDecimals)]),
    );
    const following = new Map(
      rows.map(({ investor }) => [
        investor,
        averageOf(histories.asShouldHaveBeen.get(investor), deal),
      ]),
    );
    const averages = { asRecorded: onFile, asShouldHaveBeen: following };
    for (const basis of bases) {
      const shares = new Map(
        rows.map(({ investor, allocated }) => {
          const line = impact.get(`${deal.id}\n${investor}`);
          return [
            investor,
            line === undefined ? allocated : minorOf(line.shouldBe[basis], deal.currency),
          ];
        }),
      );
      // One certificate serves both bases where earlier deals moved none of the averages.
      const certificate =
        certificates.get(`${deal.id}\n${basis}`) ?? certificates.get(`${deal.id}\nasRecorded`);
      const fault = faultOfDeal({ deal, rows, certificate, averages: averages[basis], shares });
      if (fault !== undefined) faults.push({ deal: deal.id, basis, fault });
      checked[basis] += 1;
      if (basis === 'asRecorded') continue;
      for (const [investor, got] of shares) {
        histories[basis]
          .get(investor)
          .past.push({ on: deal.closedOn, currency: deal.currency, got });
      }
    }
  }
  return { deals: deals.length, checked, faults };
}

const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const [, , folder, impactFile, certificatesFile] = argv;
const impact = new Map(linesOf(impactFile).map((line) => [`${line.deal}\n${line.investor}`, line]));
const certificates = new Map(
  linesOf(certificatesFile).map(({ deal, basis, certificate }) => [
    `${deal}\n${basis}`,
    certificate,
  ]),
);
const result = check(readFolder(folder), { impact, certificates });
stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.faults.length === 0 ? 0 : 1;
