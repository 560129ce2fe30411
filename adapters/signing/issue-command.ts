import { randomBytes } from 'node:crypto';
import type { CommandBody, CommandKind } from '../../contracts/command';
import { signCommand } from '../../proof/command-jws';
import type { PersonSigner } from './person-signer';

/** A command to be signed. `incident` is `registry` for people, `subject` '' but for decisions. */
export type CommandDraft<K extends CommandKind> = {
  readonly signer: PersonSigner;
  readonly kind: K;
  readonly incident: string;
  readonly subject?: string;
  readonly body: CommandBody<K>;
  /** When it counts as signed; now, unless given. */
  readonly at?: string | Date;
  /** How long it may be used: at most 24 hours, 14 days for `decide`; 1 hour unless given. */
  readonly expiresInSeconds?: number;
};

/** Signs a command under a jti that was never used before. Units: `iat`, `exp` in whole seconds. */
export function issueCommand<K extends CommandKind>(draft: CommandDraft<K>): string {
  const { signer, kind, incident, subject = '', body, expiresInSeconds = 3600 } = draft;
  const iat = Math.floor(new Date(draft.at ?? Date.now()).getTime() / 1000);
  return signCommand(
    {
      iss: signer.personId,
      kind,
      incident,
      subject,
      body,
      iat,
      exp: iat + expiresInSeconds,
      jti: randomBytes(16).toString('base64url'),
    },
    signer.privateKey,
  );
}
