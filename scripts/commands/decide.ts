import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { failures } from '../../contracts/failures';
import type { ChainHead } from '../../proof/evidence-chain';
import { signAs, type Decisions } from '../../workers/wire-decisions';
import {
  action,
  asCommandError,
  CommandError,
  interruptedExitCode,
  show,
  type CommandIo,
} from '../command-io';
import type { GatePage } from '../gate-page';
import { signAndSend, withDecisions, type SigningOptions, type Wish } from '../signed-command';
import { incidentId, rejected, withSigning } from '../signing-options';
import { requireOpen, showGate, tellElsewhere } from '../shown-gate';

const example = `
Without --digest it shows what will be signed, computes the digest from that, and asks; --yes signs
what it shows. Any word but yes signs nothing, exit 130. With the
key on another machine, --show says how it is signed there.

Example:
  ./makewhole decide INC-2026-0042 --gate plan --show --as lena
  ./makewhole decide INC-2026-0042 --gate plan --approve --as lena
  ./makewhole decide INC-2026-0042 --gate plan --reject --reason "the mark is old" --as finn`;

type Flags = SigningOptions & {
  readonly gate: string;
  readonly digest?: string;
  readonly approve?: true;
  readonly reject?: true;
  readonly show?: true;
  readonly all?: true;
  readonly reason?: string;
};
type Decision = 'approve' | 'reject';
type Asked = { incident: string; options: Flags; decision: Decision; io: CommandIo };

/** Adds `decide`: signs and sends a decision at a gate. */
export function registerDecide(program: Command): void {
  withSigning(program.command('decide'))
    .description('sign a decision on exactly what a gate is about')
    .argument('<incident>')
    .requiredOption('--gate <id>', 'plan, unfreeze, difference, close, letters/<stage>')
    .option('--digest <digest>', 'the SHA-256 that is decided on')
    .option('--approve', 'yes to exactly this')
    .option('--reject', 'no: it goes back to whoever made it')
    .option('--reason <text>', 'why; needed to reject')
    .option('--show', 'only show it, and how to sign it on another machine; signs nothing')
    .option('--all', 'show every deal of a plan, not only the 30 with the largest lines')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const asked = { incident: incidentId(given), options, io };
        if (options.show === true) return withDecisions(io, (from) => showOnly(from, asked));
        const decision = readDecision(options);
        return withDecisions(io, (decisions) => decide(decisions, { ...asked, decision }));
      }),
    );
}

function readDecision({ approve, reject, reason, digest }: Flags): Decision {
  if (approve === reject) throw rejected('expected either --approve or --reject, one of the two');
  if (reject === true && reason === undefined) throw rejected('--reject needs a --reason');
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest)) {
    throw rejected('--digest: expected a SHA-256 in 64 lower-case hex digits');
  }
  return approve === true ? 'approve' : 'reject';
}

async function decide(decisions: Decisions, asked: Asked): Promise<number> {
  const { incident, options, decision, io } = asked;
  const { gate: gateId, reason } = options;
  const page = await decisions.gates.view({ incidentId: incident, gateId });
  const opening = page?.opening ?? 1;
  const head = await headOf(decisions, incident);
  const said = reason === undefined ? {} : { reason };
  const wish: Wish<'decide'> = {
    kind: 'decide',
    incident,
    body: { gate: gateId, opening, decision, ...said, evidenceHead: head },
    expiresInSeconds: lifeUntil(page),
    done: async ({ subject }) => {
      const now = await decisions.gates.view({ incidentId: incident, gateId });
      const missing = now?.missing ?? [];
      const verb = decision === 'approve' ? 'approves' : 'rejects';
      const rest = missing.length === 0 ? '' : ` Still missing: ${missing.join(', ')}.`;
      return `${options.as} ${verb} gate ${gateId} (${String(subject)}).${rest}`;
    },
  };
  const subject = options.digest ?? (await agreedDigest(page, { ...asked, decisions, wish, head }));
  if (subject === undefined) {
    io.err('Nothing was signed. Only the word yes signs; the same command shows it again.');
    return interruptedExitCode;
  }
  const done = (result: Record<string, unknown>) => wish.done({ ...result, subject });
  return signAndSend({ ...wish, subject, done }, { io, options, decisions });
}

/** Every incident has evidence, from its opening on. */
async function headOf(decisions: Decisions, incident: string): Promise<ChainHead> {
  const head = await decisions.evidenceHead(incident);
  if (head.seq > 0) return head;
  const message = `There is no incident ${incident}. See ./makewhole incident list.`;
  throw new CommandError({ code: 'INCIDENT_UNKNOWN', kind: 'refused', message });
}

const lifeMax = 14 * 24 * 3600;

/** A vote left on Saturday counts on Monday: it lives as long as the opening, 14 days at most. */
function lifeUntil(page: GatePage | undefined): number {
  if (page === undefined) return 3600;
  const left = Math.ceil((Date.parse(page.expiresAt) - Date.now()) / 1000);
  return Math.min(Math.max(left, 60), lifeMax);
}

type Seeing = Asked & { decisions: Decisions; wish: Wish<'decide'>; head: ChainHead };

/** The digest a person agreed to sign after seeing what it stands for; undefined on a no. */
async function agreedDigest(
  found: GatePage | undefined,
  { decisions, wish, head, incident, options, decision, io }: Seeing,
): Promise<string | undefined> {
  const page = requireOpen(found, { incident, gate: options.gate });
  const { subject } = page;
  await refuseEarly({ ...wish, subject }, { io, options, decisions });
  if (!io.yes && !process.stdin.isTTY) {
    throw rejected(
      'nobody can be asked here: give --digest to sign it, or --yes to sign what is open',
    );
  }
  await showGate(decisions, { page, head, io, all: options.all === true });
  if (io.yes) return subject;
  const question = `\nSign as ${options.as}: ${decision} this? Type yes: `;
  return (await saysYes(question)) ? subject : undefined;
}

/** For whoever has the key elsewhere, or only wants to read. */
async function showOnly(
  decisions: Decisions,
  { incident, options, io }: Omit<Asked, 'decision'>,
): Promise<number> {
  const { gate, as, all } = options;
  const found = await decisions.gates.view({ incidentId: incident, gateId: gate });
  const page = requireOpen(found, { incident, gate });
  const head = await headOf(decisions, incident);
  const showing = { page, head, io, all: all === true };
  await showGate(decisions, showing);
  const { subject: digest, opening } = page;
  const value = { incident, gate, opening, digest, evidenceHead: head };
  if (io.json) show({ io, value, text: () => '' });
  else tellElsewhere(showing, as);
  return 0;
}

/** Nobody should read a whole plan to learn then that they may not sign it. */
async function refuseEarly(
  { done: _, ...draft }: Wish<'decide'>,
  { io, options, decisions }: { io: CommandIo; options: Flags; decisions: Decisions },
): Promise<void> {
  const jws = signedHere(draft, { io, options });
  const at = new Date().toISOString();
  const refusal = await decisions.commandInbox.foresee({ incidentId: draft.incident, jws, at });
  if (refusal === undefined) return;
  throw new CommandError({ ...refusal, kind: failures[refusal.code].kind });
}

function signedHere(
  draft: Omit<Wish<'decide'>, 'done'>,
  { io, options }: { io: CommandIo; options: Flags },
): string {
  try {
    return signAs({ stateDir: io.stateDir, personId: options.as }, draft);
  } catch (error) {
    const { code, kind, message, path } = asCommandError(error);
    if (code !== 'NOT_FOUND') throw error;
    const gate = `--gate ${options.gate} --show --as ${options.as}`;
    const see = `./makewhole decide ${draft.incident} ${gate}`;
    const how = `What to sign, and how on another machine: ${see}`;
    throw new CommandError({ code, kind, path, message: `${message} ${how}`, cause: error });
  }
}

async function saysYes(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D are no yes either.
  const closed = new Promise<string>((settle) => terminal.once('close', () => settle('')));
  const asked = terminal.question(question).catch(() => '');
  const typed = await Promise.race([asked, closed]);
  terminal.close();
  return typed.trim().toLowerCase() === 'yes';
}
