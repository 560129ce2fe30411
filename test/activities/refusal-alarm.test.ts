import { generateKeyPairSync } from 'node:crypto';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresRefusalAlarms } from '../../adapters/postgres/refusal-series';
import { readStatus } from '../../adapters/postgres/status';
import { statusText } from '../../scripts/status-text';
import { raiseAlarms } from '../../workers/raise-alarms';
import { after, DecisionDesk, noon } from '../adapters/decision-desk';
import { MailServer } from './mail-server';

let desk: DecisionDesk;
let incidentId: string;
let mail: MailServer;
beforeEach(async () => {
  mail = new MailServer();
  [desk] = await Promise.all([DecisionDesk.open(), mail.start()]);
  await desk.enrol('olga', 'on-call');
  await desk.enrol('lena', 'legal');
  incidentId = await desk.openIncident('olga');
});
afterEach(() => Promise.all([desk.close(), mail.stop()]));

/** One look of the worker; answers whose keys it told of. */
const look = (smtpUrl = mail.url) => {
  const { pool } = desk;
  const ports = {
    incidents: postgresIncidents(pool),
    notices: postgresNotices(pool),
    mailer: smtpMailer(smtpUrl),
  };
  const refusals = postgresRefusalAlarms(pool);
  return raiseAlarms({ ports, refusals }, new Date(noon));
};
const isRefused = (by = 'lena') => desk.tell({ incidentId, by, kind: 'take' });
const isTaken = () => {
  const body = { text: 'told them' };
  return desk.tell({ incidentId, by: 'lena', kind: 'updated', body });
};
const stranger = (at = 0) => {
  desk.keys.set('stranger', generateKeyPairSync('ed25519').privateKey);
  return desk.sign('stranger', { incident: incidentId, kind: 'take', signedAt: at });
};
const told = () =>
  mail.taken
    .map(({ to, subject }) => `${[to].flat()[0]?.text ?? ''}: ${subject ?? ''}`)
    .map((line) => line.replace(/^.*<|>/g, ''))
    .sort();

describe('3 refusals in a row of one key', () => {
  it('are told to admins and on-call 1 time, and anew only after a command is taken', async () => {
    await isRefused();
    await isRefused();
    expect(await look()).toEqual([]);
    await isRefused();
    expect(await look()).toHaveLength(1);
    for (let more = 0; more < 5; more += 1) await isRefused();
    expect(await look()).toEqual([]);
    expect(told()).toEqual([
      `admin@example.com: [DRILL] ${incidentId}: commands of lena are refused (ROLE_MISSING)`,
      `olga@example.com: [DRILL] ${incidentId}: commands of lena are refused (ROLE_MISSING)`,
    ]);
    expect(await isTaken()).toBe('accepted');
    for (let more = 0; more < 2; more += 1) await isRefused();
    expect(await look()).toEqual([]);
    await isRefused();
    expect(await look()).toHaveLength(1);
    expect(told()).toHaveLength(4);
  });

  it('count where lena’s key is only claimed, by signal too: nobody else’s is told', async () => {
    const forged = () => {
      const jws = desk.sign('lena', { incident: incidentId, kind: 'take' });
      return `${jws.slice(0, -86)}${'A'.repeat(86)}`;
    };
    const texts = [forged(), forged(), forged()];
    await desk.backlog().keep({ incidentId, batch: 'b', texts, at: noon });
    const call = { incidentId, call: 'c', limit: 10, afresh: false, at: noon };
    await desk.backlog().answerOldest(call);
    expect(await look()).toHaveLength(1);
    expect(mail.taken[0]?.text).toContain('a key of lena');
    expect(mail.taken[0]?.text).toContain('people revoke lena --key');
  });

  it('of 30 keys that nobody has are 1 alarm in a day, whoever makes how many', async () => {
    const send = (at: string, jws: string) => desk.send({ incidentId, jws, at });
    for (let key = 0; key < 30; key += 1) await send(noon, stranger());
    expect(await look()).toEqual(['unknown']);
    await send(after(3600), stranger(3600));
    expect(await look()).toEqual([]);
    const nextDay = 26 * 3600;
    for (let key = 0; key < 3; key += 1) await send(after(nextDay), stranger(nextDay));
    expect(await look()).toEqual(['unknown']);
    expect(told()).toHaveLength(4);
  });

  it('stay to be told while no mail server answers: 0 lost, 1 mail each', async () => {
    for (let each = 0; each < 3; each += 1) await isRefused();
    await expect(look('smtp://127.0.0.1:9')).rejects.toThrow();
    expect(await look()).toHaveLength(1);
    expect(await look()).toEqual([]);
    expect(told()).toHaveLength(2);
  });

  it('about people are told without any incident’s name', async () => {
    const body = { id: 'admin', compromised: false, reason: 'coup' };
    for (let each = 0; each < 3; each += 1) {
      const jws = desk.sign('lena', { kind: 'people-revoke', body });
      await desk.people().answer({ jws, at: noon });
    }
    expect(await look()).toHaveLength(1);
    expect(told()[0]).toBe(
      'admin@example.com: registry: commands of lena are refused (ROLE_MISSING)',
    );
  });
});

describe('incident status', () => {
  it('counts what was refused and shows the last 5, by whom only where it is known', async () => {
    for (let each = 0; each < 5; each += 1) await isRefused();
    await desk.send({ incidentId, jws: stranger() });
    await desk.send({ incidentId, jws: 'nothing' });
    const status = (await readStatus(desk.pool, incidentId))!;
    expect(status.counts.refusals).toBe(7);
    expect(status.lastRefusals.map(({ code, person }) => [code, person])).toEqual([
      ['MALFORMED', null],
      ['KEY_UNKNOWN', null],
      ...Array.from({ length: 3 }, () => ['ROLE_MISSING', 'lena']),
    ]);
    const text = statusText(status, after(60));
    expect(text).toMatch(/Refused +12:00:00 UTC: MALFORMED, no command by nobody knows whom/);
    expect(text).toMatch(/Refused +12:00:00 UTC: ROLE_MISSING, take by lena/);
  });
});
