import type { MailOutcome } from './ports/mailer';

/** What becomes of a mail that was handed over: what was surely not taken waits its turn again. */
export const stateAfter = {
  sent: 'sent',
  refused: 'failed',
  later: 'queued',
  unreachable: 'queued',
  unknown: 'unknown',
} as const satisfies Record<MailOutcome['kind'], string>;
