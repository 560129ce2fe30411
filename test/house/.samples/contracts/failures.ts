/** The failure codes of this small house. */
export const failures = {
  INPUT_INVALID: { kind: 'rejected' },
  DOCUMENTED_AS_FAULT: { kind: 'refused' }, // flagged: house/failures
  UNDOCUMENTED: { kind: 'bug' }, // flagged: house/failures
} as const;
