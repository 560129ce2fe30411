/** The service track: from a frozen service to one that is online again, as often as it takes. */
import type { FixState } from '../contracts/activities';
import { inCaseUnheard } from './nudges';
import { decide, type Asking } from './steps';
import { approvedly } from './world';

type Verified = { attempt: number; reportDigest: string };

/**
 * Brings the service back: proven on all past deals before it goes live. Gives the last allocation
 * before that.
 *
 * Retry: from the beginning, at any time; how far a fix has come stands in Postgres.
 */
export async function restoreService(the: Asking): Promise<number> {
  for (;;) {
    const fix = await awaitFix(the);
    const after = fix.kind === 'proposed' ? await proveAndDeploy(the, fix) : await clear(the, fix);
    if (after !== undefined) return after;
  }
}

/** Waits until a fix is proposed that has not failed, or a scan shows that none is needed. */
async function awaitFix({ world, nudges }: Asking): Promise<Exclude<FixState, { kind: 'none' }>> {
  for (let look = 0; ; look += 1) {
    const mark = nudges.mark();
    const fix = await world.readFix();
    if (fix.kind !== 'none') return fix;
    await nudges.since(mark, { seconds: inCaseUnheard(look), summary: 'Waiting for a fix' });
  }
}

/** Verified, approved, deployed while still frozen, asked once on the live version, then lifted. */
async function proveAndDeploy(
  the: Asking,
  { attempt }: { attempt: number },
): Promise<number | undefined> {
  const { world } = the;
  const { holds, reportDigest } = await world.verifyFix({ attempt });
  if (!holds) return undefined; // Told to the proposer by name; the next proposal is awaited.
  const verdict = await decide(the, { gateId: 'unfreeze', subject: reportDigest });
  if (verdict.kind !== 'passed') return undefined;
  const fix: Verified = { attempt, reportDigest };
  if (!(await approvedly(the, () => world.deployFix(fix)))) return undefined;
  return (await world.probeFix({ attempt })).holds ? lift(the, reportDigest) : undefined;
}

/** Nobody was harmed: the service and the reported deals are let go on the scan's own report. */
async function clear(
  the: Asking,
  { reportDigest }: { reportDigest: string },
): Promise<number | undefined> {
  const verdict = await decide(the, { gateId: 'unfreeze', subject: reportDigest, anew: true });
  if (verdict.kind !== 'passed') return undefined;
  const after = await lift(the, reportDigest);
  if (after !== undefined) await approvedly(the, () => the.world.liftDealHolds());
  return after;
}

async function lift(the: Asking, reportDigest: string): Promise<number | undefined> {
  const { world, nudges } = the;
  for (;;) {
    const mark = nudges.mark();
    const lifted = await approvedly(the, () => world.liftFreeze({ reportDigest }));
    if (!lifted) return undefined;
    if (!(await world.verifyFreeze()).frozen) return lifted.done.lastSeq;
    await nudges.since(mark, { seconds: 60, summary: 'Said to be lifted, and still frozen' });
  }
}
