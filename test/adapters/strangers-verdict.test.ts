import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { postgresSeverities } from '../../adapters/postgres/severities';
import { openInstanceSigner } from '../../adapters/signing/instance-signer';
import { EvidenceFile } from '../../scripts/evidence-file';
import { DecisionDesk, noon, packWith } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

const { pack } = packWith({});
/** The old deal alone, 10,621.92 USD, is below the tier; both together are not. */
const under = packWith({
  approvalTiers: {
    ...pack.ladder,
    value: [{ from: { USD: { total: '12000.00', line: '9000.00' } }, further: [['management']] }],
  },
});
const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const folder = mkdtempSync(join(tmpdir(), 'makewhole-slices-'));
let desk: DecisionDesk;
let plan: PlanDesk;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  const people = { oncall: 'on-call', legal: 'legal', finance: 'finance', lou: 'legal' };
  const others = { mary: 'management', max: 'management', carla: 'customer-success' };
  for (const [id, role] of Object.entries({ ...people, ...others })) await desk.enrol(id, role);
  plan = await PlanDesk.open(desk, under);
  const { mark: _, ...kept } = freshDeal.facts;
  await plan.imports([oldDeal, { ...freshDeal, facts: kept }]);
  const { incidentId } = plan;
  const digest = await desk.dossier(incidentId, `dossier of ${incidentId}`);
  await desk.forge(incidentId, { kind: 'stage', body: { stage: 'deciding' } });
  await desk.forge(incidentId, { kind: 'dossier', body: { digest } });
  await desk.receipt(incidentId, 'mary');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await desk.close();
});

/** Lays the newest version before its gate, with the votes of `by`; gives what is missing. */
async function asked(version: number, ...by: string[]): Promise<readonly string[]> {
  const { incidentId } = plan;
  const { digest: subject } = (await plan.plans.readPlan({ incidentId, version }))!;
  const of = { incidentId, gateId: 'plan', subject, at: noon };
  const { opening } = await desk.gates().open(of);
  for (const person of by) {
    await desk.vote({ incidentId, by: person, gate: 'plan', opening, subject });
  }
  return (await desk.gates().tally({ ...of, opening })).missing;
}

/** What `verify.mjs`, which shares no line with us, says of the incident's file of evidence. */
async function strangersVerdict(): Promise<string> {
  const { incidentId } = plan;
  const keyPath = join(folder, 'instance.pem');
  writeFileSync(keyPath, key, { mode: 0o600 });
  const path = join(folder, 'slices.evidence');
  const file = new EvidenceFile({
    path,
    incident: incidentId,
    signer: openInstanceSigner(keyPath),
  });
  await postgresEvidenceLog(desk.pool).export({ incidentId, withheld: [] }, (line) => {
    file.add(line);
  });
  file.seal();
  const found = spawnSync(process.execPath, [join(__dirname, '../../verify.mjs'), path]);
  return `${found.stdout.toString()}${found.stderr.toString()}`;
}

describe('a large plan in 2 slices, the 2nd held back by a fact', () => {
  it('needs 3 people for the 1st, 4 for the 2nd; a stranger finds the same', async () => {
    await plan.draft();
    expect(await asked(1, 'legal', 'finance')).toEqual(['customer-success']);
    expect(await asked(1, 'carla')).toEqual([]);
    expect(await plan.fact({ by: 'lou', id: 'FRESH', name: 'mark', value: '1.00' })).toBe(
      'accepted',
    );
    await plan.draft();
    expect(await asked(2, 'legal', 'finance')).toEqual(['management']);
    expect(await asked(2, 'max')).toEqual([]);
    expect(await strangersVerdict()).toContain('2 gates passed, 2 plans');
    expect(readFileSync(join(folder, 'slices.evidence'), 'utf8')).toContain(
      '"further":[[["management"]]]',
    );
  });
});

describe('a severity that 2 people lowered', () => {
  it('is 2 signatures in the file, and a 3rd person’s alone is none', async () => {
    const { incidentId } = plan;
    await plan.declare('computed');
    const { digest: subject } = (await postgresSeverities(desk.pool).standing(incidentId))!;
    const body = { to: 'Sev 3', reason: 'two funds, cents each' };
    for (const by of ['mary', 'legal']) {
      const wish = { incidentId, by, kind: 'lower-severity' as const, subject, body };
      expect(await desk.tell(wish)).toBe('accepted');
    }
    expect(await strangersVerdict()).toContain('slices.evidence holds');
    const alone = { to: 'Sev 3', subject, roles: ['management'], with: [] };
    await desk.forge(incidentId, { kind: 'severity-lowered', actor: 'max', body: alone });
    expect(await strangersVerdict()).toContain('nobody signed it');
  });
});
