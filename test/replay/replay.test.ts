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

/**
 * Replays each on one worker, whose start costs more than a history does; answers by name what
 * became of it, undefined where all went well.
 */
async function replayed(names: string[], workflowBundle: Bundle) {
  const ends: Record<string, Error | undefined> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, all())) {
    ends[workflowId] = error;
  }
  return ends;

  function* all() {
    for (const name of names) {
      const json: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      yield { workflowId: name, history: historyFromJSON(json) };
    }
  }
}

/** Every recorded incident on a runbook that somebody changed. */
const incidentsOn = (code: string) => replayed(incidents, { code });
const each = <T>(end: T) => Object.fromEntries(incidents.map((name) => [name, end]));
const violated = expect.any(DeterminismViolationError) as unknown;

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

  let ends: Record<string, Error | undefined>;
  beforeAll(async () => {
    ends = await replayed(recorded, { codePath: workflowBundlePath() });
  });

  it.each(recorded)('%s replays on the workflows as they are now', (name) => {
    expect(ends).toHaveProperty([name], undefined);
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
    expect(await incidentsOn(code)).toEqual(each(violated));
  });

  it('fails on a recorded incident when 1 step is added without a patch', async () => {
    const code = changedRunbook([{ from: declared, to: `${declared} ${declared}` }]);
    expect(await incidentsOn(code)).toEqual(each(violated));
  });

  it('goes on with every recorded incident when the added step stands behind a patch', async () => {
    const to = `${declared} if (${patchedAs('declare-twice')}) ${declared}`;
    const code = changedRunbook([{ from: declared, to }]);
    expect(await incidentsOn(code)).toStrictEqual(each(undefined));
  });

  it('is seen by the change alone: the same pages with a comment more replay', async () => {
    const code = changedRunbook([{ from: declaring, to: `${declaring} /* as before */` }]);
    expect(await incidentsOn(code)).toStrictEqual(each(undefined));
  });
});
