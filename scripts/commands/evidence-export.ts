import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CommandKind } from '../../contracts/command';
import { action, show, type CommandIo } from '../command-io';
import { EvidenceFile } from '../evidence-file';
import { incidentId, rejected } from '../signing-options';
import { withRegistry } from '../with-registry';

/** Commands in whose texts people are named or described; evidence has their digests. */
const personal: readonly CommandKind[] = [
  'answer',
  'correct-fact',
  'explain-contradiction',
  'open',
  'people-add',
  'people-change',
  'submit-letter',
  'updated',
];

type Flags = { out: string; whole?: true };

const example = `
The file holds ids and digests, no names, addresses or accounts. With --whole it holds the signed
texts of all commands too, and with them names and addresses of your own people.

Example:
  ./makewhole evidence export INC-2026-0042 --out INC-2026-0042.evidence
  node verify.mjs INC-2026-0042.evidence`;

/** Adds `evidence export`: all of an incident's evidence in one file that checks by itself. */
export function registerEvidenceExport(group: Command): void {
  group
    .command('export')
    .description('all of it in one sealed file, for somebody who has no access here')
    .argument('<incident>', 'such as INC-2026-0042')
    .requiredOption('--out <file>', 'where to write it')
    .option('--whole', 'with the signed texts in which people are named')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) =>
        exportEvidence(options, { io, of: incidentId(given) }),
      ),
    );
}

function exportEvidence(
  { out, whole }: Flags,
  { io, of }: { io: CommandIo; of: string },
): Promise<number> {
  const withheld = whole === true ? [] : personal;
  return withRegistry(io, async (registry) => {
    const file = openFile({ path: resolve(out), incident: of, signer: registry.signer() });
    try {
      await registry.evidence.export({ incidentId: of, withheld }, (line) => file.add(line));
    } catch (error) {
      file.discard();
      throw error;
    }
    const written = file.seal();
    const { path, lines, sha256, instance } = written;
    const text = () =>
      `Written to ${path}: ${lines} lines, SHA-256 ${sha256}, sealed by instance ${instance}.\n` +
      `Check it with node verify.mjs ${out} --instance ${instance}`;
    show({ io, value: { incident: of, ...written }, text });
    return 0;
  });
}

function openFile(given: ConstructorParameters<typeof EvidenceFile>[0]): EvidenceFile {
  try {
    return new EvidenceFile(given);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw rejected(`cannot write: ${said}`, given.path);
  }
}
