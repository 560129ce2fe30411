import { Option, type Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, withSigning } from '../signing-options';

const example = `
All past deals are replayed by the proposed rule before anybody is asked to sign.

Example:
  ./makewhole fix propose INC-2026-0042 --rule prorate@1 --averages recorded --as olga`;

type Flags = SigningOptions & {
  readonly rule: string;
  readonly averages: 'recorded' | 'corrected';
};

/** Adds `fix propose`: starts the verification that ends in the unfreeze gate. */
export function registerFix(program: Command): void {
  const group = groupOf(program, 'fix');
  withSigning(group.command('propose'))
    .description('propose a rule: verified first, then decided at gate unfreeze')
    .argument('<incident>')
    .requiredOption('--rule <id>', 'a rule of the catalogue, such as prorate@1')
    .addOption(
      new Option('--averages <which>', 'the averages the service uses from then on')
        .choices(['recorded', 'corrected'])
        .default('recorded'),
    )
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { rule, averages } = options;
        const done = () => `${rule} on ${averages} averages is proposed; its verification starts.`;
        const wish = { kind: 'propose-fix' as const, incident, body: { rule, averages }, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}
