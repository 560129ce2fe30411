/** The most a command may weigh. Units: bytes of the compact JWS. */
export const commandBytesMax = 16_384;

/**
 * Limits that our own Temporal gets. It takes fewer signals for one run of a workflow than the
 * usual 10,000, since a worker that comes late takes them all in at once; and it lets more than the
 * usual 100 wait while a workflow's task is at work, instead of having that task begin again.
 */
export const temporalLimits = {
  'history.maximumSignalsPerExecution': 2000,
  'history.maximumBufferedEventsBatch': 2000,
} as const;
