import { compareCodePoints } from './code-points';
import type { Contradiction, Found, Records, Said, Saying } from './contradictions';
import { isNoImpact, known, type Claims, type Complaint, type NamedDeals } from './form-answers';

/** What is held against what, one topic an entry; a topic says nothing of what nobody claims. */
export const topics: readonly ((said: readonly Said[], records: Records) => Contradiction[])[] = [
  aboutDeals,
  aboutFirstKnown,
  aboutSince,
  aboutMoney,
  aboutRights,
  aboutService,
  aboutComplaints,
];

/** Somebody's word with what it comes to, so that equal words are told from different ones. */
type Position = Saying & { readonly comesTo: string };

/** All words on a topic, where they do not all come to the same. */
function unlessEqual(head: Omit<Contradiction, 'says'>, positions: Position[]): Contradiction[] {
  const meanings = new Set(positions.map(({ comesTo }) => comesTo));
  if (meanings.size < 2) return [];
  return [{ ...head, says: positions.map(({ who, what }) => ({ who, what })) }];
}

const idsShown = 5;

function listed(ids: readonly string[], count = ids.length): string {
  const shown = ids.slice(0, idsShown).join(', ');
  const more = count > idsShown ? ` and ${String(count - idsShown)} more` : '';
  return shown === '' ? '' : `: ${shown}${more}`;
}

const counted = (count: number, one: string): string => {
  if (count === 0) return `no ${one}`;
  return count === 1 ? `1 ${one}` : `${String(count)} ${one}s`;
};

const averages = ({ basis }: Found): string =>
  basis === 'asRecorded' ? 'on recorded averages' : 'on corrected averages';

function aboutDeals(said: readonly Said[], { found }: Records): Contradiction[] {
  const named = said.flatMap(({ who, claims: { deals } }) => {
    const claim = isNoImpact(deals) ? [] : known(deals);
    return claim === undefined ? [] : [{ who, claim }];
  });
  const positions = named.map(({ who, claim }): Position => {
    const ids = idsOf(claim);
    const comesTo = found === null ? plainMeaning(claim) : meaningBeside(found, claim);
    const strangers = found === null ? [] : ids.filter((id) => !found.dealsOnFile.has(id));
    const missing = strangers.length === 0 ? '' : `; not on file${listed(strangers)}`;
    return { who, what: `${counted(countOf(claim), 'deal')}${listed(ids)}${missing}`, comesTo };
  });
  if (found === null) {
    // How many is not which: a bare count is at odds with a list of another length only.
    const head = { id: 'deals', about: 'which deals are wrong' };
    const counts = named.some(({ claim }) => !Array.isArray(claim));
    return unlessEqual(head, counts ? positions.map(byCount(named)) : positions);
  }
  if (named.length === 0) return [];
  const { dealsAffected, firstDeals } = found;
  const ids = listed(firstDeals, dealsAffected);
  const what = `${counted(dealsAffected, 'deal')} ${averages(found)}${ids}`;
  const scan = { who: 'the scan', what, comesTo: same };
  return unlessEqual({ id: 'deals', about: 'which deals are wrong' }, [...positions, scan]);
}

const byCount =
  (named: readonly { readonly claim: NamedDeals }[]) =>
  (position: Position, index: number): Position => {
    const claim = named[index]?.claim ?? [];
    return { ...position, comesTo: String(countOf(claim)) };
  };

const same = 'as the scan found';

const idsOf = (claim: NamedDeals): string[] =>
  'count' in claim ? [] : [...new Set(claim)].sort(compareCodePoints);
const countOf = (claim: NamedDeals): number =>
  'count' in claim ? claim.count : new Set(claim).size;
const plainMeaning = (claim: NamedDeals): string =>
  'count' in claim ? String(claim.count) : JSON.stringify(idsOf(claim));

function meaningBeside(found: Found, claim: NamedDeals): string {
  const agrees =
    countOf(claim) === found.dealsAffected && idsOf(claim).every((id) => found.wrongDeals.has(id));
  return agrees ? same : plainMeaning(claim);
}

function aboutFirstKnown(said: readonly Said[], { firstKnownOn }: Records): Contradiction[] {
  const positions = said.flatMap(({ who, claims: { firstKnown } }): Position[] => {
    const claim = known(firstKnown);
    if (claim === undefined) return [];
    const { on, through } = claim;
    const comesTo = firstKnownOn.includes(on) ? 'as recorded' : on;
    return [{ who, what: `${on}, through ${through}`, comesTo }];
  });
  const [recorded] = firstKnownOn;
  const opening = { who: 'the opening', what: recorded ?? '', comesTo: 'as recorded' };
  const all = recorded === undefined || positions.length === 0 ? [] : [opening];
  const head = { id: 'first-known', about: 'when it was first known' };
  return unlessEqual(head, [...positions, ...all]);
}

function aboutSince(said: readonly Said[], { found }: Records): Contradiction[] {
  const first = found === null ? undefined : firstWrong(found);
  if (found === null || first === undefined) return [];
  const { firstDeal, firstClosedOn, ruleVersion } = first;
  return said.flatMap(({ who, claims: { since } }): Contradiction[] => {
    const claim = known(since);
    if (claim === undefined || !tooLate(claim, found)) return [];
    const onFile = found.versions.some((version) => version.ruleVersion === claim.ruleVersion);
    const stranger = claim.ruleVersion === undefined || onFile ? '' : ', which no deal was cut by';
    const version =
      claim.ruleVersion === undefined ? '' : `version ${claim.ruleVersion}${stranger}`;
    const what = `since ${[version, claim.on ?? ''].filter((part) => part !== '').join(', ')}`;
    const dated = `the first wrong deal is ${firstDeal ?? ''} of ${firstClosedOn ?? ''}`;
    const scan = { who: 'the diagnosis', what: `${dated}, under version ${ruleVersion}` };
    return [{ id: `since/${who}`, about: 'since when it is wrong', says: [{ who, what }, scan] }];
  });
}

type Version = Found['versions'][number];

/** The first deal that is wrong, whichever version cut it. */
function firstWrong({ versions }: Found): Version | undefined {
  const wrong = versions.filter(({ affected }) => affected > 0);
  return wrong.reduce<Version | undefined>((first, each) => {
    return first === undefined || (each.firstClosedOn ?? '') < (first.firstClosedOn ?? '')
      ? each
      : first;
  }, undefined);
}

/** Later than the first wrong deal, by day or by version; or a version nobody has heard of. */
function tooLate(
  { ruleVersion, on }: { ruleVersion?: string | undefined; on?: string | undefined },
  found: Found,
): boolean {
  const first = firstWrong(found);
  if (on !== undefined && on > (first?.firstClosedOn ?? on)) return true;
  if (ruleVersion === undefined) return false;
  const place = (label: string | undefined) =>
    found.versions.findIndex((version) => version.ruleVersion === label);
  return place(ruleVersion) < 0 || place(ruleVersion) > place(first?.ruleVersion);
}

/** Who says that there is harm, and who that there is none. */
function harm(said: readonly Said[], name: keyof Claims): Position[] {
  return said.flatMap(({ who, claims }): Position[] => {
    const answer = claims[name];
    if (isNoImpact(answer)) {
      const what = `none; looked at: ${answer.noImpact} (${answer.lookedBy})`;
      return [{ who, what, comesTo: 'none' }];
    }
    const words = known(answer);
    return typeof words === 'string' ? [{ who, what: words, comesTo: 'some' }] : [];
  });
}

function aboutMoney(said: readonly Said[], { found }: Records): Contradiction[] {
  const positions = harm(said, 'customersMoney');
  const head = { id: 'customers-money', about: 'whether customers are hurt in money' };
  if (found === null || positions.length === 0) return unlessEqual(head, positions);
  const { peopleAffected, dealsAffected } = found;
  const people = peopleAffected === 1 ? '1 person has' : `${String(peopleAffected)} people have`;
  const where = `in ${counted(dealsAffected, 'deal')} ${averages(found)}`;
  const what =
    peopleAffected === 0 ? 'nobody has a wrong share' : `${people} a wrong share ${where}`;
  const scan = { who: 'the scan', what, comesTo: peopleAffected === 0 ? 'none' : 'some' };
  return unlessEqual(head, [...positions, scan]);
}

function aboutRights(said: readonly Said[]): Contradiction[] {
  const head = { id: 'customers-rights', about: 'whether customers are hurt in their rights' };
  return unlessEqual(head, harm(said, 'customersRights'));
}

function aboutService(said: readonly Said[]): Contradiction[] {
  const positions = said.flatMap(({ who, claims: { serviceDown } }): Position[] => {
    const down = known(serviceDown);
    if (down === undefined) return [];
    const what = down ? 'it has failed as a whole' : 'it has not failed as a whole';
    return [{ who, what, comesTo: String(down) }];
  });
  const about = 'whether the allocation service has failed as a whole';
  return unlessEqual({ id: 'service-down', about }, positions);
}

/** A customer who complains of what is right is owed an answer too, so each is listed alone. */
function aboutComplaints(said: readonly Said[], { found }: Records): Contradiction[] {
  if (found === null) return [];
  return said.flatMap(({ who, claims: { complaints } }) => {
    const at = (known(complaints) ?? []).filter((complaint) => !isBorneOut(complaint, found));
    const investors = [...new Set(at.map(({ investor }) => investor))].sort(compareCodePoints);
    return investors.map((investor): Contradiction => {
      const own = at.filter((complaint) => complaint.investor === investor);
      const words = own.map(({ deal, on, said: what }) => {
        return { who, what: `${on}${deal === undefined ? '' : `, about ${deal}`}: ${what}` };
      });
      const scan = { who: 'the scan', what: saysScan(investor, found) };
      const head = { id: `complaint/${investor}`, about: `the complaint of ${investor}` };
      return { ...head, says: [...words, scan] };
    });
  });
}

const isBorneOut = ({ investor, deal }: Complaint, { wrongShares }: Found): boolean =>
  wrongShares.some((share) => {
    return share.investor === investor && (deal === undefined || share.deal === deal);
  });

function saysScan(investor: string, found: Found): string {
  if (!found.peopleOnFile.has(investor)) return 'nobody of that id is on file';
  const own = found.wrongShares.filter((share) => share.investor === investor);
  if (own.length === 0) return `every share of theirs is right ${averages(found)}`;
  return `wrong are other shares of theirs${listed(own.map(({ deal }) => deal))}`;
}
