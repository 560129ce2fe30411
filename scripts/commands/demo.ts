import { copyFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Option, type Command } from 'commander';
import { action, show, type CommandIo } from '../command-io';
import type { RunWords } from '../demo/hands';
import { playDrill, type PlayedDrill } from '../demo/play';
import { grouped } from '../../domain/grouped';
import { holdAgainstWorkedTable } from '../demo/proof';
import { quoted } from '../printed-commands';
import type { StackAddresses } from '../stack/stack-file';
import { startStack } from '../stack/start-stack';
import { removeStateDir } from '../stack/state-dir';

const example = `
Starts a stack of its own in a temporary folder, plays an incident of two deals from the alarm to
the proof with drill people, real signatures and real mail, and removes it all again.

Example:
  ./makewhole demo
  ./makewhole demo --keep      leaves the stack up until Ctrl-C, to look around in
  ./makewhole demo --temporal 127.0.0.1:7233 --namespace drill`;

type Given = { readonly io: CommandIo; readonly runWords: RunWords };
type Flags = {
  readonly scenario: 'two-deals';
  readonly keep?: true;
  readonly temporal?: string;
  readonly namespace: string;
};

/** Adds `demo`: the main job, played from alarm to proof. */
export function registerDemo(program: Command, runWords: RunWords): void {
  program
    .command('demo')
    .description('play a two-deal incident from alarm to proof')
    .addOption(
      new Option('--scenario <name>', 'which incident').choices(['two-deals']).default('two-deals'),
    )
    .option('--keep', 'leave the stack up until Ctrl-C')
    .option('--temporal <address>', 'play it on a Temporal of yours')
    .option('--namespace <name>', 'the namespace there, without incidents in it', 'default')
    .addHelpText('after', example)
    .action(action<Flags>((options, io) => demo(options, { io, runWords })));
}

async function demo(options: Flags, given: Given): Promise<number> {
  const { io, runWords } = given;
  const write = io.json ? (line: string) => io.err(line) : (line: string) => io.out(line);
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-demo-'));
  const interrupted = new AbortController();
  const stop = () => interrupted.abort(interruption());
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const begun = Date.now();
  write('Makewhole: a drill on fake money and a local inbox.\n\nStarting the stack ...');
  const stack = await startStack({
    stateDir,
    env: replacing(options),
    onProgress: (line) => io.err(`   ${line}`),
    signal: interrupted.signal,
  });
  try {
    const setUp = Date.now() - begun;
    const { addresses } = stack;
    const playing = playDrill({ stack: addresses, stateDir, write, runWords });
    const played = await orInterrupted(playing, interrupted.signal);
    const seconds = { setUp: inSeconds(setUp), incident: inSeconds(Date.now() - begun - setUp) };
    holdAgainstWorkedTable(played);
    const postMortem = keepPostMortem(played.postMortem);
    const ended = { ...played, postMortem };
    const value = { ...ended, seconds, addresses: places(addresses) };
    write(proofText(ended, seconds));
    if (io.json) show({ io, value, text: () => '' });
    if (options.keep === true)
      await look(addresses, { stateDir, write, signal: interrupted.signal });
    return 0;
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await stack.stop();
    removeStateDir(stateDir);
  }
}

/**
 * A drill runs on parts of its own: nobody's real database, mail or service is touched, also by its
 * commands, which would follow this program's environment. Temporal alone may be another one.
 */
function replacing({ temporal, namespace }: Flags): NodeJS.ProcessEnv {
  const replaced = [
    ...['DATABASE_URL', 'APP_DATABASE_URL', 'ALLOCATOR_DATABASE_URL', 'TEMPORAL_ADDRESS'],
    ...['TEMPORAL_NAMESPACE', 'TEMPORAL_UI_URL', 'SMTP_URL', 'ALLOCATOR_URL', 'BANK_URL'],
  ];
  for (const name of replaced) Reflect.deleteProperty(process.env, name);
  if (temporal === undefined) return process.env;
  return { ...process.env, TEMPORAL_ADDRESS: temporal, TEMPORAL_NAMESPACE: namespace };
}

function interruption(): Error {
  const error = new Error('Interrupted.');
  error.name = 'AbortError';
  return error;
}

function orInterrupted<T>(playing: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(interruption()), { once: true });
    playing.then(resolve, reject);
  });
}

const inSeconds = (milliseconds: number) => Math.round(milliseconds / 100) / 10;

function keepPostMortem(path: string): string {
  const kept = join(tmpdir(), basename(path));
  copyFileSync(path, kept);
  return kept;
}

function places({ temporalUiUrl, inboxUrl, bankUrl, allocatorUrl }: StackAddresses) {
  return { temporalUi: temporalUiUrl, inbox: inboxUrl, bank: bankUrl, allocator: allocatorUrl };
}

function proofText(played: PlayedDrill, seconds: { setUp: number; incident: number }): string {
  const { reconciliation, letters, evidence, postMortem } = played;
  const [out, income] = [reconciliation.out['USD'], reconciliation.in['USD']];
  const [setUp, incident] = [String(seconds.setUp), String(seconds.incident)];
  const head = evidence.head.slice(0, 16);
  const sent = Object.values(letters.sent).reduce((sum, count) => sum + count, 0);
  return [
    '\nProof',
    `   money out   ${grouped(out?.moved ?? '0')} USD, difference ${out?.difference ?? '?'}`,
    `   money in    ${grouped(income?.moved ?? '0')} USD, difference ${income?.difference ?? '?'}`,
    `   letters     ${String(sent)} sent, each after what it says was true`,
    `   evidence    ${String(evidence.entries)} entries, the chain holds, head ${head}…`,
    `   post-mortem ${postMortem}`,
    `   time        ${setUp} s to set up, ${incident} s for the incident`,
  ].join('\n');
}

/** What there is to see on the drill's own incident. */
const looks = [
  'incident status INC-2026-0001',
  'plan INC-2026-0001',
  'dossier INC-2026-0001 --out dossier.pdf',
  'investor INC-2026-0001 E',
  'evidence verify INC-2026-0001',
];

async function look(
  addresses: StackAddresses,
  given: { stateDir: string; write: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  const { stateDir, write, signal } = given;
  const { temporalUi, inbox, bank } = places(addresses);
  write(
    [
      '\nAll of it stays up until Ctrl-C, which stops and removes it. To look around, open',
      `   Temporal UI ${String(temporalUi)}`,
      `   inbox       ${String(inbox)}`,
      `   bank        ${bank}`,
      'and type in another terminal, in this folder,',
      ...looks.map((words) => `   ./makewhole --state ${quoted(stateDir)} ${words}`),
    ].join('\n'),
  );
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}
