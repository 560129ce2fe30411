/** Starts a worker. */
export const startWorker = (): number => 1;
