/** What is about to be done: the digest recomputed from the very rows, and the gate it needs. */
export type ApprovalWanted = { incidentId: string; gateId: string; subject: string };

/** Whether a subject is approved, or rejected; `missing` says in words what is not there. */
export type ApprovalStanding =
  { approved: true; opening: number } | { approved: false; missing: string[]; rejected: boolean };

/**
 * The approvals that effects stand on, verified from signatures each time they are asked for.
 *
 * Ensures: no state, count or vote row is believed; only signed commands sealed in evidence are.
 */
export type Approvals = {
  standing(wanted: ApprovalWanted): Promise<ApprovalStanding>;
  /** @throws APPROVAL_MISSING (refused) when the subject is not approved; names what is missing. */
  require(wanted: ApprovalWanted): Promise<void>;
};
