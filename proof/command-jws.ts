import { sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { commandBodies, commandEnvelope, type CommandEnvelope } from '../contracts/command';
import { commandBytesMax } from '../contracts/message-limits';
import { canonicalJson } from './canonical-json';
import { kidOf, readPublicKey } from './key-id';
import { readStrictJson } from './strict-json';

const signatureBytes = 64;
const commandHeader = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected an RFC 7638 thumbprint'),
  typ: z.literal('makewhole+jws'),
});

/** A command that could be read; nothing is known yet of its signature. */
export type DecodedCommand = {
  header: z.infer<typeof commandHeader>;
  envelope: CommandEnvelope;
  /** What the signature is over: the first two parts with the dot between them. */
  signingInput: string;
  signature: Buffer;
};

const encode = (value: unknown): string =>
  Buffer.from(canonicalJson(value), 'utf8').toString('base64url');

/**
 * Signs a command with a person's private key.
 *
 * Source: RFC 7515 compact serialization, RFC 8037 EdDSA; docs/evidence.md shows it without us.
 */
export function signCommand(envelope: CommandEnvelope, privateKey: KeyObject): string {
  const header = { alg: 'EdDSA', kid: kidOf(privateKey), typ: 'makewhole+jws' };
  const signingInput = `${encode(header)}.${encode(envelope)}`;
  const signature = sign(null, Buffer.from(signingInput, 'ascii'), privateKey);
  return `${signingInput}.${signature.toString('base64url')}`;
}

/** The bytes of a base64url text that is the only one for them, else undefined. */
function decodeStrictly(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

function issues(error: z.ZodError): string {
  const says = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  return says.slice(0, 5).join('; ');
}

type Read<T> = { read: T } | { malformed: string };

/** One part of the JWS as JSON of a shape; `what` names it in the refusal. */
function readPart<S extends z.ZodType>(given: {
  what: string;
  part: string;
  schema: S;
}): Read<z.infer<S>> {
  const { what, part, schema } = given;
  const bytes = decodeStrictly(part);
  if (bytes === undefined) return { malformed: `${what}: not base64url without padding` };
  const json = readStrictJson(bytes);
  if ('flaw' in json) return { malformed: `${what}: ${json.flaw}` };
  const parsed = schema.safeParse(json.value);
  return parsed.success ? { read: parsed.data } : { malformed: `${what}: ${issues(parsed.error)}` };
}

/**
 * Reads a command as strictly as one can: what two readers could take differently is malformed.
 *
 * Ensures: the header is exactly {alg: EdDSA, kid, typ}, the envelope and its kind's body hold what
 * contracts/command.ts says and nothing else. The signature is not looked at.
 */
export function decodeCommand(jws: string): DecodedCommand | { malformed: string } {
  if (Buffer.byteLength(jws, 'utf8') > commandBytesMax) {
    const found = String(Buffer.byteLength(jws));
    return { malformed: `expected at most ${String(commandBytesMax)} bytes, found ${found}` };
  }
  const parts = jws.split('.');
  const [headerPart = '', payloadPart = '', signaturePart = ''] = parts;
  if (parts.length !== 3) {
    return { malformed: `expected a compact JWS of 3 parts, found ${parts.length}` };
  }
  const header = readPart({ what: 'header', part: headerPart, schema: commandHeader });
  if ('malformed' in header) return header;
  const envelope = readPart({ what: 'payload', part: payloadPart, schema: commandEnvelope });
  if ('malformed' in envelope) return envelope;
  const body = commandBodies[envelope.read.kind].safeParse(envelope.read.body);
  if (!body.success) return { malformed: `payload: body: ${issues(body.error)}` };
  const signature = decodeStrictly(signaturePart);
  if (signature?.length !== signatureBytes) {
    return { malformed: `signature: expected ${signatureBytes} bytes in base64url` };
  }
  return {
    header: header.read,
    envelope: { ...envelope.read, body: body.data },
    signingInput: `${headerPart}.${payloadPart}`,
    signature,
  };
}

/** Whether the decoded text was signed with the private half of an Ed25519 key in SPKI PEM. */
export function verifySignature(decoded: DecodedCommand, publicKeyPem: string): boolean {
  const { key } = readPublicKey(publicKeyPem);
  if (key.asymmetricKeyType !== 'ed25519') return false;
  return verify(null, Buffer.from(decoded.signingInput, 'ascii'), key, decoded.signature);
}
