import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerAllocate } from '../../scripts/commands/allocate';
import { registerImpact } from '../../scripts/commands/impact';
import { registerIncidentFixtures } from '../../scripts/commands/incident-fixtures';
import { packageRoot } from '../../workers/package-root';
import { DecisionDesk } from '../adapters/decision-desk';
import { ImportDesk } from '../adapters/import-desk';
import { typed, type Typed } from '../support/typed-command';
import { recompute } from './outsider-desk';
import { exactly, makeHistory, newFolder, removeMade } from './programs';

let [desk, imports]: [DecisionDesk?, ImportDesk?] = [];
let [incident, history] = ['', ''];
beforeAll(async () => {
  desk = await DecisionDesk.open();
  imports = await ImportDesk.open(desk.database);
  await desk.enrol('oncall', 'on-call');
  history = (await makeHistory(16)).folder; // cap-at-average, then request-weights.
  await imports.run('import', history);
  incident = await desk.openIncident('oncall');
  await recompute(desk, incident);
});
afterAll(async () => {
  await imports?.leave();
  await desk?.close();
  removeMade();
});

const registers = [registerImpact, registerIncidentFixtures, registerAllocate];
const type = (...words: string[]): Promise<Typed> => {
  return typed({ stateDir: imports?.stateDir ?? '', registers, words });
};

type Checked = { deals: number; checked: Record<string, number>; faults: { deal: string }[] };

/** The third program on an import folder and the lines of two commands, as a stranger runs it. */
async function checked(lines: { impact: string; certificates: string }) {
  const folder = newFolder();
  const files = Object.entries(lines).map(([name, text]) => {
    const file = join(folder, `${name}.ndjson`);
    writeFileSync(file, text);
    return file;
  });
  const script = join(packageRoot(), 'test/outsider/check-certificates.mjs');
  return new Promise<{ code: number; said: Checked }>((resolve) => {
    execFile(process.execPath, [script, history, ...files], (error, out) => {
      resolve({ code: error === null ? 0 : 1, said: JSON.parse(out) as Checked });
    });
  });
}

async function stored() {
  const impact = await type('impact', incident, '--lines');
  const certificates = await type('impact', incident, '--certificates');
  return { impact: impact.out, certificates: certificates.out };
}

describe('stored certificates', () => {
  it('hold for all 48 deals on 2 bases by a program that divides nothing itself', async () => {
    expect(await checked(await stored())).toEqual({
      code: 0,
      said: { deals: 48, checked: { asRecorded: 48, asShouldHaveBeen: 48 }, faults: [] },
    });
  });

  it('do not hold once 1 share of one of them is another by 1 unit', async () => {
    const { impact, certificates } = await stored();
    const lines = impact.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"currency":"JPY"'));
    const line = JSON.parse(lines[at] ?? '') as {
      deal: string;
      shouldBe: Record<'asRecorded' | 'asShouldHaveBeen', string>;
    };
    const { deal, shouldBe } = line;
    shouldBe.asRecorded = String(BigInt(shouldBe.asRecorded) + 1n);
    lines[at] = JSON.stringify(line);
    const { code, said } = await checked({ impact: lines.join('\n'), certificates });
    expect(code).toBe(1);
    expect(said.faults).toMatchObject([{ deal, basis: 'asRecorded' }]);
  });

  it('do not hold once 1 rate is another by 1 part, or 1 certificate is missing', async () => {
    const { impact, certificates } = await stored();
    const lines = certificates.trimEnd().split('\n');
    const rated = /"tiers":\[.*?"num":"(\d+)"/;
    const at = lines.findIndex((line) => line.includes('"asRecorded"') && rated.test(line));
    const { deal } = JSON.parse(lines[at] ?? '') as { deal: string };
    const changed = (lines[at] ?? '').replace(rated, (found, num: string) => {
      return found.replace(`"num":"${num}"`, `"num":"${String(BigInt(num) + 1n)}"`);
    });
    for (const others of [lines.with(at, changed), lines.toSpliced(at, 1)]) {
      const { code, said } = await checked({ impact, certificates: others.join('\n') });
      expect(code).toBe(1);
      expect(said.faults).toContainEqual(expect.objectContaining({ deal, basis: 'asRecorded' }));
    }
  });
});

describe('incident fixtures', () => {
  const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

  it('are reproduced by allocate byte by byte: every affected deal, on 2 bases', async () => {
    const out = join(newFolder(), 'fixtures');
    const said = await type('--json', 'incident', 'fixtures', incident, '--out', out);
    const { lines } = await exactly(history);
    const affected = new Set(lines.map(({ deal }) => deal)).size;
    expect(JSON.parse(said.out)).toMatchObject({ incident, deals: affected });
    const deals = readdirSync(out).filter((name) => name.startsWith('deal-'));
    expect(deals).toHaveLength(affected);
    for (const deal of deals) {
      for (const basis of ['asRecorded', 'asShouldHaveBeen']) {
        const input = join(out, deal, `${basis}.input.json`);
        const expected = read(out, deal, `${basis}.expected.json`);
        expect((await type('allocate', input)).out).toBe(expected);
        const certificate = read(out, deal, `${basis}.certificate.json`);
        expect((await type('allocate', '--certificate', input)).out).toBe(certificate);
      }
    }
  });

  it('are what the exact program finds, person by person in the order of their ids', async () => {
    const out = newFolder();
    await type('incident', 'fixtures', incident, '--out', out);
    const found = readdirSync(out)
      .filter((name) => name.startsWith('deal-'))
      .flatMap((deal) => {
        const shares = (name: string) => {
          return JSON.parse(read(out, deal, `${name}.json`)) as Record<string, string>;
        };
        const [recorded, alone] = [shares('recorded'), shares('asRecorded.expected')];
        const whole = shares('asShouldHaveBeen.expected');
        return Object.keys(recorded)
          .filter((who) => recorded[who] !== alone[who] || recorded[who] !== whole[who])
          .map((who) => [recorded[who], alone[who], whole[who]].join(' '));
      });
    const { lines } = await exactly(history);
    const expected = lines.map(({ recorded, shouldBe }) => {
      return [recorded, shouldBe.asRecorded, shouldBe.asShouldHaveBeen].join(' ');
    });
    expect(found.sort()).toEqual(expected.sort());
  });

  it('name 0 investors and 0 deals of the platform', async () => {
    const out = newFolder();
    await type('incident', 'fixtures', incident, '--out', out);
    const texts = readdirSync(out, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.](json|md)$/.test(name))
      .map((name) => read(out, name));
    expect(texts.length).toBeGreaterThan(20);
    for (const text of texts)
      expect(text).not.toMatch(/D0\d{5}|[iI\u{fb00}é\u{1f600}]-\d|@|Person/u);
  });

  it('go into no folder with 1 thing in it, and are of no incident with 0 results', async () => {
    const taken = newFolder();
    mkdirSync(join(taken, 'mine'));
    const said = async (...words: string[]) => {
      const { code, out } = await type('--json', 'incident', 'fixtures', ...words);
      return [code, (JSON.parse(out) as { error: { code: string } }).error.code];
    };
    expect(await said(incident, '--out', taken)).toEqual([2, 'INPUT_INVALID']);
    expect(readdirSync(taken)).toEqual(['mine']);
    const other = await desk?.openIncident('oncall');
    expect(await said(String(other), '--out', newFolder())).toEqual([3, 'NOT_FOUND']);
    expect(await said('INC-2026-9999', '--out', newFolder())).toEqual([3, 'INCIDENT_UNKNOWN']);
  });
});
