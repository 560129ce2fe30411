import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import type { Look } from './verified-command';

/** "I told them": the next update to stakeholders falls due anew. The words stay in the command. */
export const lookAtUpdated: Look = async (_, { body: given }) => {
  const { text } = commandBodies.updated.parse(given);
  const evidence = { kind: 'update-given', body: { textDigest: digestOf(text) } };
  return { facts: {}, effect: { evidence } };
};
