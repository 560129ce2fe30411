import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { packageRoot } from '../package-root';
import { CodecKeys } from './codec-keys';
import { DoorError } from './door-error';
import { sealingVariable, type doorVariables } from './door-variables';
import { payloadCodec } from './payload-codec';

/** The files by which Temporal's frontend and we know each other. */
export type TlsFiles = {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly serverName?: string;
};

/** How Temporal is entered, and what of it is sealed; what is undefined is not used. */
export type Door = {
  readonly tls: TlsFiles | undefined;
  /** A token of Temporal's claim mapper; read from its file each time, so it may be renewed. */
  readonly token: { readonly source: string; read(): string } | undefined;
  readonly keys: CodecKeys | undefined;
};

/**
 * Reads how Temporal is entered and what is sealed.
 *
 * Shapes: `doorVariables` and `sealingVariable`; one that is empty is not set.
 * Ensures: a token goes over TLS, unless `TEMPORAL_TLS=false` says otherwise.
 * @throws INPUT_INVALID (rejected) when they contradict each other, or the file has no usable key
 * @throws FILE_UNUSABLE (fault) when the file of the keys cannot be read
 */
export function readDoor(settings: NodeJS.ProcessEnv): Door {
  const given = (name: string) => (settings[name] === '' ? undefined : settings[name]);
  const keysPath = given(sealingVariable);
  const token = tokenOf(given);
  return {
    tls: tlsOf(given, token !== undefined),
    token,
    keys: keysPath === undefined ? undefined : readKeys(keysPath),
  };
}

const readKeys = (path: string) => readFile(sealingVariable, () => new CodecKeys(path));

type Given = (name: (typeof doorVariables)[number]) => string | undefined;

function tlsOf(given: Given, hasToken: boolean): TlsFiles | undefined {
  const ca = given('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const certificate = given('TEMPORAL_TLS_CLIENT_CERT_PATH');
  const key = given('TEMPORAL_TLS_CLIENT_KEY_PATH');
  const serverName = given('TEMPORAL_TLS_SERVER_NAME');
  if ((certificate === undefined) !== (key === undefined)) {
    const names = 'TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH';
    throw contradiction(`${names}: a certificate is of no use without its key; set both.`);
  }
  const said = given('TEMPORAL_TLS');
  const isNeeded = hasToken || ca !== undefined || certificate !== undefined;
  if (said === undefined ? !isNeeded : /^(false|0|no)$/i.test(said)) return undefined;
  return {
    ...(ca && { ca }),
    ...(certificate && key && { certificate, key }),
    ...(serverName && { serverName }),
  };
}

function tokenOf(given: Given): Door['token'] {
  const [literal, path] = [given('TEMPORAL_API_KEY'), given('TEMPORAL_API_KEY_FILE')];
  if (literal !== undefined && path !== undefined) {
    throw contradiction('TEMPORAL_API_KEY and TEMPORAL_API_KEY_FILE: set one of them.');
  }
  if (literal !== undefined) return { source: 'TEMPORAL_API_KEY', read: () => literal };
  if (path === undefined) return undefined;
  const read = () => readFile('TEMPORAL_API_KEY_FILE', () => readFileSync(path, 'utf8').trim());
  return { source: path, read };
}

const contradiction = (message: string) => new DoorError('INPUT_INVALID', { message });

function readFile<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DoorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const message = `${variable} names a file that cannot be read: ${why}.`;
    throw new DoorError('FILE_UNUSABLE', { message, path: variable });
  }
}

type Entering = Pick<ConnectionOptions, 'tls'>;

/** What a client connects with; the token is read anew for each call. */
export function clientConnectionOf(door: Door): Entering & Pick<ConnectionOptions, 'apiKey'> {
  const { token } = door;
  return { ...tlsConnectionOf(door), ...(token && { apiKey: () => token.read() }) };
}

/** What a worker connects with; it is told a renewed token by whoever runs it. */
export function workerConnectionOf(door: Door): Entering & { apiKey?: string } {
  const { token } = door;
  return { ...tlsConnectionOf(door), ...(token && { apiKey: token.read() }) };
}

function tlsConnectionOf({ tls }: Door): Entering {
  const file = (path: string) => readFile(path, () => readFileSync(path));
  const tlsConfig = tls && {
    ...(tls.ca && { serverRootCACertificate: file(tls.ca) }),
    ...(tls.certificate &&
      tls.key && { clientCertPair: { crt: file(tls.certificate), key: file(tls.key) } }),
    ...(tls.serverName && { serverNameOverride: tls.serverName }),
  };
  return { tls: tlsConfig ?? false };
}

/** What client and worker turn values into payloads with; without keys nothing is sealed. */
export function converterOf({ keys }: Pick<Door, 'keys'>): DataConverter {
  const payloadCodecs = [payloadCodec(keys)];
  if (keys === undefined) return { payloadCodecs };
  const failureConverterPath = join(packageRoot(), 'dist', 'workflows', 'sealed-failures.js');
  return { payloadCodecs, failureConverterPath };
}

/** The workflows in the form that turns failures into payloads as `converterOf` does. */
export function bundleOf({ keys }: Pick<Door, 'keys'>): { codePath: string } {
  const name = keys === undefined ? 'workflow-bundle.js' : 'workflow-bundle-sealed.js';
  return { codePath: join(packageRoot(), 'dist', name) };
}
