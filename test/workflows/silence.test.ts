import type { ChildProcess } from 'node:child_process';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { freezeAllocations } from '../../activities/freeze-allocations';
import { verifyFreeze } from '../../activities/verify-freeze';
import { HttpAllocationService } from '../../adapters/allocator/http-allocation-service';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import type { Activities } from '../../contracts/activities';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import { expiredRung, roundOf, rungAt } from '../../domain/reminder-ladder';
import type { WorkingTime } from '../../domain/working-time';
import { holidaysOf } from '../../policies/holiday-calendars';
import { MailServer } from '../activities/mail-server';
import { after, DecisionDesk, noon, packWith } from '../adapters/decision-desk';
import { gateActivities } from '../support/gate-activities';
import { incidentStart, PlayedWorld } from '../support/played-world';
import { killNow, serverChild } from '../support/server-child';
import { timeSkippingServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

/** All of it with `npm run silence`; a slice that reopens twice with `MAKEWHOLE_SILENCE=slice`. */
const whole = process.env['MAKEWHOLE_SILENCE'] === 'whole';
const silentDays = whole ? 120 : 35;
const watchEvery = whole ? 3600 : 12 * 3600;
const minute = 60_000;
let digest: string;
const { pack } = packWith({});

/** Whom the plan waits for: from which rung on, and where they are. */
const people = [
  {
    id: 'lena',
    roles: 'legal',
    firstRung: 1,
    zone: 'Europe/London',
    calendar: 'england-and-wales',
  },
  { id: 'kenji', roles: 'legal', firstRung: 1, zone: 'Asia/Tokyo', calendar: 'weekends-only' },
  {
    id: 'finn',
    roles: 'finance operations',
    firstRung: 1,
    zone: 'America/New_York',
    calendar: 'us-federal',
  },
  {
    id: 'mary',
    roles: 'management',
    firstRung: 1,
    zone: 'America/New_York',
    calendar: 'us-federal',
  },
  { id: 'stan', roles: 'operations', firstRung: 2, zone: 'Europe/London', calendar: 'target2' },
];
const hoursOf = ({ zone, calendar }: { zone: string; calendar: string }): WorkingTime => ({
  ...{ zone, from: '09:00', until: '17:00' },
  holidays: holidaysOf(calendar)!,
});

let env: TestWorkflowEnvironment;
let desk: DecisionDesk;
let mail: MailServer;
let allocator: { child: ChildProcess; url: string };
let incidentId: string;

beforeAll(async () => {
  [env, desk, mail] = await Promise.all([
    timeSkippingServer(),
    DecisionDesk.open(packWith({})),
    new MailServer().start(),
  ]);
  allocator = await serverChild('allocator', {
    ALLOCATOR_DATABASE_URL: desk.database.adminUrl,
  });
  await desk.enrol('olga', 'on-call');
  for (const { id, roles, zone, calendar } of people) {
    const place = { timeZone: zone, calendar };
    await desk.enrol(id, { roles: roles.split(' '), interests: [], ...place });
  }
  await desk.standIn({ id: 'finn', standIn: 'stan', from: noon, until: '2100-01-01T00:00:00Z' });
  incidentId = await desk.openIncident('olga');
  digest = await desk.planOnFile(incidentId);
});
afterAll(async () => {
  await env.teardown();
  await killNow(allocator.child);
  await Promise.all([mail.stop(), desk.close()]);
});

/** Gate, ladder, mail and freeze are the real ones; the rest of the incident is played. */
function activitiesOf(world: PlayedWorld): Activities {
  const others: Record<string, unknown> = { ...world.activities() };
  const gates = gateActivities({ desk, smtpUrl: mail.url });
  const chosen = Object.entries(gates).map(([name, activity]) => {
    const choose = (input: { gateId: string }): unknown => {
      const by = input.gateId === 'plan' ? activity : others[name];
      return (by as (input: object) => unknown)(input);
    };
    return [name, choose] as const;
  });
  const ports = {
    holds: postgresHolds(desk.pool),
    incidents: postgresIncidents(desk.pool),
    service: new HttpAllocationService(allocator.url),
  };
  return world.activities({
    ...Object.fromEntries(chosen),
    freezeAllocations: freezeAllocations(ports),
    verifyFreeze: verifyFreeze(ports),
  });
}

type Opening = { opening: number; openedAt: Date; expiresAt: Date; state: string };
const openings = async (): Promise<Opening[]> => {
  const { rows } = await desk.pool.query<Opening>(
    `SELECT opening, opened_at AS "openedAt", expires_at AS "expiresAt", state FROM gates
     WHERE incident_id = $1 ORDER BY opening`,
    [incidentId],
  );
  return rows;
};

type Told = { person: string; round: number; at: number };
const told = async (): Promise<Told[]> => {
  const { rows } = await desk.pool.query<Omit<Told, 'at'> & { at: Date; state: string }>(
    `SELECT person_id AS person, round, queued_at AS at, state FROM notices
     WHERE incident_id = $1 AND kind = 'gate/plan'`,
    [incidentId],
  );
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['sent']));
  return inOrder(rows.map(({ person, round, at }) => ({ person, round, at: at.getTime() })));
};
const inOrder = (all: Told[]) =>
  all.sort((a, b) => a.round - b.round || (a.person < b.person ? -1 : 1));

/** What the pack says of each opening until now: asked, every rung, expired. */
function expected(opened: readonly Opening[], now: number): Told[] {
  const all = opened.flatMap(({ opening, openedAt, expiresAt }) => {
    const of = {
      ladder: pack.ladder.value,
      openedAt: openedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    };
    return people.flatMap((person) => {
      const told = (rung: number, at: string | undefined) =>
        at === undefined
          ? []
          : [{ person: person.id, round: roundOf({ opening, rung }), at: Date.parse(at) }];
      const rungs = [1, 2, 3, 4].filter((rung) => rung >= person.firstRung);
      const hours = hoursOf(person);
      return [
        ...(person.firstRung === 1 ? told(0, of.openedAt) : []),
        ...rungs.flatMap((rung) => told(rung, rungAt(of, { rung, hours }))),
        ...told(expiredRung, of.expiresAt),
      ];
    });
  });
  return inOrder(all.filter(({ at }) => at <= now));
}

/** Said without our calendar code: what the clock on the wall shows where somebody is. */
function wallOf(person: string, at: number): { weekday: string; hour: number; date: string } {
  const { zone } = people.find(({ id }) => id === person)!;
  const parts = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, ...options }).format(at);
  const weekday = new Intl.DateTimeFormat('en', { timeZone: zone, weekday: 'short' }).format(at);
  const date = parts({ year: 'numeric', month: '2-digit', day: '2-digit' });
  return { weekday, date, hour: Number(parts({ hour: '2-digit' })) };
}

/** Everybody says yes at last, by real commands at the workflow's own time. */
async function decideNow(): Promise<string[]> {
  const signedAt = Math.floor(((await env.currentTimeMs()) - Date.parse(noon)) / 1000);
  const at = after(signedAt);
  const subject = await desk.dossier(incidentId, `dossier of ${incidentId}`);
  const { opening } = (await openings()).at(-1)!;
  const vote = { incidentId, gate: 'plan', opening, subject: digest, at };
  return [
    await desk.tell({ incidentId, by: 'mary', kind: 'receipt', subject, at, signedAt }),
    await desk.vote({ ...vote, by: 'lena' }),
    await desk.vote({ ...vote, by: 'finn' }),
  ];
}

/** The incident as far as it is played: everything but the plan goes on as it can. */
function playedWorld(): PlayedWorld {
  const world = new PlayedWorld();
  world.plan = { kind: 'drafted', version: 1, digest, deals: 1, lines: 2 };
  const stages = ['acknowledgement', 'call', 'advice', 'resolution'];
  for (const gate of ['close', ...stages.map((stage) => `letters/${stage}`)]) {
    world.gates[gate] = 'passed';
  }
  world.fix = { kind: 'none' };
  return world;
}

type Seen = { opened: Opening[]; said: Told[]; now: number; history: number; looks: number[] };

/** Plays the silence, then has everybody decide, and gives what was seen in between. */
async function silence(world: PlayedWorld): Promise<Seen> {
  const { workflow } = env.client;
  const incident = incidentStart(incidentId);
  const waits = { ...incident.waits, freezeWatchEvery: watchEvery };
  const handle = await workflow.start('remediateIncident', {
    workflowId: incidentId,
    taskQueue: taskQueues.incidents,
    args: [{ ...incident, waits }],
  });
  await env.sleep(`${String(silentDays)} days`);
  const now = await env.currentTimeMs();
  const { historyLength: history } = await handle.describe();
  const looks = world.inputs
    .filter(({ name }) => name === 'verifyFreeze')
    .map(({ input }) => Date.parse(String(input['at'])));
  const seen = { opened: await openings(), said: await told(), now, history, looks };

  expect(world.count('prepareSettlement')).toBe(0);
  expect(await decideNow()).toEqual(['accepted', 'accepted', 'accepted']);
  await workflow.getHandle(workflowIds.gate(incidentId, 'plan')).signal('nudge');
  await until('the plan is settled', () => world.count('prepareSettlement') > 0);
  await Promise.all(
    [incidentId, workflowIds.freezeWatch(incidentId)].map((id) => {
      return workflow.getHandle(id).terminate();
    }),
  );
  return seen;
}

describe('silence about a plan, over months', () => {
  let seen: Seen;
  beforeAll(async () => {
    const world = playedWorld();
    const run = () => silence(world);
    seen = await withWorker({ env, activities: activitiesOf(world), run });
    const { opened, said, history, looks } = seen;
    const figures = [silentDays, opened.length, said.length, looks.length, history].map(String);
    const [days, openedTimes, mails, lookedTimes, events] = figures;
    console.info(
      `${days!} days: ${openedTimes!} openings, ${mails!} mails, ${lookedTimes!} looks at the ` +
        `freeze, ${events!} events in the parent's history`,
    );
  }, 3_600_000);

  it('tells everybody each rung in their own working time, to the minute of the pack', () => {
    const due = expected(seen.opened, seen.now - 10 * minute);
    const said = seen.said.filter(({ at }) => at <= seen.now - 10 * minute);
    const what = (all: Told[]) => all.map(({ person, round }) => `${person} ${String(round)}`);
    expect(what(said)).toEqual(what(due));
    const late = said.filter(({ at }, index) => Math.abs(at - due[index]!.at) > 5 * minute);
    expect(late).toEqual([]);
    expect(due.length).toBeGreaterThan(silentDays);
  });

  it('reminds nobody on a weekend, on a holiday of theirs, before 9:00 or after 17:00', () => {
    const rungs = seen.said.filter(({ round }) => {
      return round % 1_000 > 0 && round % 1_000 < expiredRung;
    });
    expect(rungs.length).toBeGreaterThan(silentDays / 2);
    for (const { person, at } of rungs) {
      const { weekday, hour, date } = wallOf(person, at);
      expect(['Sat', 'Sun']).not.toContain(weekday);
      expect(hoursOf(people.find(({ id }) => id === person)!).holidays).not.toContain(date);
      expect(hour).toBeGreaterThanOrEqual(9);
      expect(hour).toBeLessThan(17);
    }
  });

  it('lapses and opens again at once, every time, and counts a vote in the end', async () => {
    const now = await openings();
    expect(seen.opened.length).toBeGreaterThan(silentDays / 18);
    for (const [index, { opening, expiresAt, state }] of seen.opened.slice(0, -1).entries()) {
      expect([opening, state]).toEqual([index + 1, 'expired']);
      const next = seen.opened[index + 1]!;
      expect(next.openedAt.getTime() - expiresAt.getTime()).toBeLessThan(5 * minute);
    }
    expect(seen.opened.at(-1)!.state).toBe('open');
    expect(now.at(-1)!.state).toBe('passed');
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('keeps the service frozen, looked at without a gap and never lapsed', async () => {
    const state = (await (await fetch(new URL('/state', allocator.url))).json()) as {
      frozen: boolean;
    };
    expect(state.frozen).toBe(true);
    const { rows } = await desk.pool.query(
      `SELECT state, lapsed_count AS lapsed FROM holds WHERE incident_id = $1`,
      [incidentId],
    );
    expect(rows).toEqual([{ state: 'held', lapsed: 0 }]);
    const { looks, now } = seen;
    const gaps = [...looks, now].slice(1).map((at, index) => at - looks[index]!);
    expect(Math.max(...gaps)).toBeLessThan(watchEvery * 1000 + 5 * minute);
    expect(looks.length).toBeGreaterThan((silentDays * 86_400) / watchEvery / 1.1);
  });

  it('leaves fewer than 1,000 events in the history of the incident', () => {
    expect(seen.history).toBeLessThan(1000);
  });
});
