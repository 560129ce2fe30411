import { readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { commandBodies, type CommandAnswer } from '../../contracts/command';
import { decodeCommand, type DecodedCommand } from '../../proof/command-jws';
import { action, CommandError, show, type CommandIo } from '../command-io';
import { sendSigned, withDecisions } from '../signed-command';
import { groupOf } from '../signing-options';
import { withRegistry } from '../with-registry';
import { submitOpening } from './incident-open';
import { submitResume } from './incident-resume';

const example = `
It is checked as if its signer had sent it: who brings it counts for nothing. The same file brought
twice gets the first answer.

Example:
  ./makewhole command submit vote.jws
  ./makewhole command submit vote.jws --via inbox`;

type Flags = { readonly via?: 'signal' | 'inbox' };
type Signed = { jws: string; decoded: DecodedCommand };

/** Adds `command submit`: brings a command that was signed elsewhere to whom it is for. */
export function registerCommandSubmit(program: Command): void {
  groupOf(program, 'command')
    .command('submit')
    .description('send a command that was signed on another machine')
    .argument('<file>', 'as command sign wrote it; - is stdin')
    .addOption(
      new Option('--via <way>', 'leave it for the desk without waiting').choices([
        'signal',
        'inbox',
      ]),
    )
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [file = '-']) => submit(readSigned(file), { io, flags })));
}

function readSigned(file: string): Signed {
  const jws = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  const decoded = decodeCommand(jws);
  if ('envelope' in decoded) return { jws, decoded };
  const message = `${decoded.malformed}; nothing was sent`;
  throw new CommandError({ code: 'MALFORMED', kind: 'rejected', message, path: file });
}

function submit(signed: Signed, given: { io: CommandIo; flags: Flags }): Promise<number> {
  const { io, flags } = given;
  const { jws, decoded } = signed;
  const { kind, incident, iss, body, jti } = decoded.envelope;
  if (kind === 'open') {
    return submitOpening(io, { jws, body: commandBodies.open.parse(body) });
  }
  if (kind === 'resume') {
    const { after } = commandBodies.resume.parse(body);
    return submitResume(io, { jws, id: incident, after });
  }
  const done = () => `${kind} by ${iss} was accepted.`;
  if (incident === 'registry') {
    return withRegistry(io, async ({ people }) => {
      const answer = await people.answer({ jws, at: new Date().toISOString() });
      return tell(answer, { io, done });
    });
  }
  return withDecisions(io, (decisions) =>
    sendSigned({ jws, jti, incident, via: flags.via }, { io, decisions, done }),
  );
}

function tell(answer: CommandAnswer, given: { io: CommandIo; done: () => string }): number {
  if (!answer.accepted) throw new CommandError(answer.error);
  const note = answer.note === undefined ? '' : ` (${answer.note})`;
  show({ io: given.io, value: answer, text: () => `${given.done()}${note}` });
  return 0;
}
