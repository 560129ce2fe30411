import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionPlugin } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { temporalLimits } from '../../contracts/message-limits';
import { taskQueues } from '../../contracts/workflow-ids';
import { packageRoot } from '../../workers/package-root';
import { workerOptions } from '../../workers/run-workers';
import type { CodecKeys } from '../../workers/temporal/codec-keys';
import { bundleOf, converterOf } from '../../workers/temporal/door';

// Workers announce their whole life at the level `info`; a test that fails says more.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
});

const { KEYWORD, KEYWORD_LIST, BOOL } = SearchAttributeType;
const searchAttributes = [
  defineSearchAttributeKey('MakewholeStage', KEYWORD),
  defineSearchAttributeKey('MakewholeSeverity', KEYWORD),
  defineSearchAttributeKey('MakewholeWaitingFor', KEYWORD),
  defineSearchAttributeKey('MakewholeDeals', KEYWORD_LIST),
  defineSearchAttributeKey('MakewholeDrill', BOOL),
];

/** As on the stack that `up` starts. */
const limits = Object.entries(temporalLimits).flatMap(([name, value]) => [
  '--dynamic-config-value',
  `${name}=${String(value)}`,
]);

/**
 * That server cuts off whoever pings it every half a minute, as our client would during a long
 * call. The retry of a sleep that was cut unlocks the clock twice: then time stands still for good.
 */
const seldomPinged: ConnectionPlugin = {
  name: 'seldom pinged',
  configureConnection: (options) => ({
    ...options,
    channelArgs: { ...options.channelArgs, 'grpc.keepalive_time_ms': 3_600_000 },
  }),
};

/** Numbers of the server's own enumeration of value types. */
const indexedValueTypes = { [KEYWORD]: 2, [BOOL]: 5, [KEYWORD_LIST]: 7 } as const;

/**
 * A server of this test file's own on which time passes while a result is awaited, so that two
 * weeks of silence take a second. Tear it down in afterAll.
 */
export async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const env = await started(() =>
    TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: executable('MAKEWHOLE_TEMPORAL_TEST_SERVER') },
      plugins: [seldomPinged],
    }),
  );
  await env.connection.operatorService.addSearchAttributes({
    namespace: env.namespace ?? 'default',
    searchAttributes: Object.fromEntries(
      searchAttributes.map(({ name, type }) => [name, indexedValueTypes[type]]),
    ),
  });
  return env;
}

/**
 * Runs `run` on such a server of its own: its clock is one for all workflows, and a finished one
 * pushes it on.
 */
export async function whileTimeSkips<T>(
  run: (env: TestWorkflowEnvironment) => Promise<T>,
): Promise<T> {
  const env = await timeSkippingServer();
  try {
    return await run(env);
  } finally {
    await env.teardown();
  }
}

/** The real dev server, for what the other one lacks: lists, schedules, real time. */
export async function devServer(): Promise<TestWorkflowEnvironment> {
  return started(() =>
    TestWorkflowEnvironment.createLocal({
      server: {
        executable: executable('MAKEWHOLE_TEMPORAL_CLI'),
        log: { format: 'pretty', level: 'error' },
        searchAttributes,
        extraArgs: limits,
      },
    }),
  );
}

/** The SDK waits five seconds for a server and no longer, which a busy machine may need. */
async function started(
  start: () => Promise<TestWorkflowEnvironment>,
  attempts = 3,
): Promise<TestWorkflowEnvironment> {
  try {
    return await start();
  } catch (error) {
    if (attempts === 1 || !String(error).includes('did not start within')) throw error;
    return started(start, attempts - 1);
  }
}

/** What runs while `run` does: our workflows, and the activities given, on every task queue. */
export interface Working<T> {
  readonly env: TestWorkflowEnvironment;
  readonly activities: object;
  /** Where workflows run; activities run here too, and on every queue of ours. */
  readonly taskQueue?: string;
  /** Other workflows than those of the build. */
  readonly workflowBundle?: { code: string };
  /** Keys that seal what Temporal keeps. */
  readonly keys?: CodecKeys;
  readonly run: () => Promise<T>;
}

/** Runs `run` with workers beside it, and stops them whatever becomes of it. */
export async function withWorker<T>(working: Working<T>): Promise<T> {
  // One connection takes one worker a queue, and some tests have two.
  const connection = await NativeConnection.connect({ address: working.env.address });
  try {
    const workers = await createWorkers(working, connection);
    return await workers.reduce(
      (inner, worker) => () => worker.runUntil(inner),
      () => working.run(),
    )();
  } finally {
    await connection.close();
  }
}

async function createWorkers<T>(
  { env, activities, taskQueue, workflowBundle, keys }: Working<T>,
  connection: NativeConnection,
): Promise<Worker[]> {
  const home = taskQueue ?? taskQueues.incidents;
  const queues = new Set([home, ...Object.values(taskQueues)]);
  const bundle = { workflowBundle: workflowBundle ?? bundleOf({ keys }) };
  return Promise.all(
    [...queues].map((queue) =>
      Worker.create({
        ...workerOptions,
        connection,
        namespace: env.namespace ?? 'default',
        taskQueue: queue,
        activities,
        dataConverter: converterOf({ keys }),
        ...(queue === home ? bundle : {}),
      }),
    ),
  );
}

/** The bundle that the build wrote, which every worker and replay shares. */
export function workflowBundlePath(): string {
  const path = join(packageRoot(), 'dist/workflow-bundle.js');
  if (existsSync(path)) return path;
  throw new Error(`expected the workflow bundle at ${path}, found none: run npm run build first`);
}

function executable(name: string): { type: 'existing-path'; path: string } {
  const path = process.env[name];
  if (path !== undefined) return { type: 'existing-path', path };
  const reason = process.env['MAKEWHOLE_TEST_TEMPORAL_MISSING'];
  throw new Error(reason ?? `${name} is not set: take this ring off ringsAlone in jest.config.js`);
}
