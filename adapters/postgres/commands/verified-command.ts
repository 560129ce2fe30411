import type { CommandFacts } from '../../../domain/command-refusal';
import type { Queryable } from '../pool';

/** A command whose signature, time and incident have been checked; its effect has not. */
export type VerifiedCommand = {
  incidentId: string;
  kind: string;
  person: { id: string; roles: string[]; interests: string[] };
  jti: string;
  subject: string;
  body: unknown;
  at: string;
};

/** What accepting a command would write; nothing of it is written while the kind looks. */
export type Effect = {
  /** Kind and body of the evidence; who, jti and digest are added for every command alike. */
  evidence: { kind: string; body: Record<string, unknown> };
  result?: Record<string, unknown>;
  note?: string;
  /** Absent where the evidence is all there is to it. */
  write?: (tx: Queryable) => Promise<void>;
};

/** What one kind of command finds in the tables: facts that may refuse it, and its effect. */
export type Look = (
  tx: Queryable,
  command: VerifiedCommand,
) => Promise<{ facts: Partial<CommandFacts>; effect?: Effect }>;
