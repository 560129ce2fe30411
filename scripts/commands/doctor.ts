import type { Command } from 'commander';
import { action, type CommandIo, exitCodeOf, show } from '../command-io';
import { type Examination, examineStack } from '../stack/examine-stack';
import { textTable } from '../text-table';

function doorRows(door: Examination['temporal']['door']): string[][] {
  if (door === null) return [];
  const [seals, ...opens] = door.sealing;
  const sealing = opens.length > 0 ? `${seals ?? ''}; older keys: ${opens.join(', ')}` : seals;
  return [
    ['Temporal access', door.entry === 'open' ? 'open: no certificate, no token' : door.entry],
    ...door.papers.map(({ what, of, until }) => [what, `${of}, until ${until ?? 'for ever'}`]),
    [
      'in Temporal',
      sealing === undefined ? 'readable to whoever gets in' : `sealed by key ${sealing}`,
    ],
  ];
}

function asText(found: Examination): string {
  const { state, temporal, database, mail, allocator, bank, problems } = found;
  const idle = state.running ? '' : 'embedded, not running';
  const databaseKind = database.embedded ? 'embedded' : 'DATABASE_URL';
  const rows = [
    ['state', `${state.dir}${state.running ? ` (up, pid ${state.pid ?? ''})` : ' (not running)'}`],
    ['Node.js', found.node.version],
    ['Temporal', temporal.address ?? idle],
    ['Temporal CLI', `${temporal.version ?? 'none'} (${temporal.source})`],
    ['Temporal UI', temporal.ui ?? 'none'],
    ...doorRows(temporal.door),
    [
      'database',
      `${database.url ?? idle} (PostgreSQL ${database.version ?? '?'}, ${databaseKind})`,
    ],
    ['SMTP', mail.smtp ?? idle],
    ['inbox', mail.inbox ?? idle],
    ['allocator', allocator.url ?? idle],
    ['bank', bank.url ?? idle],
  ];
  const table = textTable(['part', 'what is used'], rows);
  const list = problems.map(({ code, message }) => `- ${message} (${code})`).join('\n');
  const verdict = problems.length === 0 ? 'Nothing is missing.' : `Problems:\n${list}`;
  const hint = state.running ? '' : '\nStart the stack with: ./makewhole up';
  return `${table}\n${verdict}${hint}`;
}

/** Says what is used or would be, and what is missing; exit 4 when something is. */
export async function doctor(io: CommandIo): Promise<number> {
  const found = await examineStack(io.stateDir);
  show({ io, value: found, text: () => asText(found) });
  return found.problems.length === 0 ? 0 : exitCodeOf('fault');
}

const example = `
Starts, fetches and changes nothing. Exit 4 when something is missing.

Example:
  ./makewhole doctor --json`;

/** Adds `doctor` to the program. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what is used, versions, addresses, what is missing and the remedy')
    .addHelpText('after', example)
    .action(action((_options, io) => doctor(io)));
}
