import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { answerBacklog } from '../../activities/answer-backlog';
import { answerCommand } from '../../activities/answer-command';
import { keepCommands } from '../../activities/keep-commands';
import { makeSigner } from '../../adapters/signing/person-signer';
import { decodeCommand } from '../../proof/command-jws';
import { sendCommand, type Delivery, type Outgoing } from '../../scripts/send-command';
import { writeDatabaseStack } from '../support/database-stack';
import { packageRoot } from '../../workers/package-root';
import { wireDecisions, type Decisions } from '../../workers/wire-decisions';
import { devServer, withWorker } from '../support/temporal';
import { typed } from '../support/typed-command';
import { until } from '../support/until';
import { DecisionDesk, noon, type Draft } from './decision-desk';

const subject = '9'.repeat(64);
const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-sending-'));
let desk: DecisionDesk;
let env: TestWorkflowEnvironment;
let decisions: Decisions;
let incidentId: string;

beforeAll(async () => {
  [desk, env] = await Promise.all([DecisionDesk.open(), devServer()]);
  for (const [id, roles] of Object.entries({
    olga: 'on-call',
    lena: 'legal',
    mary: 'management',
  })) {
    desk.keys.set(id, makeSigner(stateDir, id).privateKey);
    await desk.enrol(id, roles);
  }
  decisions = wireDecisions(desk.database.appUrl);
  writeDatabaseStack(stateDir, { database: desk.database, there: stack() });
});
afterAll(async () => {
  await decisions.close();
  await desk.close();
  await env.teardown();
  rmSync(stateDir, { recursive: true });
});
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const stack = () => ({
  temporalAddress: env.address,
  temporalNamespace: env.namespace ?? 'default',
});
const startDesk = () =>
  env.client.workflow.start('incidentDesk', {
    workflowId: `${incidentId}/desk`,
    taskQueue: 'incidents',
    args: [{ incidentId, run: 1, lookEvery: 1 }],
  });
const working = <T>(run: () => Promise<T>): Promise<T> => {
  const ports = { commandInbox: desk.inbox(), commandBacklog: desk.backlog() };
  const activities = {
    answerCommand: answerCommand(ports),
    keepCommands: keepCommands(ports),
    answerBacklog: answerBacklog(ports),
  };
  return withWorker({ env, activities, run });
};
const signed = (by: string, draft: Draft) => {
  const signedAt = Math.floor((Date.now() - Date.parse(noon)) / 1000);
  return desk.sign(by, { incident: incidentId, signedAt, ...draft });
};
const send = (
  jws: string,
  given: { via?: Outgoing['via']; to?: string; nowhere?: true; soon?: true } = {},
): Promise<Delivery> => {
  const decoded = decodeCommand(jws);
  const jti = 'envelope' in decoded ? decoded.envelope.jti : 'none';
  const incident = given.to ?? incidentId;
  return sendCommand({
    stack: given.nowhere ? { ...stack(), temporalAddress: '127.0.0.1:9' } : stack(),
    decisions,
    incident,
    jws,
    jti,
    via: given.via,
    answerWithinMs: given.soon ? 1000 : 30_000,
  });
};
const codes = async (chain: string) =>
  (await desk.evidence(chain)).flatMap(({ kind, body }) =>
    kind === 'refusal' ? [body['code']] : [],
  );

describe('a command on its way', () => {
  it('is answered at once by the desk, and 2 times the same', async () => {
    await startDesk();
    const jws = signed('olga', { kind: 'take' });
    const [first, again] = await working(async () => [await send(jws), await send(jws)]);
    expect(first).toMatchObject({ kind: 'answered', answer: { accepted: true } });
    expect(again).toEqual(first);
    expect(await desk.count('FROM commands WHERE incident_id = $1', incidentId)).toBe(2);
  });

  it('is left as a signal where no worker answers, and counts 1 time when one comes', async () => {
    await startDesk();
    await desk.gates().open({ incidentId, gateId: 'close', subject, at: new Date().toISOString() });
    const body = { gate: 'close', opening: 1, decision: 'approve' };
    const jws = signed('lena', { kind: 'decide', subject, body, life: 86_400 });
    expect(await send(jws, { soon: true })).toMatchObject({ kind: 'sent', by: 'signal' });
    const counted = () => desk.count('FROM votes WHERE incident_id = $1', incidentId);
    expect(await counted()).toBe(0);
    const answered = await working(() => send(jws));
    expect(answered).toMatchObject({ kind: 'answered', answer: { accepted: true } });
    expect(await counted()).toBe(1);
  });

  it('sent straight to Temporal, unsigned or forged, is 2 refusals and no effect', async () => {
    const handle = await startDesk();
    const forged = `${signed('olga', { kind: 'take' }).slice(0, -86)}${'A'.repeat(86)}`;
    await handle.signal('command', '{"kind":"take"}');
    await handle.signal('command', forged);
    await handle.signal('command', { kind: 'take' });
    const answer = await working(async () => {
      const update = { args: [forged] as [string] };
      const said = await handle.executeUpdate<{ accepted: boolean }, [string]>('command', update);
      // What came as a signal is answered after what is waited for.
      await until('a signal is refused', async () =>
        (await codes(incidentId)).includes('MALFORMED'),
      );
      return said;
    });
    expect(answer).toMatchObject({ accepted: false, error: { code: 'SIGNATURE_INVALID' } });
    expect(new Set(await codes(incidentId))).toEqual(new Set(['MALFORMED', 'SIGNATURE_INVALID']));
    expect(
      await desk.count(
        'FROM incidents WHERE taken_by IS NOT NULL AND incident_id = $1',
        incidentId,
      ),
    ).toBe(0);
  });

  it('for an incident closed or never there is refused and recorded, with 0 desks', async () => {
    const nowhere = 'INC-2026-8888';
    const lost = signed('olga', { kind: 'take', incident: nowhere });
    expect(await send(lost, { to: nowhere })).toMatchObject({
      answer: { error: { code: 'INCIDENT_UNKNOWN' } },
    });
    expect(await codes('registry')).toContain('INCIDENT_UNKNOWN');
    await desk.intruder.query('UPDATE incidents SET closed_at = now() WHERE incident_id = $1', [
      incidentId,
    ]);
    expect(await send(signed('olga', { kind: 'take' }))).toMatchObject({
      answer: { error: { code: 'INCIDENT_CLOSED' } },
    });
  });

  it('lies in the inbox while 0 desks run, and counts 1 time when one starts', async () => {
    const jws = signed('olga', { kind: 'take' });
    expect(await send(jws, { soon: true })).toMatchObject({ kind: 'sent', by: 'inbox' });
    expect(await send(jws, { soon: true })).toMatchObject({ kind: 'sent', by: 'inbox' });
    expect(await taken()).toBe(0);
    await startDesk();
    await working(() => until('the desk has read it', async () => (await taken()) === 1));
    const { rows } = await desk.pool.query(
      'SELECT copies, code FROM command_inbox WHERE incident_id = $1',
      [incidentId],
    );
    expect(rows).toEqual([{ copies: 1, code: null }]);
  });

  it('lies in the inbox while Temporal is away, and 1 idle desk finds it by itself', async () => {
    await startDesk();
    await working(async () => {
      const left = await send(signed('olga', { kind: 'take' }), { nowhere: true });
      expect(left).toMatchObject({ kind: 'sent', by: 'inbox' });
      await until('the desk has looked again', async () => (await taken()) === 1);
    });
  });

  it('is left nowhere without Temporal and database: 1 sentence, exit 4', async () => {
    const jws = signed('olga', { kind: 'take' });
    const nobody = { temporalAddress: '127.0.0.1:9', temporalNamespace: 'default' };
    const nothing = wireDecisions('postgres://nobody@127.0.0.1:9/nothing');
    const out = { stack: nobody, decisions: nothing, incident: incidentId, jws, jti: 'x' };
    await expect(sendCommand({ ...out, answerWithinMs: 500 })).rejects.toMatchObject({
      code: 'TEMPORAL_DOWN',
      kind: 'fault',
      message: expect.stringContaining('Neither Temporal nor the database') as string,
    });
    await nothing.close();
  });

  const taken = () =>
    desk.count('FROM incidents WHERE taken_by IS NOT NULL AND incident_id = $1', incidentId);
});

describe('the command line', () => {
  type Run = { code: number; out: string; err: string };
  const makewhole = (...words: string[]): Promise<Run> =>
    new Promise((done) => {
      const cli = join(packageRoot(), 'dist/scripts/cli.js');
      const args = [cli, ...words, '--state', stateDir];
      const child = execFile(process.execPath, args, { encoding: 'utf8' }, (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), out, err });
      });
      child.stdin?.end();
    });

  it('takes, shows a gate, asks nobody without a terminal, and signs 2 decisions', async () => {
    await startDesk();
    const about = await desk.dossier(incidentId, `the post-mortem of ${incidentId}`);
    const at = new Date().toISOString();
    await desk.gates().open({ incidentId, gateId: 'close', subject: about, at });
    const decide = ['decide', incidentId, '--gate', 'close'];
    const told = await working(async () => [
      await makewhole('take', incidentId, '--as', 'olga', '--json'),
      await makewhole(...decide, '--approve', '--as', 'lena'),
      await makewhole(...decide, '--approve', '--as', 'lena', '--yes'),
      await makewhole(...decide, '--approve', '--as', 'lena', '--digest', about, '--json'),
      await makewhole(...decide, '--approve', '--as', 'mary', '--digest', 'b'.repeat(64), '--json'),
      await makewhole(...decide, '--reject', '--reason', 'no', '--as', 'mary', '--digest', about),
    ]);
    const [take, nobody, yes, twice, stale, reject] = told as [Run, Run, Run, Run, Run, Run];
    expect(JSON.parse(take.out)).toMatchObject({ accepted: true, incident: incidentId });
    expect(nobody).toMatchObject({ code: 2, out: '' });
    expect(nobody.err).toContain('--digest');
    expect(yes.code).toBe(0);
    expect(yes.err).toContain(`Digest              ${about}`);
    expect(yes.out).toContain('Still missing: management.');
    expect([twice.code, JSON.parse(twice.out)]).toMatchObject([
      3,
      { error: { code: 'ALREADY_VOTED' } },
    ]);
    expect([stale.code, JSON.parse(stale.out)]).toMatchObject([
      3,
      { error: { code: 'DIGEST_STALE', kind: 'refused' } },
    ]);
    expect(reject).toMatchObject({ code: 0 });
    expect(await desk.count('FROM votes WHERE incident_id = $1', incidentId)).toBe(2);
  });

  it('leaves a decision with --via signal: accepted is null, 1 jti', async () => {
    await startDesk();
    const words = ['decide', incidentId, '--gate', 'close', '--approve', '--digest', subject];
    const { code, out } = await makewhole(...words, '--as', 'lena', '--via', 'signal', '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { accepted: null, sent: 'signal' }]);
    await working(async () => undefined);
  });

  const wrong: [what: string, words: string, code: number, says: RegExp][] = [
    ['a person without a key', 'take INC-2026-0001 --as nobody', 3, /NOT_FOUND/],
    ['no incident', 'take INC-1 --as olga', 2, /INC-2026-0042/],
    ['nobody who signs', 'take INC-2026-0001', 2, /--as/],
    ['an unknown incident', 'take INC-2026-7777 --as olga', 3, /INCIDENT_UNKNOWN/],
    [
      'a gate never opened',
      'decide INC-2026-0001 --gate plan --approve --as lena --yes',
      3,
      /GATE_CLOSED/,
    ],
    [
      'yes and no',
      'decide INC-2026-0001 --gate plan --approve --reject --as lena',
      2,
      /one of the two/,
    ],
    ['a no without reason', 'decide INC-2026-0001 --gate plan --reject --as lena', 2, /--reason/],
    ['a dossier not there', 'receipt INC-2026-0001 --as mary', 3, /no dossier yet/],
    [
      'a form that is no JSON',
      'answer INC-2026-0001 --team engineering --file /dev/null --as olga',
      2,
      /JSON object/,
    ],
    [
      'a fact that nobody reads',
      'fact set INC-2026-0001 --set a=b --source s --as olga',
      2,
      /--set a: nobody reads a fact "a"; facts of the incident itself: .*hours.*Nothing was signed/,
    ],
    ['a pack nobody wrote', 'incident open --summary s --policy x --as olga', 2, /us-private/],
    ['somebody who may not open', 'incident open --summary s --as lena', 3, /ROLE_MISSING/],
  ];
  it.each(wrong)(
    'says in a sentence what is wrong with %s: %s exits %d',
    async (...[, words, code, says]) => {
      const run = await typed({ stateDir, words: words.split(' ') });
      expect([run.code, run.out]).toEqual([code, '']);
      expect(run.err).toMatch(says);
      expect(run.err).not.toMatch(/\n\s+at /);
    },
  );

  it('opens 1 incident, starts its workflow and prints its id', async () => {
    const open = ['incident', 'open', '--summary', 'Two shares are too large', '--as', 'olga'];
    const known = [
      '--first-known',
      '2026-11-20',
      '--deals',
      'OLD,NEW',
      '--estimate-amount',
      '7000 USD',
    ];
    const { code, out } = await makewhole(...open, ...known, '--drill', '--json');
    const { incident } = JSON.parse(out) as { incident: string };
    expect([code, out]).toEqual([0, `${JSON.stringify({ incident })}\n`]);
    const handle = env.client.workflow.getHandle(incident);
    const { typedSearchAttributes, taskQueue, type } = await handle.describe();
    expect({ taskQueue, type }).toEqual({ taskQueue: 'incidents', type: 'remediateIncident' });
    const shown = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(shown)).toMatchObject({
      MakewholeStage: 'freezing',
      MakewholeSeverity: 'Sev 1',
      MakewholeDeals: ['OLD', 'NEW'],
      MakewholeDrill: true,
    });
    const { rows } = await desk.pool.query(
      `SELECT pack, workflow_run_id IS NOT NULL AS running FROM incidents
       JOIN runs USING (incident_id) WHERE incident_id = $1`,
      [incident],
    );
    expect(rows).toEqual([{ pack: 'demo', running: true }]);
    await handle.terminate('the test is over');
  });

  it('submits a letter of 3 lines from a file', async () => {
    await startDesk();
    const file = join(stateDir, 'letter.txt');
    writeFileSync(file, 'Subject: About your share\n\nDear {{name}},\nwe are on it.\n');
    const words = ['letters', 'submit', incidentId, '--stage', 'advice', '--file', file];
    const { code, out } = await working(() => makewhole(...words, '--as', 'lena', '--json'));
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { accepted: true, result: { stage: 'advice' } },
    ]);
    const { rows } = await desk.pool.query(
      'SELECT subject, body_text AS text FROM letter_texts WHERE incident_id = $1',
      [incidentId],
    );
    expect(rows).toEqual([{ subject: 'About your share', text: 'Dear {{name}},\nwe are on it.' }]);
  });
});
