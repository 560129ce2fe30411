import { Option, type Command } from 'commander';
import { CommandError } from './command-io';

/** Adds what every signed command takes: who signs, and how it is sent. */
export function withSigning(command: Command): Command {
  return command
    .requiredOption('--as <person>', 'who signs: the key <state>/keys/<person>.pem is used')
    .addOption(
      new Option('--via <way>', 'leave it for the desk without waiting').choices([
        'signal',
        'inbox',
      ]),
    );
}

const groups = {
  people: 'who may decide what, and with which key',
  command: 'commands that are signed in one place and sent from another',
  incident: 'allocation incidents',
  severity: 'how severe an incident is',
  clock: 'deadlines of an incident',
  letters: 'letters to investors',
  payments: 'every payment of an incident, and how far it has come',
  form: "the teams' forms: who has answered, and what does not agree",
  fact: 'facts of deals and investors',
  fix: 'the fix of the allocation service',
} as const;

/** A group of commands, made when it is not there yet: several files add words to one group. */
export function groupOf(program: Command, name: keyof typeof groups): Command {
  const there = program.commands.find((command) => command.name() === name);
  return there ?? program.command(name).description(groups[name]);
}

/** What was typed cannot be meant: a sentence with what was expected, exit 2. */
export function rejected(message: string, path?: string): CommandError {
  return new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message, path });
}

/**
 * The incident's id as typed.
 *
 * @throws INPUT_INVALID (rejected) when it has not the form of one.
 */
export function incidentId(given: string | undefined): string {
  if (given !== undefined && /^INC-\d{4}-\d{4,}$/.test(given)) return given;
  throw rejected(`expected an incident such as INC-2026-0042, found ${JSON.stringify(given)}`);
}
