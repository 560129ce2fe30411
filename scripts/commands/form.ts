import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { teams, type Team } from '../../contracts/command';
import { formSchema } from '../../contracts/forms';
import type { Decisions } from '../../workers/wire-decisions';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { formTemplate } from '../form-template';
import { formsText } from '../form-text';
import { withDecisions } from '../signed-command';
import { groupOf, incidentId, rejected } from '../signing-options';

const example = `
With --team it writes the form as JSON with comments, to be filled in and handed in by answer;
what was answered before stands in it. Under --json the form's JSON Schema comes along.

Example:
  ./makewhole form INC-2026-0042
  ./makewhole form INC-2026-0042 --team engineering --out engineering.jsonc
  ./makewhole answer INC-2026-0042 --team engineering --file engineering.jsonc --as eve`;

type Flags = { readonly team?: Team; readonly out?: string };

/** Adds `form`: who has answered and what does not agree; with `--team`, the form to fill in. */
export function registerForm(program: Command): void {
  groupOf(program, 'form')
    .argument('<incident>', 'INC-2026-0042')
    .addOption(new Option('--team <team>', 'the form of this team').choices([...teams]))
    .option('--out <file>', 'write the form to a file')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        return withDecisions(io, async (decisions) => {
          await requireIncident(decisions, incident);
          const { team } = options;
          if (team === undefined) return overview({ io, decisions, incident });
          return oneForm({ io, decisions, incident, team, out: options.out });
        });
      }),
    );
}

async function requireIncident(decisions: Decisions, incident: string): Promise<void> {
  if ((await decisions.incidents.find(incident)) !== undefined) return;
  const message = `There is no incident ${incident}. See ./makewhole incident list.`;
  throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
}

type Asked = { io: CommandIo; decisions: Decisions; incident: string };

async function overview({ io, decisions, incident }: Asked): Promise<number> {
  const standing = await decisions.forms.read(incident);
  const now = new Date().toISOString();
  const text = () => formsText({ incident, standing, now });
  show({ io, value: { incident, ...standing }, text });
  return 0;
}

async function oneForm(asked: Asked & { team: Team; out: string | undefined }): Promise<number> {
  const { io, decisions, incident, team, out } = asked;
  const { forms } = await decisions.forms.read(incident);
  const form = forms.find((each) => each.team === team);
  const template = formTemplate({ incident, team, form });
  const value = { incident, team, form: form ?? null, schema: formSchema(team) };
  if (out === undefined) {
    show({ io, value: { ...value, template }, text: () => template });
    return 0;
  }
  const path = resolve(out);
  try {
    writeFileSync(path, template);
  } catch (error) {
    throw rejected(`cannot write: ${error instanceof Error ? error.message : String(error)}`, path);
  }
  const next = `./makewhole answer ${incident} --team ${team} --file ${out} --as YOU`;
  show({
    io,
    value: { ...value, path },
    text: () => `Written to ${path}. Fill it in, then:\n  ${next}`,
  });
  return 0;
}
