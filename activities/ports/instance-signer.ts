/** What an instance says, by the `typ` of its header, so that one is never taken for another. */
export type InstanceStatement =
  'makewhole-instrument+jws' | 'makewhole-head+jws' | 'makewhole-export+jws';

/** Signs in this instance's name what others act on: transfers, chain heads, exports. */
export type InstanceSigner = {
  /** A compact JWS (EdDSA) over the payload's canonical JSON; its `typ` is never a command's. */
  sign(typ: InstanceStatement, payload: Record<string, unknown>): string;
  /** The public half, SPKI PEM: what a counterparty pins. */
  readonly publicKeyPem: string;
};
