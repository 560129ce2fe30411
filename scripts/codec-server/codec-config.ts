import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CodecKeys } from '../../workers/temporal/codec-keys';
import { CommandError } from '../command-io';

const path = z.string().min(1);

const environment = z
  .object({
    MAKEWHOLE_CODEC_KEYS: path,
    MAKEWHOLE_CODEC_JWKS: path,
    MAKEWHOLE_CODEC_PUBLISHED: path.optional(),
    MAKEWHOLE_CODEC_ISSUER: z.string().min(1),
    MAKEWHOLE_CODEC_AUDIENCE: z.string().min(1),
    MAKEWHOLE_CODEC_ROLES: z.string().min(1).default('read,write,admin'),
    MAKEWHOLE_CODEC_ORIGIN: z.url(),
    MAKEWHOLE_CODEC_TLS_CERT: path.optional(),
    MAKEWHOLE_CODEC_TLS_KEY: path.optional(),
    TEMPORAL_NAMESPACE: path.default('default'),
  })
  .refine((given) => !given.MAKEWHOLE_CODEC_TLS_CERT === !given.MAKEWHOLE_CODEC_TLS_KEY, {
    path: ['MAKEWHOLE_CODEC_TLS_CERT'],
    message: 'a certificate is of no use without its key; set both',
  });

/** Public keys, as RFC 7517 writes them. */
export type KeySet = { readonly keys: readonly Record<string, unknown>[] };

/** Whom the endpoint answers: tokens of this issuer, for it, with a role on the namespace. */
export type Trust = {
  /** A URL of the issuer's, or the keys themselves out of a file. */
  readonly jwks: URL | KeySet;
  readonly issuer: string;
  readonly audience: string;
  readonly namespace: string;
  readonly roles: readonly string[];
};

/** What the decode endpoint needs to know. */
export type CodecConfig = {
  readonly keys: CodecKeys;
  readonly trust: Trust;
  /** Keys that are given to whoever asks: to Temporal's server, which takes them by HTTP alone. */
  readonly published: KeySet | undefined;
  /** The pages that may ask from within a browser. */
  readonly origin: string;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
};

/**
 * Reads what the decode endpoint needs from its environment.
 *
 * @throws INPUT_INVALID (rejected) naming every variable that is missing or wrong
 */
export function readCodecConfig(env: NodeJS.ProcessEnv): CodecConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = z.prettifyError(parsed.error);
    const message = `The codec server's environment is incomplete:\n${faults}`;
    throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
  }
  const given = parsed.data;
  const published = given.MAKEWHOLE_CODEC_PUBLISHED;
  const [cert, key] = [given.MAKEWHOLE_CODEC_TLS_CERT, given.MAKEWHOLE_CODEC_TLS_KEY];
  return {
    keys: new CodecKeys(given.MAKEWHOLE_CODEC_KEYS),
    trust: {
      jwks: jwksOf(given.MAKEWHOLE_CODEC_JWKS),
      issuer: given.MAKEWHOLE_CODEC_ISSUER,
      audience: given.MAKEWHOLE_CODEC_AUDIENCE,
      namespace: given.TEMPORAL_NAMESPACE,
      roles: given.MAKEWHOLE_CODEC_ROLES.toLowerCase().split(/[\s,]+/),
    },
    published: published === undefined ? undefined : keySetIn(published),
    origin: new URL(given.MAKEWHOLE_CODEC_ORIGIN).origin,
    tls: cert && key ? { cert: readFileSync(cert), key: readFileSync(key) } : undefined,
  };
}

// A private key has no business here, and is never given on.
const publicKeys = z.object({
  keys: z
    .array(z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), d: z.undefined().optional() }))
    .min(1),
});

function jwksOf(given: string): Trust['jwks'] {
  return /^https?:/.test(given) ? new URL(given) : keySetIn(given);
}

function keySetIn(file: string): KeySet {
  const parsed = publicKeys.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const message = `${file} holds no set of public keys.`;
  throw new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
}
