import { postgresCommandBacklog } from '../../adapters/postgres/command-backlog';
import { postgresCommandInbox } from '../../adapters/postgres/command-inbox';
import { openPool } from '../../adapters/postgres/pool';
import { canonicalJson } from '../../proof/canonical-json';
import { sha256Hex } from '../../proof/digest';
import { decodeCommand } from '../../proof/command-jws';
import type { Pool } from 'pg';
import { classes, type Case } from '../support/command-fuzz/fuzz-cases';
import { FuzzWorld } from '../support/command-fuzz/fuzz-world';
import { seeded } from '../support/history/random-history';
import { noon } from './decision-desk';

/** `npm run command-fuzz` asks for ten thousand; the seed makes them the same ones again. */
const size = Number(process.env['MAKEWHOLE_COMMAND_FUZZ'] ?? 200);
const seed = Number(process.env['MAKEWHOLE_SEED'] ?? 1);
const pick = seeded(seed);

let world: FuzzWorld;
/** Two workers, each with connections of its own. */
let workers: Pool[];
let sent: Case[];
/** The code of each text, by its digest; every one that was answered. */
const codes = new Map<string, Set<string>>();
const answers = new Map<string, Set<string>>();

beforeAll(async () => {
  world = await FuzzWorld.open({ size, pick });
  workers = [1, 2].map(() => openPool(world.desk.database.appUrl, { max: 8 }));
  sent = shuffled(draw());
  await send(sent.filter(({ later }) => !later));
  await send(sent.filter(({ later }) => later));
}, 1_800_000);
afterAll(async () => {
  await Promise.all(workers.map((pool) => pool.end()));
  await world.desk.close();
});

/** Cases by their shares, each class at least once. */
function draw(): Case[] {
  const cases: Case[] = [];
  const shares = classes.flatMap((each) => Array.from({ length: each.share }, () => each));
  for (let turn = 0; cases.length < size; turn += 1) {
    const { what, make } = classes[turn] ?? world.one(shares);
    cases.push(...make(world).map((made) => ({ ...made, what })));
  }
  return cases;
}

function shuffled<T>(list: readonly T[]): T[] {
  const mixed = [...list];
  for (let end = mixed.length - 1; end > 0; end -= 1) {
    const other = pick(end + 1);
    [mixed[end], mixed[other]] = [mixed[other]!, mixed[end]!];
  }
  return mixed;
}

/** Where a text came twice by chance, each desk's answers are compared with one another. */
const place = ({ to, jws }: Pick<Case, 'to' | 'jws'>) => `${to} ${sha256Hex(jws)}`;

function note(each: Case, given: { code: string; answer?: unknown }): void {
  const digest = sha256Hex(each.jws);
  codes.set(digest, (codes.get(digest) ?? new Set()).add(given.code));
  if (given.answer === undefined) return;
  const said = canonicalJson(given.answer);
  answers.set(place(each), (answers.get(place(each)) ?? new Set()).add(said));
}

/** A third goes as signals, kept and answered in batches; the rest as updates, eight at a time. */
async function send(cases: readonly Case[]): Promise<void> {
  const signals = cases.filter((_, index) => index % 3 === 0).filter(({ answered }) => !answered);
  const rest = new Set(signals);
  const updates = cases.filter((each) => !rest.has(each));
  const lanes = Array.from({ length: 8 }, (_, lane) =>
    updates.filter((__, index) => index % 8 === lane),
  );
  await Promise.all([...lanes.map(sendLane), sendSignals(signals)]);
}

async function sendLane(cases: readonly Case[], lane: number): Promise<void> {
  const inbox = postgresCommandInbox(workers[lane % 2]!);
  for (const each of cases) {
    const { answer } = await inbox.answer({ incidentId: each.to, jws: each.jws, at: noon });
    note(each, { code: answer.accepted ? 'accepted' : answer.error.code, answer });
  }
}

async function sendSignals(cases: readonly Case[]): Promise<void> {
  const backlogs = workers.map(postgresCommandBacklog);
  let calls = 0;
  for (const incidentId of new Set(cases.map(({ to }) => to))) {
    const texts = cases.filter(({ to }) => to === incidentId).map(({ jws }) => jws);
    const batch = `${incidentId}/${String((calls += 1))}/${String(cases.length)}`;
    await backlogs[0]!.keep({ incidentId, batch, texts, at: noon });
    // Two desks at once, as when a run was thought lost: each text is answered once.
    const answerAll = async (backlog: (typeof backlogs)[number]) => {
      const usual = { incidentId, at: noon, limit: 20, afresh: false };
      for (let left = true; left;) {
        const call = `call ${String((calls += 1))}`;
        ({ left } = await backlog.answerOldest({ ...usual, call }));
      }
    };
    await Promise.all(backlogs.map(answerAll));
  }
  const { rows } = await world.desk.pool.query<{ digest: string; code: string | null }>(
    'SELECT digest, code FROM command_inbox WHERE taken_at IS NOT NULL',
  );
  const byDigest = new Map(rows.map(({ digest, code }) => [digest, code ?? 'accepted']));
  for (const each of cases) note(each, { code: byDigest.get(sha256Hex(each.jws)) ?? 'lost' });
}

type Entry = { kind: string; code?: string };

/** What evidence has of each text, by its digest. */
async function evidenceByText(): Promise<Map<string, Entry[]>> {
  const found = new Map<string, Entry[]>();
  for (const chain of [...world.incidents, 'registry']) {
    for (const { kind, body } of await world.desk.evidence(chain)) {
      const digest = String(body['jwsDigest']);
      const { code: said } = body as { code?: string };
      const code = said === undefined ? {} : { code: said };
      found.set(digest, [...(found.get(digest) ?? []), { kind, ...code }]);
    }
  }
  return found;
}

const codesOf = ({ jws }: Case) => [...(codes.get(sha256Hex(jws)) ?? [])];

/** Every text with what is wrong about how it was treated. */
async function judged() {
  const evidence = await evidenceByText();
  const of = ({ jws }: Case) => evidence.get(sha256Hex(jws)) ?? [];
  const isForged = ({ expected }: Case) => !expected.includes('accepted');
  const mustPass = ({ expected }: Case) => expected.join() === 'accepted';
  const wasAccepted = (each: Case) => codesOf(each).includes('accepted');
  return {
    'forged and accepted': sent.filter((each) => isForged(each) && wasAccepted(each)),
    'valid and refused': sent.filter((each) => mustPass(each) && !wasAccepted(each)),
    'applied twice': sent.filter((each) => of(each).filter(isEffect).length > 1),
    'answered in two ways': sent.filter((each) => (answers.get(place(each))?.size ?? 1) > 1),
    'with another code': sent.filter((each) =>
      codesOf(each).some((code) => !each.expected.includes(code)),
    ),
    'without its evidence': sent.filter((each) =>
      codesOf(each).some((code) => !of(each).some((entry) => (entry.code ?? 'accepted') === code)),
    ),
  };
}

const isEffect = ({ kind }: Entry) => kind !== 'refusal';

/** How many of each class got which code. */
function table(): string {
  const lines = classes.map(({ what }) => {
    const mine = sent.filter((each) => each.what === what);
    const counts: Record<string, number> = {};
    for (const each of mine) {
      for (const code of codesOf(each)) counts[code] = (counts[code] ?? 0) + 1;
    }
    const said = Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => `${String(count)} ${code}`);
    return `${what.padEnd(26)} ${String(mine.length).padStart(6)}  ${said.join(', ')}`;
  });
  const head = `${String(sent.length)} commands, seed ${String(seed)}`;
  return [head, ...lines].join('\n');
}

describe(`${String(size)} commands, valid and not, at 2 workers on both ways in`, () => {
  it('accept 0 forged, refuse 0 valid, apply 0 twice, each with code and evidence', async () => {
    const faults = Object.entries(await judged()).map(([what, cases]) => {
      const shown = cases.slice(0, 3).map((each) => ({ ...each, codes: codesOf(each) }));
      return { what, count: cases.length, shown };
    });
    if (process.env['MAKEWHOLE_COMMAND_FUZZ'] !== undefined) {
      const sums = faults.map(({ what, count }) => `${what}: ${String(count)}`);
      process.stderr.write(`${table()}\n${sums.join('\n')}\n`);
    }
    expect(faults).toEqual(faults.map(({ what }) => ({ what, count: 0, shown: [] })));
  });

  it('leave 1 vote a person and gate, and as many rows as were accepted', async () => {
    const votes = sent.filter((each) => {
      const decoded = decodeCommand(each.jws);
      const isVote = 'envelope' in decoded && decoded.envelope.kind === 'decide';
      return isVote && codesOf(each).includes('accepted');
    });
    const distinct = new Set(votes.map(({ jws }) => jws));
    expect(await world.desk.count('FROM votes')).toBe(distinct.size);
    expect(await world.desk.count('FROM votes WHERE round > 1')).toBe(0);
  });

  it('leave the registry and 1 of 8 chains whole, from entries to rows and back', async () => {
    // The walk of one takes as long as a hundred commands.
    const some = world.incidents.filter((_, index) => index % 8 === 0);
    for (const chain of ['registry', ...some]) {
      expect(await world.desk.verify(chain)).toMatchObject({ holds: true });
    }
  }, 1_800_000);
});
