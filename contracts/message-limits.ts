/** The most a command may weigh. Units: bytes of the compact JWS. */
export const commandBytesMax = 16_384;
