import { verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from './service-error';

// Nothing but the algorithm and names: `crit`, `b64` or an embedded key would change what is meant.
const protectedHeader = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string().max(200).optional(),
  typ: z.string().max(100).optional(),
});

/**
 * Reads what an instrument says, if the instance signed exactly that.
 *
 * Shapes: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).
 * Ensures: one instrument has one spelling; only the given key counts, whatever the header names.
 * @throws INSTANCE_KEY_MISSING (refused) when the service was started without a key.
 * @throws SIGNATURE_INVALID (refused) when the key did not sign this; as HTTP 401.
 * @throws INSTRUMENT_MALFORMED (rejected) when it is no such JWS or not of this shape.
 */
export function verifyInstrument<T extends z.ZodType>(
  { instrument, publicKey }: { instrument: string; publicKey: KeyObject | undefined },
  shape: T,
): z.infer<T> {
  if (!publicKey) throw keyMissing();
  const parts = instrument.split('.');
  const [header, payload, signature] = parts.map(fromBase64url);
  if (parts.length !== 3 || !header || !payload || !signature) {
    throw malformed('expected a compact JWS: three base64url parts with dots between');
  }
  readAs(protectedHeader, header);
  const signed = Buffer.from(`${parts[0] ?? ''}.${parts[1] ?? ''}`);
  if (!verify(null, signed, publicKey, signature)) throw signatureInvalid();
  return readAs(shape, payload);
}

/** Decodes a part; nothing when it is not the one spelling of its bytes. */
function fromBase64url(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}

function readAs<T extends z.ZodType>(shape: T, bytes: Buffer): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw malformed('expected JSON in UTF-8 in its header and payload');
  }
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'expected another shape'}`);
}

function keyMissing(): ServiceError {
  return new ServiceError({
    code: 'INSTANCE_KEY_MISSING',
    kind: 'refused',
    message:
      'The service was started without MAKEWHOLE_INSTANCE_PUBLIC_KEY, so it takes no instrument.' +
      " Give it the path of the instance's Ed25519 public key and start it again.",
  });
}

function signatureInvalid(): ServiceError {
  return new ServiceError({
    code: 'SIGNATURE_INVALID',
    kind: 'refused',
    status: 401,
    message:
      "The instrument does not bear the signature of this instance's key. Nothing was changed;" +
      ' sign it with the key whose public half the service was started with.',
  });
}

function malformed(message: string): ServiceError {
  return new ServiceError({ code: 'INSTRUMENT_MALFORMED', kind: 'rejected', message });
}
