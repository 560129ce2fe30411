import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../support/temporal';

const folder = join(__dirname, 'histories');
const recorded = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('recorded histories', () => {
  it('are there for the runbook and each of its children', () => {
    const types = ['desk', 'freeze-watch', 'gate-plan', 'letters-advice', 'live-check', 'paging'];
    for (const name of ['incident', ...types, 'settle-1']) {
      expect(recorded).toContain(`${name}.json`);
    }
  });

  it.each(recorded)('%s replays on the workflows as they are now', async (name) => {
    const history = historyFromJSON(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const workflowBundle = { codePath: workflowBundlePath() };
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  });
});
