import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';

/** How far a chain had come, as somebody has seen it. */
export type SeenHead = { chain: string; seq: number; hash: string };

const headerForm = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string(),
  typ: z.literal('makewhole-head+jws'),
});
const payloadForm = z.strictObject({
  at: z.string(),
  chain: z.string(),
  hash: z.string(),
  seq: z.int().positive(),
});

/** What a signed head says, or why it is not this instance's. Source: docs/evidence-format.md. */
export function readSignedHead(jws: string, instanceKeyPem: string): SeenHead | { flaw: string } {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  try {
    headerForm.parse(read(header));
    const { chain, seq, hash } = payloadForm.parse(read(payload));
    const input = Buffer.from(`${header}.${payload}`, 'ascii');
    const key = createPublicKey(instanceKeyPem);
    const holds = verify(null, input, key, Buffer.from(signature, 'base64url'));
    return holds ? { chain, seq, hash } : { flaw: 'this instance has not signed it' };
  } catch {
    return { flaw: 'it cannot be read' };
  }
}
