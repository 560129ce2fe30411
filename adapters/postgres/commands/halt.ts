import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import { haltOf } from '../halts';
import type { Look } from './verified-command';

/** "Stop": no effect begins from here on; what is under way ends, what is frozen stays frozen. */
export const lookAtHalt: Look = async (tx, { incidentId, body }) => {
  const { reason } = commandBodies.halt.parse(body);
  const before = await haltOf(tx, incidentId);
  if (before !== null) {
    const message = `${before.by} has halted ${incidentId} already; incident resume goes on`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  const evidence = { kind: 'halted', body: { reasonDigest: digestOf(reason) } };
  return { facts: {}, effect: { evidence, result: { reason } } };
};
