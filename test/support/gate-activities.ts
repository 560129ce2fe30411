import { expireGate } from '../../activities/expire-gate';
import { openGate } from '../../activities/open-gate';
import { remindGate } from '../../activities/remind-gate';
import { tallyGate } from '../../activities/tally-gate';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresPersonCalls } from '../../adapters/postgres/person-calls';
import type { Activities } from '../../contracts/activities';
import type { DecisionDesk } from '../adapters/decision-desk';

/** What a gate does of its own accord, over real tables and a real mail server. */
export function gateActivities({ desk, smtpUrl }: { desk: DecisionDesk; smtpUrl: string }) {
  const { pool } = desk;
  const ports = {
    gates: desk.gates(),
    incidents: postgresIncidents(pool),
    notices: postgresNotices(pool),
    calls: postgresPersonCalls(pool),
    mailer: smtpMailer(smtpUrl),
  };
  return {
    openGate: openGate(ports),
    tallyGate: tallyGate(ports),
    expireGate: expireGate(ports),
    remindGate: remindGate(ports),
  } satisfies Partial<Activities>;
}
