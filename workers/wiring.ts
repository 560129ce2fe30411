import { join } from 'node:path';
import type { Ports } from '../activities/ports';
import type { RefusalAlarms } from '../activities/ports/refusal-alarms';
import type { RegistryAlarms } from '../activities/ports/registry-alarms';
import { HttpAllocationService } from '../adapters/allocator/http-allocation-service';
import { SandboxRail } from '../adapters/bank/sandbox-rail';
import { smtpMailer } from '../adapters/mail/smtp-mailer';
import { postgresApprovals } from '../adapters/postgres/approvals';
import { postgresChainHeads } from '../adapters/postgres/chain-heads';
import { postgresClocks } from '../adapters/postgres/clocks';
import { postgresCommandBacklog } from '../adapters/postgres/command-backlog';
import { postgresCommandInbox } from '../adapters/postgres/command-inbox';
import { postgresDocuments } from '../adapters/postgres/documents';
import { postgresFixes } from '../adapters/postgres/fixes';
import { postgresForms } from '../adapters/postgres/forms';
import { postgresGates } from '../adapters/postgres/gates';
import { postgresHolds } from '../adapters/postgres/holds';
import { postgresImpacts } from '../adapters/postgres/impacts';
import { postgresImports } from '../adapters/postgres/imports';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { postgresInvoices } from '../adapters/postgres/invoices';
import { postgresLedger } from '../adapters/postgres/ledger';
import { postgresLetterCases } from '../adapters/postgres/letter-cases';
import { postgresLetters } from '../adapters/postgres/letters';
import { postgresNotices } from '../adapters/postgres/notices';
import { postgresPaymentLedger } from '../adapters/postgres/payments';
import { postgresPersonCalls } from '../adapters/postgres/person-calls';
import { postgresPlans } from '../adapters/postgres/plans';
import { openPool } from '../adapters/postgres/pool';
import { postgresRefusalAlarms } from '../adapters/postgres/refusal-series';
import { postgresRegistryAlarms } from '../adapters/postgres/registry-alarms';
import { postgresRuns } from '../adapters/postgres/runs';
import { postgresSecondOpinions } from '../adapters/postgres/second-opinion';
import { postgresSettlements } from '../adapters/postgres/settlement';
import { postgresSeverities } from '../adapters/postgres/severities';
import { postgresSizings } from '../adapters/postgres/sizings';
import { postgresStages } from '../adapters/postgres/stages';
import { postgresUpdates } from '../adapters/postgres/updates';
import { postgresUnitTransfers } from '../adapters/postgres/unit-transfers';
import { openInstanceSigner } from '../adapters/signing/instance-signer';
import { standardLetters } from '../templates/standard-letters';
import type { WorkerConfig } from './config';
import { packageRoot } from './package-root';

const connectionsMax = 20;

/** What a worker's activities need, and what it looks after beside them. */
type Wired = {
  ports: Ports;
  refusals: RefusalAlarms;
  registry: RegistryAlarms;
  close(): Promise<void>;
};

/** Builds every adapter a worker needs; `close` lets go of the database. */
export function wire(config: WorkerConfig): Wired {
  const pool = openPool(config.databaseUrl, { max: connectionsMax, name: 'makewhole-worker' });
  const ports: Ports = {
    commandInbox: postgresCommandInbox(pool),
    commandBacklog: postgresCommandBacklog(pool),
    gates: postgresGates(pool),
    approvals: postgresApprovals(pool),
    incidents: postgresIncidents(pool),
    runs: postgresRuns(pool),
    stages: postgresStages(pool),
    heads: postgresChainHeads(pool),
    updates: postgresUpdates(pool),
    severities: postgresSeverities(pool),
    sizings: postgresSizings(pool),
    clocks: postgresClocks(pool),
    holds: postgresHolds(pool),
    forms: postgresForms(pool),
    fixes: postgresFixes(pool),
    imports: postgresImports(pool),
    impacts: postgresImpacts(pool),
    secondOpinions: postgresSecondOpinions(pool),
    plans: postgresPlans(pool),
    settlements: postgresSettlements(pool),
    payments: postgresPaymentLedger(pool),
    invoices: postgresInvoices(pool),
    transfers: postgresUnitTransfers(pool),
    ledger: postgresLedger(pool),
    letters: postgresLetters(pool),
    letterCases: postgresLetterCases(pool),
    standardLetters: standardLetters(join(packageRoot(), 'templates', 'letters')),
    notices: postgresNotices(pool),
    calls: postgresPersonCalls(pool),
    documents: postgresDocuments(pool),
    mailer: smtpMailer(config.smtpUrl),
    service: new HttpAllocationService(config.allocatorUrl),
    rail: new SandboxRail({ bankUrl: config.bankUrl }),
    signer: openInstanceSigner(config.instanceKeyPath),
  };
  const alarms = {
    refusals: postgresRefusalAlarms(pool),
    registry: postgresRegistryAlarms(pool),
  };
  return { ports, ...alarms, close: () => pool.end() };
}
