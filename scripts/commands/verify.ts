import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../workers/package-root';
import { action, CommandError, exitCodeOf, show, type CommandIo } from '../command-io';
import { rejected } from '../signing-options';

type Flags = { instance?: string; key: string[] };
/** What the script prints; the rest of it is for machines. */
type Found =
  | { holds: true; said: string }
  | { holds: false; isEvidence: boolean; line: number; what: string; said: string };

const example = `
The script is verify.mjs beside this command: it needs Node and nothing else, and can be handed on.

Example:
  ./makewhole verify INC-2026-0042.evidence --instance Fp1vN… --key lena=2zekiE…`;

const collect = (text: string, before: string[]): string[] => [...before, text];

/** Adds `verify`: checks an exported file of evidence without a stack. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check an exported file of evidence; needs no stack')
    .argument('<file>', 'what evidence export wrote')
    .option('--instance <kid>', 'the key id of the instance that must have sealed it')
    .option('--key <person=kid>', 'a key id they told you themselves (repeatable)', collect, [])
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [file]) => verify(io, { ...flags, file: file ?? '' })));
}

async function verify(io: CommandIo, given: Flags & { file: string }): Promise<number> {
  const path = resolve(given.file);
  const pinned = given.instance === undefined ? [] : ['--instance', given.instance];
  const keys = given.key.flatMap((key) => ['--key', key]);
  const script = join(packageRoot(), 'verify.mjs');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [script, path, ...pinned, ...keys, '--json'],
    { encoding: 'utf8' },
  );
  if (status !== 0 && stdout === '') throw rejected(stderr.trim(), path);
  const found = JSON.parse(stdout) as Found;
  if (found.holds) {
    show({ io, value: found, text: () => found.said });
    return 0;
  }
  if (!found.isEvidence) throw rejected(found.said);
  const message = found.said;
  const error = new CommandError({ code: 'EVIDENCE_BROKEN', kind: 'refused', message });
  if (!io.json) throw error;
  io.out(JSON.stringify({ ...found, error: { code: error.code, kind: error.kind, message } }));
  return exitCodeOf('refused');
}
