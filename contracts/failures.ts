/** What kind of no a failure is; docs/failures.md says what each means to callers. */
export type FailureKind = 'rejected' | 'refused' | 'fault' | 'bug';

/**
 * Every failure this system can answer with, by its code.
 *
 * Ensures: docs/failures.md lists exactly these, compared by a test both ways.
 */
export const failures = {
  INPUT_INVALID: { kind: 'rejected' },
  IMPORT_INVALID: { kind: 'rejected' },
  TIME_MISMATCH: { kind: 'rejected' },
  MALFORMED: { kind: 'rejected' },
  ANSWER_INVALID: { kind: 'rejected' },

  KEY_UNKNOWN: { kind: 'refused' },
  SIGNATURE_INVALID: { kind: 'refused' },
  KEY_REVOKED: { kind: 'refused' },
  NOT_YET_VALID: { kind: 'refused' },
  EXPIRED: { kind: 'refused' },
  REPLAYED: { kind: 'refused' },
  INCIDENT_UNKNOWN: { kind: 'refused' },
  INCIDENT_OTHER: { kind: 'refused' },
  INCIDENT_CLOSED: { kind: 'refused' },
  GATE_CLOSED: { kind: 'refused' },
  DIGEST_STALE: { kind: 'refused' },
  CONTENT_MISMATCH: { kind: 'refused' },
  ROLE_MISSING: { kind: 'refused' },
  SELF_APPROVAL: { kind: 'refused' },
  INTEREST: { kind: 'refused' },
  ALREADY_VOTED: { kind: 'refused' },
  ALREADY_DONE: { kind: 'refused' },
  OPTION_BLOCKED: { kind: 'refused' },
  NOT_LOWER: { kind: 'refused' },
  SNAPSHOT_CHANGED: { kind: 'refused' },
  NOT_FOUND: { kind: 'refused' },
  CERTIFICATE_BROKEN: { kind: 'refused' },
  EVIDENCE_BROKEN: { kind: 'refused' },
  TRANSFER_REFUSED: { kind: 'refused' },
  APPROVAL_MISSING: { kind: 'refused' },
  DEPLOY_REFUSED: { kind: 'refused' },
  STILL_FROZEN: { kind: 'refused' },
  STILL_OPEN: { kind: 'refused' },
  STACK_BUSY: { kind: 'refused' },
  RUN_SUPERSEDED: { kind: 'refused' },
  CANCEL_REFUSED: { kind: 'refused' },
  TEMPORAL_REFUSED: { kind: 'refused' },

  STACK_DOWN: { kind: 'fault' },
  DATABASE_DOWN: { kind: 'fault' },
  SOURCE_DOWN: { kind: 'fault' },
  TEMPORAL_DOWN: { kind: 'fault' },
  TEMPORAL_MISSING: { kind: 'fault' },
  RUN_MISSING: { kind: 'fault' },
  HALTED: { kind: 'fault' },
  PAYLOAD_SEALED: { kind: 'fault' },
  PORT_BUSY: { kind: 'fault' },
  FILE_UNUSABLE: { kind: 'fault' },
  RAIL_UNREACHABLE: { kind: 'fault' },
  SERVICE_UNREACHABLE: { kind: 'fault' },
  STATEMENT_GAP: { kind: 'fault' },

  KEY_REUSED: { kind: 'bug' },
  RAIL_REJECTED: { kind: 'bug' },
  SERVICE_REJECTED: { kind: 'bug' },
  LIFT_REFUSED: { kind: 'bug' },
  RECEIPT_MISMATCH: { kind: 'bug' },
  PLAN_MISMATCH: { kind: 'bug' },
  RECOMPUTATION_DIFFERS: { kind: 'bug' },
  SECOND_OPINION_DIFFERS: { kind: 'bug' },
  MIGRATION_EDITED: { kind: 'bug' },
  UNEXPECTED: { kind: 'bug' },
} as const satisfies Record<string, { kind: FailureKind }>;

/** A code of the table above. */
export type FailureCode = keyof typeof failures;
