import { asyncLocalStorage, CancelledFailure, Context, type Info } from '@temporalio/activity';
import { noopMetricMeter, type Logger } from '@temporalio/common';

/** What an activity is told of itself, where a test says nothing else. */
const usual: Omit<Info, 'activityNamespace'> = {
  ...{ taskToken: Buffer.from('test'), base64TaskToken: Buffer.from('test').toString('base64') },
  ...{ activityId: 'test', activityType: 'test', taskQueue: 'test', attempt: 1, isLocal: false },
  ...{ namespace: 'default', inWorkflow: true },
  ...{ scheduledTimestampMs: 1, currentAttemptScheduledTimestampMs: 1 },
  ...{ scheduleToCloseTimeoutMs: 1000, startToCloseTimeoutMs: 1000, heartbeatDetails: undefined },
};

const nobody = () => undefined;
const silent: Logger = {
  ...{ log: nobody, trace: nobody, debug: nobody, info: nobody, warn: nobody, error: nobody },
};

/**
 * The context that a worker runs an activity in: Temporal's own, without the worker, whose native
 * parts take a second to load. Once cancelled, it stays so.
 */
export class ActivityContext {
  private readonly ending = new AbortController();
  private readonly context: Context;

  constructor(told: Partial<Info> = {}) {
    const { signal } = this.ending;
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    cancelled.catch(nobody); // An activity need not wait for it.
    const info = { ...usual, ...told } as Info;
    const rest = [nobody, undefined, silent, noopMetricMeter, {}] as const;
    this.context = new Context(info, cancelled, signal, ...rest);
  }

  cancel(): void {
    this.ending.abort(new CancelledFailure('CANCELLED'));
  }

  run<Input, Output>(activity: (input: Input) => Promise<Output>, input: NoInfer<Input>) {
    return asyncLocalStorage.run(this.context, () => activity(input));
  }
}
