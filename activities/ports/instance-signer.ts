/** Signs in this instance's name what others act on: transfers, deployments, chain heads. */
export type InstanceSigner = {
  /** A compact JWS (EdDSA, typ `makewhole-instrument+jws`) over the payload's canonical JSON. */
  signInstrument(payload: Record<string, unknown>): string;
  /** The public half, SPKI PEM: what a counterparty pins. */
  readonly publicKeyPem: string;
};
