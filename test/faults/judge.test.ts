import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { corruptions, undisturbed, type Kept, type Verdict } from './judged/corruptions';

// Everything an undisturbed drill has left, as the judge keeps it; each copy is spoilt by hand.
const judge = join(__dirname, 'judge.mjs');
const drill = join(__dirname, 'judged/undisturbed-drill.json');
let folder: string;
let verdicts: Map<string, Verdict>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'makewhole-judged-'));
  const copies = Object.entries(corruptions).map(([title, { spoil }], index) => {
    const kept = JSON.parse(readFileSync(drill, 'utf8')) as Kept;
    spoil(kept);
    const path = join(folder, `${String(index)}.json`);
    writeFileSync(path, JSON.stringify(kept));
    return { title, path };
  });
  const said = await look(['--kept', drill, ...copies.flatMap(({ path }) => ['--kept', path])]);
  const titles = ['undisturbed', ...copies.map(({ title }) => title)];
  verdicts = new Map(
    titles.map((title, index) => [title, JSON.parse(said.lines[index] ?? '{}') as Verdict]),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The judge as a program of its own: nothing of it runs in here. */
async function look(args: readonly string[]): Promise<{ lines: string[]; code: number | null }> {
  const child = spawn(process.execPath, [judge, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, code] = await Promise.all([text(child.stdout), ended]);
  return { lines: out.split('\n'), code };
}

describe('the judge', () => {
  it('finds nothing in an undisturbed drill: 7 approved lines, six figures of 0', () => {
    const { figures, approvedLines, findings, unknown } = verdicts.get('undisturbed')!;
    expect({ figures, approvedLines, findings, unknown }).toEqual({
      figures: undisturbed,
      approvedLines: 7,
      findings: [],
      unknown: [],
    });
  });

  it('ends with 0 when all 6 figures are 0, else with 1, and with 2 when it is blind', async () => {
    const [clean, spoilt, blind] = await Promise.all([
      look(['--kept', drill]),
      look(['--kept', join(folder, '0.json')]),
      look(['--kept', join(folder, 'nowhere.json')]),
    ]);
    expect([clean.code, spoilt.code, blind.code]).toEqual([0, 1, 2]);
  });

  it.each(Object.entries(corruptions))('sees %s', (title, { figures }) => {
    const verdict = verdicts.get(title)!;
    const found = { ...verdict.figures, findings: verdict.findings };
    expect(found).toEqual({ ...undisturbed, ...figures, findings: verdict.findings });
  });

  it('lists a letter that was unknown, with how often it arrived', () => {
    const { unknown } = verdicts.get('a letter that nobody knows to have left')!;
    expect(unknown).toMatchObject([{ stage: 'resolution', investor: 'D', deliveredAt: [] }]);
  });
});
