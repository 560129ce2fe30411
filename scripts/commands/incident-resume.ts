import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { IncidentView } from '../../activities/ports/incidents';
import type { IncidentStart } from '../../contracts/incident';
import { standingOf } from '../../workers/run-standing';
import { signAs, type Decisions } from '../../workers/wire-decisions';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { provisionalSeverity, shownDeals, startIncident, waitsOf } from '../incident-start';
import { withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId } from '../signing-options';
import { readStack } from '../stack/read-stack';
import { withTemporal } from '../temporal-client';

type Flags = SigningOptions & { readonly reason?: string; readonly force?: boolean };

const example = `
For an incident that was halted, or whose workflow was terminated or lost with Temporal's store.
Every page is gone through again from the records, and nothing is done twice.

Example:
  ./makewhole incident resume INC-2026-0042 --as olga`;

/** Adds `incident resume`: rebuilds the workflow of an open incident from the database. */
export function registerIncidentResume(program: Command): void {
  groupOf(program, 'incident')
    .command('resume')
    .description('go on after a halt, or rebuild a lost workflow from the database')
    .argument('<incident>', 'INC-2026-0042')
    .requiredOption('--as <person>', 'who signs: the key <state>/keys/<person>.pem is used')
    .option('--reason <text>', 'why, for the record')
    .option('--force', 'also where a workflow runs: it is ended first')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [given]) => resume(flags, { io, id: incidentId(given) })));
}

async function resume(flags: Flags, { io, id }: { io: CommandIo; id: string }): Promise<number> {
  const after = await withDecisions(io, async (decisions) => {
    await found(decisions, id);
    return decisions.runs.newest(id);
  });
  const reason = flags.reason === undefined ? {} : { reason: flags.reason };
  const draft = { kind: 'resume', incident: id, body: { after, ...reason } } as const;
  const jws = signAs({ stateDir: io.stateDir, personId: flags.as }, draft);
  return submitResume(io, { jws, id, after, force: flags.force === true });
}

type Resumption = { jws: string; id: string; after: number; force?: boolean };

/** Has a signed `resume` answered, and starts the run that takes the place of the one it names. */
export const submitResume = (io: CommandIo, resumption: Resumption): Promise<number> =>
  // Temporal first: a run that is recorded and does not run is the worse half.
  withTemporal(readStack(io.stateDir), (client) =>
    withDecisions(io, async (decisions) => {
      const { jws, id, after, force = false } = resumption;
      const incident = await found(decisions, id);
      const mayRun = force || (await decisions.runs.halt(id)) !== null;
      if (!mayRun) await refuseRunning(client, { incident, run: after });
      // Signed, verified and on record before anything is started.
      const at = new Date().toISOString();
      const { answer } = await decisions.commandInbox.resume({ incidentId: id, jws, at });
      if (!answer.accepted) throw new CommandError(answer.error);
      const run = after + 1;
      const { workflowRunId } = await startIncident(
        client,
        await startOf(decisions, { incident, run }),
      );
      await decisions.runs.noteStarted({ incidentId: id, run, workflowRunId });
      const value = { incident: id, run, stage: incident.stage };
      show({ io, value, text: () => `${id} goes on at ${incident.stage}, in run ${String(run)}.` });
      return 0;
    }),
  );

async function found(decisions: Decisions, id: string): Promise<IncidentView> {
  const incident = await decisions.incidents.find(id);
  if (incident !== undefined) return incident;
  const message = `There is no incident ${id}. See ./makewhole incident list.`;
  throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
}

async function refuseRunning(
  client: Client,
  { incident, run }: { incident: IncidentView; run: number },
): Promise<void> {
  const { incidentId: id, openedAt, closedAt } = incident;
  if (closedAt !== null) return; // The verifier says so, on the record.
  const standing = await standingOf(client.workflow, { incidentId: id, openedAt, run });
  if (standing === 'unknown') {
    const message = `Temporal does not say whether ${id} runs; nothing was done. Try again.`;
    throw new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message });
  }
  if (standing === 'missing') return;
  const message =
    `${id} runs already (run ${String(run)}); nothing was done. ` +
    'See ./makewhole incident status; --force ends that run and begins another.';
  throw new CommandError({ code: 'ALREADY_DONE', kind: 'refused', message });
}

/** What the workflow is started with, as it stands in the database. */
async function startOf(
  { incidents }: Decisions,
  { incident, run }: { incident: IncidentView; run: number },
): Promise<IncidentStart> {
  const { incidentId, openedAt, drill, reportedDeals, pack, stage } = incident;
  return {
    incidentId,
    run,
    openedAt,
    drill,
    reportedDeals: shownDeals(reportedDeals),
    severity: incident.severity ?? provisionalSeverity(pack),
    waits: waitsOf(pack),
    resumed: { stage, entered: await incidents.pages(incidentId) },
  };
}
