/** The most a command may weigh. Units: bytes of the compact JWS. */
export const commandBytesMax = 16_384;

/**
 * The most signals that our own Temporal takes for one run of a workflow. A worker that comes late
 * takes in at once all that was signalled meanwhile, which must stay a matter of a second.
 */
export const signalsPerRunMax = 2000;
