import type { Command } from 'commander';
import type { WaitingDeal } from '../../activities/ports/plans';
import { waitingDealsLines } from '../waiting-deals-text';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { planText } from '../plan-text';
import { rejected } from '../signing-options';
import { withPlans } from '../with-plans';

type Flags = {
  readonly version?: string;
  readonly lines?: boolean;
  readonly deals?: boolean;
  readonly waiting?: boolean;
};

function showPlan(flags: Flags, given: { io: CommandIo; incidentId: string | undefined }) {
  const { io } = given;
  const version = versionOf(flags.version);
  return withPlans(given, async (plans, incident) => {
    const of = { incidentId: incident.incidentId, ...(version === undefined ? {} : { version }) };
    const waiting = await plans.waitingDeals(incident.incidentId);
    if (flags.waiting === true) {
      for (const deal of waiting) io.out(JSON.stringify(deal));
      return 0;
    }
    const plan = await plans.readPlan(of);
    if (plan === null) throw noPlan(of, { stage: incident.stage, waiting });
    if (flags.deals === true) {
      for (const deal of plan.manifest.deals) io.out(JSON.stringify(deal));
      return 0;
    }
    if (flags.lines !== true) {
      const { digest, manifest } = plan;
      const value = { version: plan.version, digest, manifest, waiting };
      show({ io, value, text: () => planText(plan, waiting) });
      return 0;
    }
    const stored = { incidentId: incident.incidentId, version: plan.version };
    for (const { leaf: _, ...line } of await plans.planLines(stored)) io.out(JSON.stringify(line));
    return 0;
  });
}

function versionOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw rejected(`--version: expected a version such as 1, found ${JSON.stringify(given)}.`);
}

function noPlan(
  of: { incidentId: string; version?: number },
  { stage, waiting }: { stage: string; waiting: readonly WaitingDeal[] },
): CommandError {
  const { incidentId, version } = of;
  const what = version === undefined ? 'no plan yet' : `no version ${String(version)} of its plan`;
  const see = `See ./makewhole incident status ${incidentId}.`;
  const left = version === undefined ? waitingDealsLines(incidentId, waiting) : [];
  const message = [`${incidentId} is at ${stage} and has ${what}. ${see}`, ...left].join('\n');
  return new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}

/** Adds `plan` to the command. */
export function registerPlan(program: Command): void {
  program
    .command('plan')
    .description('what is proposed, as it is signed')
    .argument('<incident>', 'INC-2026-0042')
    .option('--version <n>', 'a version; the newest unless said')
    .option('--deals', 'one JSON line per deal of the plan')
    .option('--lines', 'one JSON line per line of the plan')
    .option('--waiting', 'one JSON line per deal that it leaves out, with what each waits for')
    .addHelpText('after', '\nExample:\n  ./makewhole plan INC-2026-0042 --lines')
    .action(action<Flags>((flags, io, [incidentId]) => showPlan(flags, { io, incidentId })));
}
