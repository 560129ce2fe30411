import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { CommandBody } from '../../contracts/command';
import type { PolicyPack } from '../../contracts/pack';
import { loadPack } from '../../policies/load-pack';
import { packageRoot } from '../../workers/package-root';
import { signAs, type Decisions } from '../../workers/wire-decisions';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { provisionalSeverity, shownDeals, startIncident, waitsOf } from '../incident-start';
import { readOpening, type OpeningFlags } from '../opening-flags';
import { withDecisions } from '../signed-command';
import { groupOf } from '../signing-options';
import { readStack } from '../stack/read-stack';
import { withTemporal } from '../temporal-client';

const example = `
Freezes at once and starts, with or without deals known, before anything is imported.

Example:
  ./makewhole incident open --summary "Two investors report too large a share" --deals OLD,NEW \\
    --first-known 2026-11-21T09:00:00+01:00 --reported-by "an investor" --estimate-deals 2 \\
    --estimate-amount "7000 USD" --assume "only deals since October" --as olga`;

/** Adds `incident open`: records the incident, then starts its workflow, which freezes at once. */
export function registerIncidentOpen(program: Command): void {
  groupOf(program, 'incident')
    .command('open')
    .description('open an incident: freezes at once and starts')
    .requiredOption('--summary <text>', 'what is wrong, in a sentence')
    .requiredOption('--as <person>', 'who signs: the key <state>/keys/<person>.pem is used')
    .option('--deals <deals>', 'the reported deals, with commas between')
    .option('--first-known <time>', 'when it was first known, such as 2026-11-21T09:00:00+01:00')
    .option('--reported-by <who>', 'through whom')
    .option('--estimate-deals <count>', 'how many deals, as estimated now')
    .option('--estimate-investors <count>', 'how many investors, as estimated now')
    .option('--estimate-hours <hours>', 'how many hours of work')
    .option('--estimate-amount <amount>', 'how much money, such as "7000 USD"')
    .option('--assume <text>', 'what the estimate assumes; may be repeated', collect, [])
    .option('--policy <pack>', 'the policy pack (us-private, with --drill demo)')
    .option('--drill', 'fake money and fake mail, marked as a drill everywhere')
    .addHelpText('after', example)
    .action(action<OpeningFlags>((options, io) => openIncident(options, io)));
}

function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

async function openIncident(options: OpeningFlags, io: CommandIo): Promise<number> {
  const body = readOpening(options);
  const opening = packOf(body); // What names no pack of ours is not signed.
  const jws = signAs(
    { stateDir: io.stateDir, personId: options.as },
    { kind: 'open', incident: 'registry', body },
  );
  return submitOpening(io, { jws, body, opening });
}

const packOf = ({ pack }: CommandBody<'open'>) =>
  loadPack({ folder: join(packageRoot(), 'policies'), name: pack });

type Opening = { jws: string; body: CommandBody<'open'>; opening?: ReturnType<typeof packOf> };

/** Has a signed `open` answered, and starts the incident's workflow when it was accepted. */
export async function submitOpening(
  io: CommandIo,
  { jws, body, opening = packOf(body) }: Opening,
): Promise<number> {
  // Temporal first: an incident that is recorded and does not run is the worse half.
  return withTemporal(readStack(io.stateDir), (client) =>
    withDecisions(io, async (decisions) => {
      const at = new Date().toISOString();
      const { answer } = await decisions.commandInbox.open({ jws, at, opening });
      if (!answer.accepted) throw new CommandError(answer.error);
      const { incident } = answer;
      await start({ client, decisions, incident, body, at, pack: opening.pack });
      show({ io, value: { incident }, text: () => `${incident} is open and freezing.` });
      return 0;
    }),
  );
}

async function start(given: {
  client: Client;
  decisions: Decisions;
  incident: string;
  body: CommandBody<'open'>;
  at: string;
  pack: PolicyPack;
}): Promise<void> {
  const { client, decisions, incident, body, at, pack } = given;
  const deals = shownDeals(body.deals);
  const { drill } = body;
  const severity = provisionalSeverity(pack);
  const waits = waitsOf(pack);
  const of = { incidentId: incident, run: 1, openedAt: at };
  const input = { ...of, drill, reportedDeals: deals, severity, waits };
  try {
    const { workflowRunId } = await startIncident(client, input);
    await decisions.runs.noteStarted({ incidentId: incident, run: 1, workflowRunId });
  } catch (cause) {
    const message =
      `${incident} is recorded, but its workflow did not start, so nothing is frozen yet. ` +
      `Go on with ./makewhole incident resume ${incident} --as YOU.`;
    throw new CommandError({ code: 'TEMPORAL_DOWN', kind: 'fault', message, cause });
  }
}
