import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { devServer, timeSkippingServer, withWorker } from './temporal';

const dealsKey = defineSearchAttributeKey('MakewholeDeals', SearchAttributeType.KEYWORD_LIST);
const strangeKey = defineSearchAttributeKey('NobodyRegistered', SearchAttributeType.KEYWORD);

describe.each([
  { server: 'the time-skipping server', start: timeSkippingServer },
  { server: 'the dev server', start: devServer },
])('$server', ({ start }) => {
  let env: TestWorkflowEnvironment;
  beforeAll(async () => {
    env = await start();
  });
  afterAll(async () => {
    await env.teardown();
  });

  it('knows the search attributes of an incident, and no others', async () => {
    const workflow = { taskQueue: 'nobody-listens', workflowId: 'INC-2026-0001' };
    const typedSearchAttributes = [{ key: dealsKey, value: ['FRESH', 'OLD'] }];
    const handle = await env.client.workflow.start('any', { ...workflow, typedSearchAttributes });
    await handle.terminate();
    const strange = { ...workflow, typedSearchAttributes: [{ key: strangeKey, value: 'x' }] };
    await expect(env.client.workflow.start('any', strange)).rejects.toThrow();
  });

  it('takes workers on all 4 task queues, which end when the work is done', async () => {
    const run = async (): Promise<string> => Promise.resolve('done');
    await expect(withWorker({ env, activities: { idle: run }, run })).resolves.toBe('done');
  });

  it('passes on what goes wrong beside the workers', async () => {
    const run = async (): Promise<never> => Promise.reject(new Error('went wrong'));
    await expect(withWorker({ env, activities: { idle: run }, run })).rejects.toThrow('went wrong');
  });
});
