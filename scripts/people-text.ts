import type { Person } from '../activities/ports/people';
import type { GateToday } from '../domain/who-decides';
import { textTable } from './text-table';
import { timesOf } from './readable-times';

/** How a person stands today: whether they can sign, who answers for them, for whom they do. */
export type PersonToday = {
  canSign: boolean;
  awayUntil?: string;
  standIn?: string;
};

/** How a person stands at an instant, by their keys and stand-ins. */
export function standingOf(person: Person, now: string): PersonToday {
  const live = person.keys.some(({ revokedAt, validFrom, validUntil }) => {
    const inside = validFrom <= now && (validUntil === undefined || now < validUntil);
    return revokedAt === undefined && inside;
  });
  const standIn = person.standIns.find(({ from, until }) => from <= now && now < until);
  return {
    canSign: live && person.revokedAt === undefined,
    ...(standIn && { awayUntil: standIn.until, standIn: standIn.id }),
  };
}

/** Whom each person stands in for at the moment, by id. */
export function standsInFor(
  people: readonly { id: string; today: PersonToday }[],
  id: string,
): string[] {
  return people.flatMap((person) => (person.today.standIn === id ? [person.id] : []));
}

type Listed = Person & { today: PersonToday };

/** Who can decide what today, then one row a person. */
export function peopleText(of: {
  people: readonly Listed[];
  decides: readonly GateToday[];
  now: string;
}): string {
  const { people, decides, now } = of;
  const gates = decides.map((each) => [
    each.gate,
    each.seats.map(({ roles }) => roles.join(' or ')).join('\n'),
    each.seats.map(({ here }) => here.join(', ') || 'NOBODY').join('\n'),
    each.seats.map(absent).join('\n'),
  ]);
  const short = decides.filter(({ canPass }) => !canPass).map(({ gate }) => gate);
  const warning =
    short.length === 0 ? [] : [`Too few people to pass today: ${short.join(', ')}.`, ''];
  const rows = people.map((person) => rowOf(person, { people, now }));
  return [
    textTable(['gate', 'one of', 'can decide today', 'cannot'], gates),
    '',
    ...warning,
    textTable(['person', 'name', 'roles', 'mail', 'key', 'today'], rows),
  ].join('\n');
}

function absent({ away, cannotSign }: GateToday['seats'][number]): string {
  return [
    ...away.map((id) => `${id} (away)`),
    ...cannotSign.map((id) => `${id} (no valid key)`),
  ].join(', ');
}

/** One row a person, with what somebody who looks for help at night needs first. */
function rowOf(person: Listed, of: { people: readonly Listed[]; now: string }): string[] {
  const { id, name, email, timeZone, roles, keys } = person;
  const live = keys.filter((key) => key.revokedAt === undefined && key.validUntil === undefined);
  return [
    id,
    name,
    roles.join('\n'),
    timeZone === undefined ? email : `${email}\n${timeZone}`,
    live.map(({ kid }) => kid.slice(0, 12)).join('\n'),
    todayOf(person, of),
  ];
}

function todayOf(
  { id, today, revokedAt, standIns }: Listed,
  { people, now }: { people: readonly Listed[]; now: string },
): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  const { instant } = timesOf(now);
  const { canSign, awayUntil, standIn } = today;
  const later = standIns.filter(({ from }) => from > now);
  return [
    ...(canSign ? [] : ['NO VALID KEY']),
    ...(awayUntil === undefined ? [] : [`away until ${instant(awayUntil)}: ask ${standIn ?? ''}`]),
    ...later.map((by) => `${by.id} from ${instant(by.from)} to ${instant(by.until)}`),
    ...standsInFor(people, id).map((whom) => `stands in for ${whom}`),
  ].join('\n');
}
