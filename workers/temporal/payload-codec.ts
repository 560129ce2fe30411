import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { CodecKey, CodecKeys } from './codec-keys';
import { DoorError } from './door-error';

const { Payload: wire } = temporal.api.common.v1;
const algorithm = 'aes-256-gcm';
const [nonceBytes, tagBytes] = [12, 16];
// Names of Temporal's own samples, which other tools know.
const encoding = 'binary/encrypted';
const keyIdName = 'encryption-key-id';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null | undefined) => new TextDecoder().decode(value ?? undefined);

/**
 * Seals what goes to Temporal with the newest key, and opens what comes back with the one it names.
 * What was never sealed passes, so that sealing can begin while incidents run.
 *
 * Shapes: nonce (12), ciphertext of the whole payload, tag (16); the key's id is bound to it.
 * Ensures: bytes that a key of ours did not seal stay as they are, and are read as nothing.
 * @throws PAYLOAD_SEALED (fault) when a key is not among ours, which the message names
 */
export function payloadCodec(keys: CodecKeys | undefined): PayloadCodec {
  return {
    encode: async (payloads) =>
      keys === undefined ? payloads : payloads.map((payload) => seal(payload, keys.newest())),
    decode: async (payloads) => payloads.map((payload) => open(payload, keys)),
  };
}

const boundTo = (keyId: string) => bytes(`${encoding} ${keyId}`);

function seal(payload: Payload, { id, secret }: CodecKey): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, secret, nonce).setAAD(boundTo(id));
  const sealed = [cipher.update(wire.encode(payload).finish()), cipher.final()];
  return {
    metadata: { encoding: bytes(encoding), [keyIdName]: bytes(id) },
    data: Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]),
  };
}

function open(payload: Payload, keys: CodecKeys | undefined): Payload {
  if (text(payload.metadata?.['encoding']) !== encoding) return payload;
  const id = text(payload.metadata?.[keyIdName]);
  const key = keys?.find(id);
  if (key === undefined) throw keyMissing(id, keys === undefined);
  return opened(payload.data ?? new Uint8Array(), key) ?? payload;
}

function opened(data: Uint8Array, { id, secret }: CodecKey): Payload | undefined {
  if (data.length < nonceBytes + tagBytes) return undefined;
  try {
    const decipher = createDecipheriv(algorithm, secret, data.subarray(0, nonceBytes))
      .setAAD(boundTo(id))
      .setAuthTag(data.subarray(-tagBytes));
    const plain = decipher.update(data.subarray(nonceBytes, -tagBytes));
    return wire.decode(Buffer.concat([plain, decipher.final()]));
  } catch {
    return undefined;
  }
}

function keyMissing(id: string, hasNone: boolean): DoorError {
  const why = hasNone
    ? 'MAKEWHOLE_CODEC_KEYS names no file'
    : 'the file that MAKEWHOLE_CODEC_KEYS names does not hold it';
  const message =
    `What Temporal keeps here is sealed with the key ${id || '(unnamed)'}, and ${why}. ` +
    'Give that key back as a line of the file; nothing is lost, it is tried again.';
  return new DoorError('PAYLOAD_SEALED', { message });
}
