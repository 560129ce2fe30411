/**
 * What the runbook asks of the world: each activity with its queue, its time limits and its words
 * in the Temporal UI.
 *
 * Retry: a fault is retried for as long as it lasts. A refusal or a bug is not: a person is called
 * by name, and the step is tried again when somebody nudges or an hour has gone by. No step fails
 * the workflow, so no path ends in silence.
 */
import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../contracts/activities';
import type { FailureCode } from '../contracts/failures';
import type { OfRun } from '../contracts/incident';
import { taskQueues } from '../contracts/workflow-ids';
import { beside, type Nudges } from './nudges';
import { superseded, supersededCode } from './superseded';

type Name = keyof Activities;
/**
 * `bulk`: takes longer the more deals there are. `gated`: where what it rests on turns out to be
 * missing, whoever asked goes back to it.
 */
type Duty = { queue: keyof typeof taskQueues; summary: string; bulk?: true; gated?: true };

const duties: Record<Name, Duty> = {
  answerCommand: { queue: 'incidents', summary: 'Check a signed command' },
  keepCommands: { queue: 'incidents', summary: 'Keep what was signalled' },
  answerBacklog: { queue: 'incidents', summary: 'Answer what was kept' },
  openGate: { queue: 'incidents', summary: 'Open the gate' },
  tallyGate: { queue: 'incidents', summary: 'Count the verified votes' },
  remindGate: { queue: 'letters', summary: 'Remind who has not decided' },
  expireGate: { queue: 'incidents', summary: 'Void the votes and open again' },
  withdrawGate: { queue: 'incidents', summary: 'Withdraw what has changed' },
  callForPerson: { queue: 'incidents', summary: 'Call a person: a step cannot go on' },
  thankPerson: { queue: 'incidents', summary: 'The step went on' },
  turnPage: { queue: 'incidents', summary: 'Turn the page' },
  readBoard: { queue: 'incidents', summary: 'Read how things stand' },
  freezeAllocations: { queue: 'incidents', summary: 'Freeze the allocation service' },
  verifyFreeze: { queue: 'incidents', summary: 'Check that the freeze still stands', bulk: true },
  declareSeverity: { queue: 'incidents', summary: 'Decide the severity from facts' },
  remindUpdate: { queue: 'letters', summary: 'See whether an update is owed' },
  weighFacts: { queue: 'incidents', summary: 'Weigh what is known by now' },
  tellClocks: { queue: 'letters', summary: 'Say which deadlines are near or past' },
  pagePeople: { queue: 'incidents', summary: 'Page the people on call' },
  findSnapshot: { queue: 'impact', summary: "Find the platform's history" },
  openForms: { queue: 'incidents', summary: 'Ask the three teams' },
  readForms: { queue: 'incidents', summary: 'See which teams have answered' },
  remindTeams: { queue: 'letters', summary: 'Remind the teams' },
  scanDeals: { queue: 'impact', summary: 'Check recorded shares', bulk: true },
  recomputeShares: { queue: 'impact', summary: 'Replay history by the right rule', bulk: true },
  askSecondOpinion: { queue: 'impact', summary: 'Compute affected deals again', bulk: true },
  holdDeals: { queue: 'incidents', summary: 'Hold every affected deal', bulk: true },
  draftLetterText: { queue: 'letters', summary: 'Lay the letter text before its gate' },
  sendDueLetters: {
    queue: 'letters',
    summary: 'Send the letters that are true now',
    bulk: true,
    gated: true,
  },
  draftPlan: { queue: 'impact', summary: 'Draft the plan', bulk: true },
  findApprovedPlans: { queue: 'payments', summary: 'Find what was signed', bulk: true },
  draftDossier: { queue: 'impact', summary: 'Write the dossier', bulk: true },
  sendDossier: { queue: 'letters', summary: 'Mail the dossier to management and legal' },
  prepareSettlement: {
    queue: 'payments',
    summary: 'Book what was approved',
    bulk: true,
    gated: true,
  },
  payChunk: { queue: 'payments', summary: 'Pay what is due', bulk: true, gated: true },
  issueInvoices: { queue: 'payments', summary: 'Issue the invoices', bulk: true, gated: true },
  matchReceipts: { queue: 'payments', summary: 'Match money that came in', bulk: true },
  transferUnits: { queue: 'payments', summary: 'Have units transferred', bulk: true, gated: true },
  settlementState: { queue: 'payments', summary: 'See what is still open', bulk: true },
  liftDealHolds: {
    queue: 'incidents',
    summary: 'Lift holds of deals that are done',
    bulk: true,
    gated: true,
  },
  reconcilePlan: { queue: 'payments', summary: 'Reconcile owed, booked and moved', bulk: true },
  proveTerminal: { queue: 'impact', summary: 'Prove everybody affected is done', bulk: true },
  followReturns: { queue: 'payments', summary: 'Look whether money came back' },
  draftPostMortem: { queue: 'impact', summary: 'Write the post-mortem', bulk: true },
  publishPostMortem: { queue: 'letters', summary: 'Mail the post-mortem', gated: true },
  closeIncident: { queue: 'incidents', summary: 'Close the incident', bulk: true, gated: true },
  readFix: { queue: 'incidents', summary: 'See whether a fix is proposed' },
  verifyFix: { queue: 'impact', summary: 'Replay all deals on the fix', bulk: true },
  deployFix: { queue: 'incidents', summary: 'Deploy the fix, still frozen', gated: true },
  probeFix: { queue: 'incidents', summary: 'Probe the live version' },
  liftFreeze: { queue: 'incidents', summary: 'Lift the freeze', gated: true },
  checkLiveAllocations: { queue: 'incidents', summary: 'Certify new live allocations' },
};

// Every activity tells that it is alive, so that a dead worker is noticed in 5 s.
const quick = { startToCloseTimeout: '60 seconds', heartbeatTimeout: '5 seconds' } as const;
const bulk = { startToCloseTimeout: '30 minutes', heartbeatTimeout: '5 seconds' } as const;
const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' };
const hour = 3600;
const secondsSince = (time: number) => (Date.now() - time) / 1000;

type Call = { name: Name; ask: object; summary?: string | undefined };
type Ask<K extends Name> = Omit<Parameters<Activities[K]>[0], keyof OfRun | 'at'>;
/** Every activity as a call without whose and when; `summary` replaces its words in the UI. */
export type World = {
  [K in Name]: (ask?: Ask<K>, summary?: string) => ReturnType<Activities[K]>;
};

/**
 * The world as one run of an incident sees it: whose it is and workflow time are filled in here.
 *
 * Ensures: a run in whose place a later one has been started does nothing more, and ends.
 */
export function worldOf({ incidentId, run }: OfRun, nudges: Nudges): World {
  const call = ({ name, ask, summary }: Call): Promise<unknown> => {
    const { queue, summary: usual, bulk: long } = duties[name];
    const limits = long ? bulk : quick;
    const activities = proxyActivities<Record<Name, (input: object) => Promise<unknown>>>({
      ...limits,
      retry,
      taskQueue: taskQueues[queue],
      summary: summary ?? usual,
    });
    return activities[name]({ ...ask, incidentId, run, at: new Date().toISOString() });
  };
  const persistently = async (asked: Call): Promise<unknown> => {
    const { name: step } = asked;
    let calledAt: number | undefined;
    for (;;) {
      const mark = nudges.mark();
      try {
        const result = await call(asked);
        if (calledAt !== undefined) await call({ name: 'thankPerson', ask: { step } });
        return result;
      } catch (error) {
        const code = finalCode(error);
        if (code === undefined || (duties[step].gated && isRefusedNow(error))) throw error;
        if (code === supersededCode) throw superseded(incidentId, run);
        // Any nudge is a reason to try again; people are called at once, then each hour.
        if (calledAt === undefined || secondsSince(calledAt) >= hour) {
          calledAt = Date.now();
          beside(call({ name: 'callForPerson', ask: { step, code } }));
        }
        const seconds = hour - secondsSince(calledAt);
        await nudges.since(mark, { seconds, summary: `A person is needed: ${step}` });
      }
    }
  };
  const entries = (Object.keys(duties) as Name[]).map((name) => {
    const ask = (what: object = {}, summary?: string) => persistently({ name, ask: what, summary });
    return [name, ask];
  });
  return Object.fromEntries(entries) as World;
}

/**
 * Does what was let through; nothing where the effect found missing what it rests on.
 *
 * Order: a while goes by before that answer, so that nobody goes round in circles.
 */
export async function approvedly<T>(
  { nudges }: { nudges: Nudges },
  act: () => Promise<T>,
): Promise<{ done: T } | undefined> {
  const mark = nudges.mark();
  try {
    return { done: await act() };
  } catch (error) {
    if (!isRefusedNow(error)) throw error;
    await nudges.since(mark, { seconds: 60, summary: 'Back to what is missing' });
    return undefined;
  }
}

const goesBack: readonly FailureCode[] = ['APPROVAL_MISSING', 'STILL_OPEN', 'STILL_FROZEN'];

/** Whether nothing was done since what earlier steps were said to have answered is not so. */
const isRefusedNow = (error: unknown) => goesBack.some((code) => code === finalCode(error));

/** Whether nothing was done since the votes for it are not there, whatever a result had said. */
export function isUnapproved(error: unknown): boolean {
  return finalCode(error) === 'APPROVAL_MISSING';
}

/** The code of a failure that retrying cannot mend; undefined for a cancellation. */
function finalCode(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  if (error.cause instanceof ApplicationFailure) return error.cause.type ?? 'UNEXPECTED';
  return error.cause?.name === 'CancelledFailure' ? undefined : 'UNEXPECTED';
}
