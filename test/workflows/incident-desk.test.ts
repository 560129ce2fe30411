import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../contracts/activities';
import { commandBytesMax } from '../../contracts/message-limits';
import { taskQueues } from '../../contracts/workflow-ids';
import { PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

// On the real server: it buffers signals, limits updates and refuses to end over what just came.
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await devServer();
});
afterAll(async () => {
  await env.teardown();
});

/** Postgres as the desk sees it: what was kept, and what was answered by which call. */
class PlayedInbox {
  readonly kept: (string | null)[] = [];
  readonly batches = new Set<string>();
  readonly calls: { call: string; afresh: boolean }[] = [];
  left = false;

  activities(overrides: Partial<Activities> = {}): Activities {
    return new PlayedWorld().activities({
      keepCommands: async ({ batch, texts }) => {
        this.batches.add(batch);
        this.kept.push(...texts);
      },
      answerBacklog: async ({ call, afresh }) => {
        this.calls.push({ call, afresh });
        return { answered: 0, left: this.left, nudge: [] };
      },
      ...overrides,
    });
  }
}

let number = 0;
const startDesk = async () => {
  number += 1;
  const incidentId = `INC-2026-${String(number).padStart(4, '0')}`;
  const args = [{ incidentId, run: 1, lookEvery: 3600 }];
  const workflow = { workflowId: `${incidentId}/desk`, taskQueue: taskQueues.incidents, args };
  return env.client.workflow.start('incidentDesk', workflow);
};
type Desk = Awaited<ReturnType<typeof startDesk>>;
const ask = (desk: Desk, text: string) => desk.executeUpdate('command', { args: [text] });
/** The current run, whichever it is by now. */
const current = (desk: Desk) => env.client.workflow.getHandle(desk.workflowId);

describe('the desk', () => {
  it('keeps 450 signals and answers 30 updates across its continuing as new', async () => {
    const inbox = new PlayedInbox();
    const desk = await startDesk();
    const run = async () => {
      const lane = async (start: number) => {
        for (let sent = start; sent < 480; sent += 10) {
          const now = current(desk);
          const update = () => now.executeUpdate('command', { args: [`u ${String(sent)}`] });
          if (sent % 16 === 0) expect(await update()).toMatchObject({ accepted: true });
          else await now.signal('command', `text ${String(sent)}`);
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, start) => lane(start)));
      await until('all are kept', () => new Set(inbox.kept).size === 450);
      const { runId } = await current(desk).describe();
      expect(runId).not.toBe(desk.firstExecutionRunId);
    };
    await withWorker({ env, activities: inbox.activities(), run });
    expect(inbox.kept).toHaveLength(450);
    // Nobody is nudged anew by a run that only goes on.
    expect(inbox.calls.filter(({ afresh }) => afresh)).toHaveLength(1);
    expect(new Set(inbox.calls.map(({ call }) => call)).size).toBe(inbox.calls.length);
    await current(desk).terminate('the test is over');
  });

  it('answers 1 update while the backlog is still being answered', async () => {
    const inbox = new PlayedInbox();
    const desk = await startDesk();
    let answered: () => void = () => undefined;
    const first = new Promise<void>((done) => (answered = done));
    const activities = inbox.activities({
      answerBacklog: async () => {
        await first;
        return { answered: 1, left: false, nudge: [] };
      },
    });
    await desk.signal('command', 'a first one'); // Before its first look at what was left.
    const run = async () => {
      await until('it is kept', () => inbox.kept.length === 1);
      expect(await ask(desk, 'a second one')).toMatchObject({ accepted: true });
      answered();
    };
    await withWorker({ env, activities, run });
    await desk.terminate('the test is over');
  });

  it('keeps no text that is no text or 1 byte too large, and counts it', async () => {
    const inbox = new PlayedInbox();
    const desk = await startDesk();
    for (const sent of [{ kind: 'decide' }, 42, null, 'x'.repeat(commandBytesMax + 1)]) {
      await desk.signal('command', sent);
    }
    await desk.signal('command');
    await desk.signal('command', 'x'.repeat(commandBytesMax));
    const run = () => until('all are kept', () => inbox.kept.length === 6);
    await withWorker({ env, activities: inbox.activities(), run });
    const largest = 'x'.repeat(commandBytesMax);
    expect(inbox.kept).toEqual([null, null, null, null, null, largest]);
    await desk.terminate('the test is over');
  });

  it('keeps 300 of the largest texts in batches that Temporal takes', async () => {
    const inbox = new PlayedInbox();
    const desk = await startDesk();
    const texts = Array.from({ length: 300 }, (_, index) => {
      // Control characters weigh six times as much once they are JSON.
      const fill = index % 2 === 0 ? 'x' : '\u0001';
      return `${String(index)} ${fill.repeat(commandBytesMax - 10)}`;
    });
    for (const text of texts) await desk.signal('command', text);
    const run = () => until('all are kept', () => inbox.kept.length === 300);
    await withWorker({ env, activities: inbox.activities(), run });
    expect(inbox.kept).toEqual(texts);
    expect(inbox.batches.size).toBeGreaterThan(10);
    expect((await current(desk).describe()).status.name).toBe('RUNNING');
    await current(desk).terminate('the test is over');
  });

  it('answers what the 1 before it left, and has everybody look again', async () => {
    const inbox = new PlayedInbox();
    inbox.left = true;
    const desk = await startDesk();
    const run = async () => {
      await until('it is at work', () => inbox.calls.length > 2);
      await desk.terminate('by mistake');
      const before = inbox.calls.length;
      const next = await startDesk();
      await until('the next one is at work', () =>
        inbox.calls.slice(before).some(({ afresh }) => afresh),
      );
      await next.terminate('the test is over');
    };
    await withWorker({ env, activities: inbox.activities(), run });
  });

  it('answers what it has heard before it closes, 5 signals and 1 update', async () => {
    const inbox = new PlayedInbox();
    const desk = await startDesk();
    for (let sent = 0; sent < 5; sent += 1) await desk.signal('command', `text ${String(sent)}`);
    const asking = ask(desk, 'an update');
    await desk.cancel();
    const run = async () => {
      await desk.result();
      await asking.catch(() => undefined); // Answered, or told that there is no desk any more.
    };
    await withWorker({ env, activities: inbox.activities(), run });
    expect(inbox.kept).toHaveLength(5);
    expect(inbox.calls.length).toBeGreaterThan(0);
  });
});
