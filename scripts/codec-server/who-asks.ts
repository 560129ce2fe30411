import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { CommandError } from '../command-io';
import type { Trust } from './codec-config';

/** What came with a request that says who asks, and for which namespace. */
export type Asking = {
  readonly authorization: string | undefined;
  readonly namespace: string | undefined;
};

/** Tells who asks; throws when they may not. */
export type WhoAsks = (asking: Asking) => Promise<string>;

// None that takes a shared secret, and never none at all.
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const clockToleranceSeconds = 5;

/**
 * Tells who asks by the token they bring, as Temporal's own claim mapper reads it: permissions such
 * as `default:read`.
 *
 * @throws SIGNATURE_INVALID (refused) without a token, or with one not of this issuer for us
 * @throws EXPIRED (refused) when it is no longer valid
 * @throws ROLE_MISSING (refused) when it gives no role we list on our namespace
 */
export function whoAsks(trust: Trust): WhoAsks {
  const { jwks, issuer, audience, namespace, roles } = trust;
  const keys =
    jwks instanceof URL ? createRemoteJWKSet(jwks) : createLocalJWKSet({ ...jwks } as never);
  return async ({ authorization, namespace: asked }) => {
    const [, token] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw refused('SIGNATURE_INVALID', 'Bring a token: log in to the UI.');
    const options = { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds };
    const { payload } = await jwtVerify(token, keys, {
      ...options,
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => {
      throw unproven(error);
    });
    const holds = new Set(permissionsOf(payload));
    const allowed = [namespace, 'temporal-system'].flatMap((scope) =>
      roles.map((role) => `${scope}:${role}`),
    );
    if (asked === namespace && allowed.some((each) => holds.has(each))) return payload.sub ?? '';
    const message = `${payload.sub ?? ''} may not read payloads of ${asked ?? 'no namespace'}.`;
    throw refused('ROLE_MISSING', message);
  };
}

function permissionsOf({ permissions }: JWTPayload): string[] {
  if (!Array.isArray(permissions)) return [];
  return permissions
    .filter((each): each is string => typeof each === 'string')
    .map((each) => each.replace(/:[^:]*$/, (role) => role.toLowerCase()));
}

function unproven(error: unknown): CommandError {
  if (error instanceof errors.JWTExpired) return refused('EXPIRED', 'The token has expired.');
  // Whose keys cannot be had is no fault of whoever asks, but nobody is let in by it either.
  const why = error instanceof errors.JOSEError ? error.code : String(error);
  return refused('SIGNATURE_INVALID', `The token does not prove who asks (${why}).`);
}

const refused = (code: string, message: string) =>
  new CommandError({ code, kind: 'refused', message });
