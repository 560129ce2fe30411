import type { Pool, PoolClient } from 'pg';
import type {
  EvidenceLine,
  EvidenceLog,
  EvidenceVerdict,
  HeadWitnesses,
} from '../../activities/ports/evidence-log';
import { evidenceFileLines } from './evidence-export';
import { evidenceEntries, isChain } from './evidence-rows';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import type { Break, Sealed } from './walks/sealed';
import { walkApprovals } from './walks/walk-approvals';
import { walkChain, type WalkedChain } from './walks/walk-chain';
import { walkCommands } from './walks/walk-commands';
import { walkEffects } from './walks/walk-effects';
import { walkHeads } from './walks/walk-heads';
import { walkPeople } from './walks/walk-people';
import { walkPlans } from './walks/walk-plans';
import { walkPolicy } from './walks/walk-policy';
import { walkRecords, walkSnapshots } from './walks/walk-records';
import { walkRows } from './walks/walk-rows';
import { walkScans } from './walks/walk-scans';
import { walkStatements } from './walks/walk-statements';
import { walkGates, walkVotes } from './walks/walk-votes';

type Walk = (db: Queryable, sealed: Sealed) => Promise<Break | undefined>;

const registry = 'registry';
const registryWalks: readonly Walk[] = [walkCommands, walkPeople, walkSnapshots];
const incidentWalks: readonly Walk[] = [
  walkCommands,
  walkVotes,
  walkGates,
  walkEffects,
  walkRows,
  walkStatements,
  walkRecords,
  walkScans,
  walkPolicy,
  walkPlans,
  walkApprovals,
];

async function requireChain(db: Queryable, chain: string): Promise<void> {
  if (await isChain(db, chain)) return;
  throw new Refused(
    'INCIDENT_UNKNOWN',
    `there is no incident ${chain}, and no evidence of one; see ./makewhole incident list.`,
  );
}

async function firstBreak(db: Queryable, walked: WalkedChain): Promise<Break | undefined> {
  const { broken, sealed } = walked;
  if (broken !== undefined) return broken;
  for (const walk of sealed.chain === registry ? registryWalks : incidentWalks) {
    const found = await walk(db, sealed);
    if (found !== undefined) return found;
  }
  return undefined;
}

const advice =
  'Do nothing more on this incident, keep a copy of the database, and compare it with a backup.';

async function verifyInSnapshot(
  db: Queryable,
  { chain, witnesses }: { chain: string; witnesses: HeadWitnesses },
): Promise<EvidenceVerdict> {
  await requireChain(db, chain);
  const walked = await walkChain(db, chain);
  const entries = walked.head.seq;
  const broken = ({ seq, what }: Break): EvidenceVerdict => {
    return { holds: false, entries, firstBreak: { seq, what: `${what}. ${advice}` } };
  };
  const own = await firstBreak(db, walked);
  if (own !== undefined) return broken(own);
  const compared = await walkHeads(db, { sealed: walked.sealed, witnesses });
  if ('what' in compared) return broken(compared);
  const people = chain === registry ? undefined : await registryBreak(db, witnesses);
  if (people !== undefined) {
    return broken({ ...people, what: `in the registry of people: ${people.what}` });
  }
  return { holds: true, entries, head: walked.head.hash, compared };
}

async function registryBreak(
  db: Queryable,
  { instanceKeyPem }: HeadWitnesses,
): Promise<Break | undefined> {
  const walked = await walkChain(db, registry);
  const own = await firstBreak(db, walked);
  if (own !== undefined) return own;
  const witnesses = instanceKeyPem === undefined ? {} : { instanceKeyPem };
  const compared = await walkHeads(db, { sealed: walked.sealed, witnesses });
  return 'what' in compared ? compared : undefined;
}

async function* readLines(
  db: Queryable,
  { chain, after }: { chain: string; after: number },
): AsyncGenerator<EvidenceLine> {
  await requireChain(db, chain);
  for await (const { content, prevHash, hash } of evidenceEntries(db, { chain, after })) {
    yield { ...content, prevHash, hash };
  }
}

async function inSnapshot<T>(pool: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, async (tx) => {
    // A running incident goes on writing; chain and tables must be seen as of one moment.
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return work(tx);
  });
}

/** The evidence in Postgres. */
export function postgresEvidenceLog(pool: Pool): EvidenceLog {
  return {
    read: (chain, after = 0) => readLines(pool, { chain, after }),
    verify: (chain, witnesses = {}) =>
      inSnapshot(pool, (tx) => verifyInSnapshot(tx, { chain, witnesses })),
    export: (of, take) =>
      inSnapshot(pool, async (tx) => {
        await requireChain(tx, of.incidentId);
        for await (const line of evidenceFileLines(tx, of)) take(line);
      }),
  };
}
