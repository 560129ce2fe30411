import { writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandError, exitCodeOf, reportError, runCommand, terminalIo } from './command-io';

type Register = (program: Command) => void;

/**
 * Every command by its first word. Only the module of the word that was typed is loaded, so that
 * `allocate` starts without loading Temporal; help and unknown words load all.
 */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./commands/up.js')).registerUp,
  down: async () => (await import('./commands/down.js')).registerDown,
  prepare: async () => (await import('./commands/prepare.js')).registerPrepare,
  'codec-server': async () => (await import('./commands/codec-server.js')).registerCodecServer,
  doctor: async () => (await import('./commands/doctor.js')).registerDoctor,
  demo: async () => {
    const { registerDemo } = await import('./commands/demo.js');
    return (program) => registerDemo(program, runWords);
  },
  allocate: async () => (await import('./commands/allocate.js')).registerAllocate,
  certify: async () => (await import('./commands/certify.js')).registerCertify,
  import: async () => (await import('./commands/import.js')).registerImport,
  scan: async () => (await import('./commands/scan.js')).registerScan,
  diagnose: async () => (await import('./commands/diagnose.js')).registerDiagnose,
  impact: async () => (await import('./commands/impact.js')).registerImpact,
  options: async () => (await import('./commands/options.js')).registerOptions,
  plan: async () => (await import('./commands/plan.js')).registerPlan,
  incident: () =>
    together(
      import('./commands/incident-open.js').then((each) => each.registerIncidentOpen),
      import('./commands/incident-resume.js').then((each) => each.registerIncidentResume),
      import('./commands/incident-list.js').then((each) => each.registerIncidentList),
      import('./commands/incident-status.js').then((each) => each.registerIncidentStatus),
      import('./commands/incident-fixtures.js').then((each) => each.registerIncidentFixtures),
      import('./commands/incident-clocks.js').then((each) => each.registerIncidentClocks),
    ),
  severity: async () => (await import('./commands/severity-lower.js')).registerSeverityLower,
  clock: async () => (await import('./commands/clock-met.js')).registerClockMet,
  watch: async () => (await import('./commands/watch.js')).registerWatch,
  halt: async () => (await import('./commands/halt.js')).registerHalt,
  take: async () => (await import('./commands/take.js')).registerTake,
  updated: async () => (await import('./commands/updated.js')).registerUpdated,
  answer: async () => (await import('./commands/answer.js')).registerAnswer,
  form: () =>
    together(
      import('./commands/form-delegate.js').then((each) => each.registerFormDelegate),
      import('./commands/form-explain.js').then((each) => each.registerFormExplain),
      import('./commands/form.js').then((each) => each.registerForm),
    ),
  receipt: async () => (await import('./commands/receipt.js')).registerReceipt,
  decide: async () => (await import('./commands/decide.js')).registerDecide,
  withdraw: async () => (await import('./commands/withdraw.js')).registerWithdraw,
  'ask-again': async () => (await import('./commands/ask-again.js')).registerAskAgain,
  redraft: async () => (await import('./commands/redraft.js')).registerRedraft,
  fact: async () => (await import('./commands/fact.js')).registerFact,
  fix: async () => (await import('./commands/fix.js')).registerFix,
  payments: () =>
    together(
      import('./commands/payments.js').then((each) => each.registerPayments),
      import('./commands/payments-resolve.js').then((each) => each.registerPaymentsResolve),
    ),
  units: async () => (await import('./commands/units.js')).registerUnits,
  reconcile: async () => (await import('./commands/reconcile.js')).registerReconcile,
  people: () =>
    together(
      import('./commands/people.js').then((each) => each.registerPeople),
      import('./commands/people-keys.js').then((each) => each.registerPeopleKeys),
      import('./commands/people-leave.js').then((each) => each.registerPeopleLeave),
      import('./commands/people-break-glass.js').then((each) => each.registerBreakGlass),
    ),
  command: () =>
    together(
      import('./commands/command-sign.js').then((each) => each.registerCommandSign),
      import('./commands/command-submit.js').then((each) => each.registerCommandSubmit),
    ),
  verify: async () => (await import('./commands/verify.js')).registerVerify,
  evidence: async () => (await import('./commands/evidence.js')).registerEvidence,
  letters: () =>
    together(
      import('./commands/letters-submit.js').then((each) => each.registerLettersSubmit),
      import('./commands/letters-resolve.js').then((each) => each.registerLettersResolve),
      import('./commands/letters.js').then((each) => each.registerLetters),
    ),
  dossier: async () => (await import('./commands/dossier.js')).registerDossier,
  'post-mortem': async () => (await import('./commands/post-mortem.js')).registerPostMortem,
  investor: async () => (await import('./commands/investor.js')).registerInvestor,
};

/** A word whose second words stand in several files. */
async function together(...loading: Promise<Register>[]): Promise<Register> {
  const registers = await Promise.all(loading);
  return (program) => {
    for (const register of registers) register(program);
  };
}

function newProgram(): Command {
  return new Command('makewhole')
    .description('A durable runbook for allocation incidents.')
    .option('--state <dir>', 'folder of the running stack (else MAKEWHOLE_STATE, else .makewhole)')
    .option('--json', 'results as JSON on stdout, nothing else there')
    .option('--yes', 'never ask')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ outputError: () => undefined });
}

/** The first word that is not a global option or its value: the command, when there is one. */
function commandWord(words: readonly string[]): string | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--state') index += 1;
    else if (!word.startsWith('-')) return word;
  }
  return undefined;
}

/** The state folder as it was typed, also where the rest of the line cannot be read. */
function stateOf(words: readonly string[]): string | undefined {
  const at = words.indexOf('--state');
  return at < 0 ? undefined : words[at + 1];
}

async function loadCommands(program: Command, words: readonly string[]): Promise<void> {
  const word = commandWord(words);
  const one = word !== undefined && Object.hasOwn(commands, word) ? commands[word] : undefined;
  const loaders = one === undefined ? Object.values(commands) : [one];
  const registers = await Promise.all(loaders.map((load) => load()));
  for (const register of new Set(registers)) register(program);
}

/** Every command with its options, as the command line is read. */
export async function allCommands(): Promise<Command> {
  const program = newProgram();
  await loadCommands(program, []);
  return program;
}

/** The command whose words were typed, as far as they name one: `clock met`, `decide`, or none. */
function commandOf(program: Command, words: readonly string[]): string {
  let [command, named] = [program, ''];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = command.commands.find((each) => each.name() === word);
    if (next !== undefined) [command, named] = [next, `${named} ${word}`];
    else if (word === '--state') index += 1;
    else if (!word.startsWith('-')) break;
  }
  return named;
}

/** Commander says "error: unknown option '--x'"; ours is a sentence with what to do next. */
function asRejected(error: CommanderError, command: string): CommandError {
  const said = error.message
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.+$/, '');
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
  const message = `${sentence}. See ./makewhole${command} --help.`;
  return new CommandError({ code: 'INPUT_INVALID', kind: 'rejected', message });
}

/** Runs one command line to its exit code; under `inTerminal` the code is left there instead. */
export async function runWords(words: readonly string[]): Promise<number> {
  const program = newProgram();
  await loadCommands(program, words);
  if (words.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2; // A word is missing; the help has been shown.
    const io = terminalIo({ json: words.includes('--json'), state: stateOf(words) });
    reportError(asRejected(error, commandOf(program, words)), io);
    return 2;
  }
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    if (!stream.writable) done();
    else stream.write('', () => done());
  });
}

/** A full disk behind `>`: what was to be said is lost, and that is said where it still can be. */
function tellUnwritten(error: NodeJS.ErrnoException): number {
  const why = error.code ?? error.message;
  const said = `The output could not be written (${why}): make room, then run this again.`;
  try {
    writeSync(process.stderr.fd, `${said} (FILE_UNUSABLE)\n`);
  } catch {
    // The exit code alone, then.
  }
  return exitCodeOf('fault');
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  // A reader that went away (`| head`) is no failure of ours.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      process.exit(tellUnwritten(error));
    });
  }
  const code = await runCommand(
    () => runWords(words),
    terminalIo({ json: words.includes('--json'), state: stateOf(words) }),
  );
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

if (require.main === module) void main();
