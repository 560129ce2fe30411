import type { Pool } from 'pg';
import type { ApprovalStanding, ApprovalWanted, Approvals } from '../../activities/ports/approvals';
import { isAskedAgain } from './asked-again';
import { recount } from './gate-recount';
import { refuseHalted } from './halts';
import type { Queryable } from './pool';
import { Refused } from './refused';

/** The approvals in Postgres. */
export function postgresApprovals(db: Pool | Queryable): Approvals {
  const standing = (wanted: ApprovalWanted) => readStanding(db, wanted);
  return {
    standing,
    async require(wanted) {
      // What has begun looks here again before each batch: a halt stops it in the middle.
      await refuseHalted(db, wanted.incidentId);
      const found = await standing(wanted);
      if (found.approved) return;
      const { incidentId, gateId, subject } = wanted;
      throw new Refused(
        'APPROVAL_MISSING',
        `nothing was done: ${incidentId} needs gate ${gateId} passed on digest ${subject}; ` +
          `missing: ${found.missing.join('; ')}`,
      );
    },
  };
}

type Opening = { opening: number; state: string; sealed: boolean; ended: boolean };

/** SQL: whether the chain says so of an opening of `g`; what is over by it is over in any row. */
const saysEvidence = (kinds: string) => `EXISTS (
  SELECT FROM evidence e WHERE e.chain = g.incident_id AND e.kind IN (${kinds})
    AND e.entry::jsonb @> jsonb_build_object('body', jsonb_build_object(
      'gate', g.gate_id, 'opening', g.opening, 'subject', g.subject)))`;

async function readStanding(db: Queryable, wanted: ApprovalWanted): Promise<ApprovalStanding> {
  const { incidentId, gateId, subject } = wanted;
  const { rows } = await db.query<Opening>(
    `SELECT opening, state, ${saysEvidence("'gate-passed'")} AS sealed,
       ${saysEvidence("'gate-withdrawn', 'gate-expired'")} AS ended
     FROM gates g WHERE incident_id = $1 AND gate_id = $2 AND subject = $3
     ORDER BY opening DESC LIMIT 1`,
    [incidentId, gateId, subject],
  );
  const [gate] = rows;
  let rejected = false;
  if (gate === undefined) {
    return { approved: false, missing: ['the gate was never opened on this digest'], rejected };
  }
  const { opening, state, sealed, ended } = gate;
  const counted = await recount(db, { ...wanted, opening });
  const isRejected = counted.state === 'rejected';
  // Not while somebody has it decided again: then its votes are what is missing.
  rejected = isRejected && !(await isAskedAgain(db, { ...wanted, opening }));
  const missing = [
    ...(isRejected ? ['it was rejected'] : counted.missing),
    ...counted.dropped.map(({ person, flaw }) => `the vote of ${person} does not count: ${flaw}`),
  ];
  if (counted.state !== 'passed') return { approved: false, missing, rejected };
  if (state !== 'passed') missing.push(`its opening ${String(opening)} is ${state}`);
  else if (ended) missing.push(`its opening ${String(opening)} is void`);
  else if (!sealed) missing.push('there is no evidence that it passed');
  else return { approved: true, opening };
  return { approved: false, missing, rejected };
}
