import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../activities/index';
import { failures } from '../contracts/failures';
import type { Order } from '../contracts/order';
import { halve } from '../domain/share';

/** Steps may know all of this: types of activities, values of contracts without zod. */
export const steps = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });
/** A step over an order. */
export const step = (order: Order): string =>
  `${order.amount} ${halve(2n).toString()} ${Object.keys(failures).join()}`;
