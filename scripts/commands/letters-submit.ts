import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
The file's first line is "Subject: …", then an empty line, then the text. It goes to a gate of its
own, letters/<stage>, where somebody else and legal approve it by digest.

Example:
  ./makewhole letters submit INC-2026-0042 --stage acknowledgement --file letter.txt --as carla`;

type Flags = SigningOptions & { readonly stage: string; readonly file: string };

/** Adds `letters submit`: a letter's text in somebody's own words. */
export function registerLettersSubmit(program: Command): void {
  const group = groupOf(program, 'letters');
  withSigning(group.command('submit'))
    .description("submit a letter's text: a new digest, a new gate")
    .argument('<incident>')
    .requiredOption('--stage <stage>', 'acknowledgement, call, advice or resolution')
    .requiredOption('--file <file>', 'subject line and text; - reads stdin')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const { stage, file } = options;
        const body = { stage, letter: readLetter(file) };
        const done = ({ digest }: Record<string, unknown>) =>
          `The text for ${stage} is on file under digest ${String(digest)}.`;
        const wish = { kind: 'submit-letter' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function readLetter(file: string): { subject: string; text: string } {
  let content: string;
  try {
    content = readFileSync(file === '-' ? 0 : file, 'utf8').replaceAll('\r\n', '\n');
  } catch (error) {
    throw rejected(error instanceof Error ? error.message : String(error), file);
  }
  const [, subject = '', text = ''] = /^Subject: (.+)\n\n([^]*\S)\s*$/.exec(content) ?? [];
  if (subject !== '') return { subject, text };
  throw rejected('expected a line "Subject: …", an empty line, then the text', file);
}
