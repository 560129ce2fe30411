import { join } from 'node:path';
import { contentWords } from '../../domain/decided-content';
import { digestOf } from '../../proof/digest';
import { gatePageText } from '../../scripts/gate-page';
import { verifiedContent } from '../../scripts/verified-content';
import { standardLetters } from '../../templates/standard-letters';
import { wireDecisions, type Decisions } from '../../workers/wire-decisions';
import { DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

let desk: DecisionDesk;
let decisions: Decisions;
let plan: PlanDesk;
let digest: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  decisions = wireDecisions(desk.database.appUrl);
  for (const [id, role] of Object.entries({
    ...{ oncall: 'on-call', legal: 'legal', finance: 'finance', cs: 'customer-success' },
  })) {
    await desk.enrol(id, role);
  }
});
afterAll(async () => {
  await decisions.close();
  await desk.close();
});
beforeEach(async () => {
  plan = await PlanDesk.open(desk);
  await plan.imports([oldDeal, freshDeal]);
  await plan.draft();
  digest = (await plan.plans.readPlan(plan.of))!.digest;
});

const open = (gateId: string, subject: string) =>
  desk.gates().open({ ...plan.of, gateId, subject, at: noon });
const page = async (gateId: string) => (await desk.gates().view({ ...plan.of, gateId }))!;
const verified = async (gateId: string) => verifiedContent(decisions, await page(gateId));
const shown = async (gateId: string) => {
  const changes = await desk.gates().changes({ ...plan.of, gateId });
  const [content, head] = [await verified(gateId), await desk.head(plan.incidentId)];
  return gatePageText(await page(gateId), { content, changes, head });
};
const edit = (sql: string) => desk.intruder.query(sql, [plan.incidentId]);

describe('a plan before it is signed', () => {
  it('is shown with 2 remedies, its totals, and the digest of exactly that', async () => {
    await open('plan', digest);
    const text = await shown('plan');
    expect(text).toContain('R8, 2 lines, USD: firm pays 7,081.28, 3,540.64 stand');
    expect(text).toContain('In all, USD         10,632.78 paid out, 3,540.64 called in');
    expect(text).toContain(`Digest              ${digest}`);
    const { seq, hash } = await desk.head(plan.incidentId);
    expect(text).toContain(`Evidence            ${seq}:${hash}`);
    expect(text).not.toContain('Since opening');
  });

  it.each([
    [
      '1 cent more in its text',
      `UPDATE plans SET manifest_text = replace(manifest_text, '7081.28', '7081.29')
       WHERE incident_id = $1`,
      'CONTENT_MISMATCH',
    ],
    [
      '1 payee of 7 lines changed',
      `UPDATE plan_lines SET payee = 'investor:X' WHERE incident_id = $1 AND leg = 'compensation'`,
      'PLAN_MISMATCH',
    ],
    [
      '1 line taken out',
      `DELETE FROM plan_lines WHERE incident_id = $1 AND leg = 'refund'`,
      'PLAN_MISMATCH',
    ],
    [
      '1 gate pointed elsewhere',
      `UPDATE gates SET subject = repeat('7', 64) WHERE incident_id = $1`,
      'CONTENT_MISMATCH',
    ],
  ])('is not signed with %s', async (_, sql, code) => {
    await open('plan', digest);
    await edit(sql);
    await expect(verified('plan')).rejects.toMatchObject({ code: code });
  });
});

describe('a plan that is drafted again', () => {
  it('is shown with what is other than in opening 1: 1 remedy, 1 refund gone', async () => {
    await open('plan', digest);
    expect(await plan.redraft('FRESH', 'R8')).toBe('accepted');
    await plan.draft();
    const again = (await plan.plans.readPlan(plan.of))!.digest;
    await open('plan', again);
    const { since, says } = (await desk.gates().changes({ ...plan.of, gateId: 'plan' }))!;
    expect(since).toBe(1);
    expect(says[0]).toBe('deal FRESH goes by R8, was R2');
    expect(says).toContainEqual(
      expect.stringMatching(/^FRESH, D, refund: gone, was 3,540.64 USD from spv:FRESH/),
    );
    expect(await shown('plan')).toContain('Since opening 1');
  });

  it('beside 1 that was approved is another plan, and says nothing of changes', async () => {
    await plan.passes('plan', 'e'.repeat(64));
    await open('plan', digest);
    expect(await desk.gates().changes({ ...plan.of, gateId: 'plan' })).toBeUndefined();
  });

  it('opened again on the very same says that nothing has changed since opening 1', async () => {
    await open('plan', digest);
    await edit(`UPDATE gates SET state = 'expired' WHERE incident_id = $1`);
    await open('plan', digest);
    expect(await shown('plan')).toContain('Since opening 1     nothing has changed');
  });
});

describe('a letter, a post-mortem, a report, a clean scan, a deal that is let stand', () => {
  it('edited by 1 word after its gate opened is not signed', async () => {
    const body = { stage: 'advice', letter: { subject: 'Paid', text: 'We owe you 5.' } };
    const told = { ...plan.of, by: 'cs', kind: 'submit-letter' as const, body };
    expect(await desk.tell(told)).toBe('accepted');
    const { rows } = await desk.pool.query<{ digest: string }>(
      'SELECT digest FROM letter_texts WHERE incident_id = $1',
      [plan.incidentId],
    );
    await open('letters/advice', rows[0]!.digest);
    expect(await shown('letters/advice')).toContain('We owe you 5.');
    await edit(`UPDATE letter_texts SET body_text = 'We owe you 1.' WHERE incident_id = $1`);
    await expect(verified('letters/advice')).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('edited by 1 byte is not signed, nor where nothing is on file', async () => {
    const document = await desk.dossier(plan.incidentId, `post-mortem of ${plan.incidentId}`);
    await open('close', document);
    expect(await shown('close')).toContain(`post-mortem of ${plan.incidentId}`);
    await edit(`UPDATE documents SET body = body || 'x'::bytea WHERE incident_id = $1`);
    await expect(verified('close')).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    await edit(`DELETE FROM documents WHERE incident_id = $1`);
    await expect(verified('close')).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('of a scan is what evidence says of the recomputation: 1 entry, 1 digest', async () => {
    const content = { snapshot: 's'.repeat(64), rule: 'prorate@1', rows: 0, root: 'f'.repeat(64) };
    const impactDigest = digestOf(content);
    const body = { ...content, investors: 0, impactDigest };
    await desk.forge(plan.incidentId, { kind: 'recomputed', body });
    await open('unfreeze', impactDigest);
    expect(await shown('unfreeze')).toContain('the scan found nobody harmed: 0 shares');
  });

  it('of our own says in its HTML what it says in its text: 4 stages', () => {
    const letters = standardLetters(join(__dirname, '../../templates/letters'));
    for (const stage of ['acknowledgement', 'call', 'advice', 'resolution']) {
      const wording = letters.wording(stage);
      const words = contentWords({ kind: 'letter', stage, submittedBy: null, ...wording });
      expect(words.map(({ label }) => label)).toEqual(['Subject line', 'Text', 'Submitted by']);
    }
  });
});
