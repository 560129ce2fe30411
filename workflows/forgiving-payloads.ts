import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/common';

/**
 * Temporal's own converter, to which bytes that cannot be read are nothing at all.
 *
 * Ensures: one broken signal, which anybody in the namespace can send, stops no workflow: read
 * strictly, it would fail every task of the workflow from then on.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: (payload) => {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return undefined as never;
    }
  },
};
