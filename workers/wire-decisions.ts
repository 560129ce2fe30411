import type { CommandBacklog } from '../activities/ports/command-backlog';
import type { CommandInbox } from '../activities/ports/command-inbox';
import type { Documents } from '../activities/ports/documents';
import type { Forms } from '../activities/ports/forms';
import type { Gates } from '../activities/ports/gates';
import type { Incidents } from '../activities/ports/incidents';
import type { Plans } from '../activities/ports/plans';
import type { Runs } from '../activities/ports/runs';
import type { Severities } from '../activities/ports/severities';
import { postgresCommandBacklog } from '../adapters/postgres/command-backlog';
import { postgresCommandInbox } from '../adapters/postgres/command-inbox';
import { postgresDocuments } from '../adapters/postgres/documents';
import { headOf } from '../adapters/postgres/evidence';
import { postgresForms } from '../adapters/postgres/forms';
import { postgresGates } from '../adapters/postgres/gates';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { postgresPlans } from '../adapters/postgres/plans';
import { postgresRuns } from '../adapters/postgres/runs';
import { postgresSeverities } from '../adapters/postgres/severities';
import { openPool } from '../adapters/postgres/pool';
import { issueCommand, type CommandDraft } from '../adapters/signing/issue-command';
import { loadSigner, openSigner } from '../adapters/signing/person-signer';
import type { CommandKind } from '../contracts/command';
import type { ChainHead } from '../proof/evidence-chain';

/** What people's commands need of the database: the inbox, and what is read before signing. */
export type Decisions = {
  readonly commandInbox: CommandInbox;
  readonly commandBacklog: CommandBacklog;
  readonly documents: Pick<Documents, 'bytes'>;
  readonly forms: Pick<Forms, 'read'>;
  readonly gates: Gates;
  readonly incidents: Incidents;
  readonly plans: Pick<Plans, 'verifyPlan' | 'waitingDeals'>;
  readonly runs: Runs;
  readonly severities: Severities;
  evidenceHead(incidentId: string): Promise<ChainHead>;
  close(): Promise<void>;
};

/** Connects to what stands in Postgres, as the role whose address is given; close it in the end. */
export function wireDecisions(databaseUrl: string): Decisions {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-command' });
  return {
    commandInbox: postgresCommandInbox(pool),
    commandBacklog: postgresCommandBacklog(pool),
    documents: postgresDocuments(pool),
    forms: postgresForms(pool),
    gates: postgresGates(pool),
    incidents: postgresIncidents(pool),
    plans: postgresPlans(pool),
    runs: postgresRuns(pool),
    severities: postgresSeverities(pool),
    evidenceHead: (incidentId) => headOf(pool, incidentId),
    close: () => pool.end(),
  };
}

/** Signs with the private key of a person: of a file, else of this machine's state folder. */
export function signAs<K extends CommandKind>(
  { stateDir, personId, keyPath }: { stateDir: string; personId: string; keyPath?: string },
  draft: Omit<CommandDraft<K>, 'signer'>,
): string {
  const signer =
    keyPath === undefined ? loadSigner(stateDir, personId) : openSigner(keyPath, personId);
  return issueCommand({ ...draft, signer });
}
