import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { changedRunbook, patchedAs } from '../support/changed-bundle';
import { workflowBundlePath } from '../support/temporal';

type Bundle = NonNullable<ReplayWorkerOptions['workflowBundle']>;

const folder = join(__dirname, 'histories');
const below = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' });
const recorded = below(folder).filter((name) => name.endsWith('.json'));
const shapes = readdirSync(folder);
const incidents = recorded.filter((name) => name.endsWith('/incident.json'));

async function replay(name: string, workflowBundle: Bundle): Promise<void> {
  const history = historyFromJSON(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  await Worker.runReplayHistory({ workflowBundle }, history);
}

const shipped = { codePath: workflowBundlePath() };

describe('histories of every released shape', () => {
  const types = ['desk', 'freeze-watch', 'gate-plan', 'letters-advice', 'live-check', 'paging'];

  it.each(shapes)('%s has a whole incident and all kinds of children, finished', (shape) => {
    for (const name of ['incident', ...types, 'settle-1']) {
      expect(recorded).toContain(join(shape, 'finished', `${name}.json`));
    }
  });

  it.each(shapes)('%s has the incident half-way at 4 moments', (shape) => {
    for (const moment of ['taken', 'plan-waits', 'fix-waits', 'closing']) {
      expect(recorded).toContain(join(shape, moment, 'incident.json'));
    }
  });

  it.each(recorded)('%s replays on the workflows as they are now', async (name) => {
    await expect(replay(name, shipped)).resolves.toBeUndefined();
  });
});

const declaring = "await board.enter('declaring');";
const declared = 'await step.declareSeverity(the);';

describe('a changed runbook', () => {
  it('fails on every recorded incident when 2 pages change places', async () => {
    const frozen = 'await step.freezeAllocations(the);';
    const code = changedRunbook([
      { from: frozen, to: '/* frozen later */' },
      { from: declared, to: `${declared} ${frozen}` },
    ]);
    for (const name of incidents) {
      await expect(replay(name, { code })).rejects.toThrow(DeterminismViolationError);
    }
  });

  it('fails on a recorded incident when 1 step is added without a patch', async () => {
    const code = changedRunbook([{ from: declared, to: `${declared} ${declared}` }]);
    for (const name of incidents) {
      await expect(replay(name, { code })).rejects.toThrow(DeterminismViolationError);
    }
  });

  it('goes on with every recorded incident when the added step stands behind a patch', async () => {
    const to = `${declared} if (${patchedAs('declare-twice')}) ${declared}`;
    const code = changedRunbook([{ from: declared, to }]);
    for (const name of incidents) await expect(replay(name, { code })).resolves.toBeUndefined();
  });

  it('is seen by the change alone: the same pages with a comment more replay', async () => {
    const code = changedRunbook([{ from: declaring, to: `${declaring} /* as before */` }]);
    for (const name of incidents) await expect(replay(name, { code })).resolves.toBeUndefined();
  });
});
