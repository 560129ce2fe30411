import type { SettlementCase } from '../adapters/settlement-desk';
import { sha256Hex } from '../../proof/digest';
import { noon } from '../adapters/decision-desk';
import { filled, unknown } from '../domain/team-answers';
import { agreedDeals, useLetterDesk, type LetterDesk } from './letter-desk';

let on: LetterDesk;
useLetterDesk((desk) => (on = desk));

const both = <T>(value: T) => ({ asRecorded: value, asShouldHaveBeen: value });

/** An incident that has been scanned, with a summary like that of a scan. */
async function scanned(): Promise<SettlementCase> {
  const the = await on.on.planned(agreedDeals);
  const counted = { scanned: 16, affected: both(2) };
  const summary = {
    deals: counted,
    investors: counted,
    commitments: counted,
    over: both({ USD: '7081.28' }),
    under: both({ USD: '7081.28' }),
    findings: { 'basis-mismatch': 3 },
    diagnosis: [
      {
        ruleVersion: 'v2',
        rule: 'drifting-weights',
        deals: 14,
        explained: 14,
        affected: 2,
        firstDeal: the.old,
        firstClosedOn: '2024-11-21',
        lastRightDeal: null,
        lastRightClosedOn: null,
        candidates: [],
        periods: [],
        periodCount: 0,
      },
    ],
  };
  const { intruder } = on.on.desk;
  await intruder.query('UPDATE scans SET summary = $2 WHERE incident_id = $1', [
    the.incidentId,
    JSON.stringify(summary),
  ]);
  await intruder.query(
    `UPDATE incidents SET estimate = '{"deals": 1, "amount": "3540.64", "currency": "USD"}'
     WHERE incident_id = $1`,
    [the.incidentId],
  );
  return the;
}

/** Engineering answers twice, of one deal each time, where the scan found two. */
async function answered(the: SettlementCase): Promise<SettlementCase> {
  const { incidentId, old, fresh } = the;
  await on.ports.forms.open({ incidentId, at: noon });
  for (const deals of [[old], [fresh]]) {
    const answers = { ...filled.engineering, deals, introducedBy: unknown };
    const body = { team: 'engineering', answers };
    const told = { incidentId, by: 'erin', kind: 'answer' as const, body };
    expect(await on.on.desk.tell(told)).toBe('accepted');
  }
  return the;
}

async function read(of: SettlementCase, kind: 'dossier' | 'post-mortem'): Promise<string> {
  const { digest } = await on.run(kind === 'dossier' ? 'draftDossier' : 'draftPostMortem', { of });
  const { incidentId } = of;
  return (await on.ports.documents.read({ incidentId, kind, digest }))!.body;
}

describe('the dossier', () => {
  it('puts R2 and R7 of each deal side by side, R2 at medium risk and R7 at high', async () => {
    const text = await read(await scanned(), 'dossier');
    const options = text.split('\n').filter((line) => /^\| R[27] /.test(line));
    expect(options).toHaveLength(4);
    expect(
      options.filter((line) => line.includes('| medium: may alienate investors')),
    ).toHaveLength(2);
    expect(options.filter((line) => line.includes('| high: may hurt the company'))).toHaveLength(2);
  });

  it('names diagnosis, both bases, the plan, who is silent and what nobody knows', async () => {
    const the = await scanned();
    await on.on.desk.pool.query(`INSERT INTO forms VALUES ($1, 'engineering', now(), now())`, [
      the.incidentId,
    ]);
    const text = await read(the, 'dossier');
    expect(text).toContain(
      'known fault “drifting-weights” explains 14 of its 14 deals to the unit',
    );
    expect(text).toContain(
      `| ${the.old} | D | USD | 132,112.07 | 128,571.43 | 128,571.43 | +3,540.64 |`,
    );
    expect(text).toContain('**Engineering** has not answered');
    expect(text).toContain('the firm 7,081.28');
    expect(text).toContain('Nothing that a decision waits for.');
  });

  it('says of 5 reported deals what became of them, and which 1 nobody reported', async () => {
    const the = await scanned();
    const { intruder } = on.on.desk;
    await intruder.query(
      `INSERT INTO impacts VALUES ($1, $2, 'A', 'USD', 100, 100, 200),
         ($1, $3, 'A', 'USD', 100, 200, 200)`,
      [the.incidentId, 'MOVED', 'SILENT'],
    );
    await intruder.query(
      `INSERT INTO deals SELECT snapshot_id, id, id, id, '2026-11-08', 'USD', 1, 'v2'
       FROM incidents CROSS JOIN unnest(ARRAY['MOVED', 'SILENT', 'FINE']) AS id
       WHERE incident_id = $1`,
      [the.incidentId],
    );
    await intruder.query(
      `UPDATE incidents SET reported_deals = ARRAY[$2, $3, 'MOVED', 'FINE', 'NEVER']
       WHERE incident_id = $1`,
      [the.incidentId, the.old, the.fresh],
    );
    const text = await read(the, 'dossier');
    expect(text).toContain(`- **Reported, and wrong:** ${the.old}, ${the.fresh}\n`);
    expect(text).toContain('moved by earlier deals:** MOVED\n');
    expect(text).toContain('- **Reported, and right after all:** FINE\n');
    expect(text).toContain('not in the imported history:** NEVER\n');
    expect(text).toContain('nobody reported them (1):** SILENT\n');
  });

  it('sets 1 answer beside the scan it contradicts, with what it was before', async () => {
    const the = await scanned();
    const text = await read(await answered(the), 'dossier');
    expect(text).toContain(`(before: ${the.old})`);
    expect(text).toContain(
      '**Which change introduced it?** Not known yet, by 23 November 2026: the bank',
    );
    expect(text).toContain('**Engineering,** 21 November 2026, 12:00 UTC, for the second time:');
    expect(text).toContain(
      '- **Which change introduced it?** engineering will know by 23 November 2026',
    );
    expect(text).toContain('- **Which deals are wrong:** open: nobody has explained it');
    expect(text).toContain(`  - Engineering: 1 deal: ${the.fresh}`);
    expect(text).toContain('  - The scan: 2 deals on recorded averages: ');
    expect(text).toMatch(/\*\*Operations.*\*\* has not answered: it was asked .* Silence is not/);
  });

  it('is drafted again only when it says something else than its evidence line', async () => {
    const of = await scanned();
    const first = await on.run('draftDossier', { of });
    expect(await on.run('draftDossier', { of })).toEqual(first);
    expect(await of.plan.fact({ by: 'legal', id: of.old, name: 'mark', value: '2.00' })).toBe(
      'accepted',
    );
    await of.plan.draft();
    const second = await on.run('draftDossier', { of });
    expect(second).not.toEqual(first);
    expect(await of.plan.evidence('dossier')).toHaveLength(2);
  });

  it('goes to management and legal, each version once', async () => {
    const of = await scanned();
    const { digest } = await on.run('draftDossier', { of });
    expect(await on.run('sendDossier', { of, digest })).toEqual({ mailed: 2 });
    expect(await on.run('sendDossier', { of, digest })).toEqual({ mailed: 0 });
    const [mail] = on.mail.taken;
    const [pdf, text] = mail!.attachments;
    expect(pdf!.content.subarray(0, 5).toString()).toBe('%PDF-');
    expect(sha256Hex(text!.content)).toBe(digest);
    const kept = await on.ports.documents.bytes({ incidentId: of.incidentId, digest });
    expect(sha256Hex(kept!)).toBe(digest);
    const [drafted] = await of.plan.evidence('dossier');
    expect(JSON.stringify(drafted)).toContain(sha256Hex(pdf!.content));
    expect(mail!.text).toContain(digest);
  });

  it('mails version 2 with the 6 sections in which an answer has changed it', async () => {
    const of = await scanned();
    const first = await on.run('draftDossier', { of });
    await on.run('sendDossier', { of, digest: first.digest });
    const { incidentId } = of;
    const receipt = { incidentId, by: 'mary', kind: 'receipt' as const, subject: first.digest };
    expect(await on.on.desk.tell(receipt)).toBe('accepted');
    on.mail.taken.length = 0;
    await answered(of);
    const at = '2026-11-21T13:00:00.000Z';
    const { digest } = await on.run('draftDossier', { of, at });
    expect(await on.run('sendDossier', { of, digest, at })).toEqual({ mailed: 2 });
    const [mail] = on.mail.taken;
    const said = String(mail!.text);
    expect(mail!.subject).toContain('dossier, version 2, for your decision');
    expect(said).toContain('This is version 2, in the place of version 1.');
    expect(said.match(/^ {2}- .*$/gm)).toEqual([
      '  - First page',
      ...['  - 1 What happened, and since when', '  - 4 Deadlines'],
      '  - 7 What nobody knows yet, and what does not agree',
      ...['  - 8 What the teams say', '  - 10 What this rests on'],
    ]);
    expect(said).toContain('need not confirm this one');
  });

  it('shows a name with a table line or a heading in it as nothing but a name', async () => {
    const the = await scanned();
    await on.on.desk.intruder.query(
      `UPDATE incidents SET summary = E'# Fake\\n| a | b |\\n<img src=x>' WHERE incident_id = $1`,
      [the.incidentId],
    );
    const text = await read(the, 'dossier');
    expect(text).toContain('\\# Fake \\| a \\| b \\| \\<img src=x\\>');
  });
});

describe('the post-mortem', () => {
  it('gives sums, letters, refusals by code, and sizing against reality', async () => {
    const the = await scanned();
    await the.approve();
    await on.settles(the);
    const { incidentId } = the;
    expect(
      await on.on.desk.tell({ incidentId, by: 'erin', kind: 'receipt', subject: 'a'.repeat(64) }),
    ).not.toBe('accepted');
    const text = await read(the, 'post-mortem');
    expect(text).toContain('- Paid out: 10,632.78 USD');
    expect(text).toContain('- Received: 3,540.64 USD');
    expect(text).toContain('- Units moved, at cost: 3,540.64 USD');
    expect(text).toContain('| deals | 1 | 2 | 2.00 | no |');
    expect(text).toContain('| amount in wrong hands | 3,540.64 USD | 7,081.28 USD | 2.00 | no |');
    expect(text).toContain(`| 21 Nov 2027 | ${the.old} | Limitation, Delaware contract |`);
    expect(text).toMatch(/- (DIGEST_STALE|ROLE_MISSING|NOT_FOUND): 1/);
  });

  it('gives every action an owner and a time', async () => {
    const the = await scanned();
    const text = await read(the, 'post-mortem');
    const actions = text.split('## How the like is avoided')[1]!.split('\n').slice(3);
    const rows = actions.filter((line) => line.startsWith('| ') && !line.startsWith('|---'));
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows)
      expect(row).toMatch(/\| (engineering|operations|legal|management) \| .+ \|$/);
  });

  it('has an action for what 1 team promised, does not know, and what does not agree', async () => {
    const text = await read(await answered(await scanned()), 'post-mortem');
    const actions = text.split('## How the like is avoided')[1]!;
    expect(actions).toContain('| Add samples with three rounds of redistribution');
    expect(actions).toContain('| Find out: Which change introduced it? (the bank answers on');
    const settle = 'Settle which deals are wrong: engineering and the scan disagree';
    expect(actions).toContain(`| ${settle} | engineering |`);
    expect(text).toContain('## What did not agree');
  });

  it('is mailed to everybody enrolled once legal and management signed its bytes', async () => {
    const of = await scanned();
    const { digest } = await on.run('draftPostMortem', { of });
    await expect(on.run('publishPostMortem', { of, digest })).rejects.toMatchObject({
      type: 'APPROVAL_MISSING',
    });
    expect(on.mail.taken).toEqual([]);
    await on.passes(of, { gateId: 'close', subject: digest, by: ['legal', 'mary'] });
    // A run that is started anew comes to page 10 again, with one more page on record.
    await on.on.desk.pool.query(`INSERT INTO stages VALUES ($1, 'closed', now())`, [of.incidentId]);
    expect(await on.run('draftPostMortem', { of })).toEqual({ digest });
    const everybody = await on.ports.notices.everybody();
    expect(await on.run('publishPostMortem', { of, digest })).toEqual({ mailed: everybody.length });
    expect(await on.run('publishPostMortem', { of, digest })).toEqual({ mailed: 0 });
  });

  it('is not mailed when its bytes were changed behind the signatures', async () => {
    const of = await scanned();
    const { digest } = await on.run('draftPostMortem', { of });
    await on.passes(of, { gateId: 'close', subject: digest, by: ['legal', 'mary'] });
    await on.on.desk.intruder.query(`UPDATE documents SET body = 'fine' WHERE digest = $1`, [
      digest,
    ]);
    await expect(on.run('publishPostMortem', { of, digest })).rejects.toMatchObject({
      type: 'APPROVAL_MISSING',
    });
  });
});

/** Every letter leaves; the service is stopped for good, as far as they know. */
async function tells(of: SettlementCase): Promise<void> {
  await on.frozen(of);
  // The register's own clock says when units moved, so later is later than this very hour.
  const at = new Date(Date.now() + 3_600_000).toISOString();
  for (const stage of ['acknowledgement', 'call', 'advice', 'resolution'] as const) {
    await on.signs(of, stage);
    await on.send(of, { stage, at });
  }
}

describe('proving everybody done', () => {
  it('names each of the 2 with what is open, and nobody once all is done and told', async () => {
    const of = await scanned();
    expect(await on.run('proveTerminal', { of })).toEqual({ affected: 2, open: 2 });
    expect(await on.wanted(of)).toEqual(['terminal/D operations', 'terminal/E operations']);
    await of.approve();
    await of.run('prepareSettlement', {});
    await of.pay('firm');
    expect(await on.run('proveTerminal', { of })).toEqual({ affected: 2, open: 2 });
    await on.settles(of);
    // Nobody has written to them yet.
    expect(await on.run('proveTerminal', { of })).toEqual({ affected: 2, open: 2 });
    await tells(of);
    expect(await on.run('proveTerminal', { of })).toEqual({ affected: 2, open: 0 });
    expect(await on.wanted(of)).toEqual([]);
  });
});

describe('closing', () => {
  const open = (because: string) => {
    const message = expect.stringContaining(because) as string;
    return { type: 'STILL_OPEN', nonRetryable: true, message };
  };

  it('proves by itself what 4 steps before it are said to have answered', async () => {
    const of = await scanned();
    const { digest } = await on.run('draftPostMortem', { of });
    const close = () => on.run('closeIncident', { of, postMortem: digest });
    await expect(close()).rejects.toMatchObject({ type: 'APPROVAL_MISSING' });
    await on.passes(of, { gateId: 'close', subject: digest, by: ['legal', 'mary'] });
    await expect(close()).rejects.toMatchObject(open('mailed to nobody'));
    await on.run('publishPostMortem', { of, digest });
    await expect(close()).rejects.toMatchObject(open('has no approved remedy'));
    await of.approve();
    await on.settles(of);
    await expect(close()).rejects.toMatchObject(open('Still to be written to'));
    await tells(of);
    await expect(close()).rejects.toMatchObject({ type: 'STILL_FROZEN' });
    await on.on.desk.intruder.query(
      `UPDATE holds SET state = 'lifted' WHERE incident_id = $1 AND kind = 'service'`,
      [of.incidentId],
    );
    expect(await close()).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
    expect(await close()).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
  });

  it('is refused while nobody has worked out whom it affects: 0 known are not 0', async () => {
    const of = await scanned();
    const { digest } = await on.run('draftPostMortem', { of });
    await on.passes(of, { gateId: 'close', subject: digest, by: ['legal', 'mary'] });
    await on.run('publishPostMortem', { of, digest });
    const impacts = { ...on.ports.impacts, recomputation: () => Promise.resolve(null) };
    const closed = on.run('closeIncident', { of, postMortem: digest, using: { impacts } });
    await expect(closed).rejects.toMatchObject(open('worked out'));
  });
});
