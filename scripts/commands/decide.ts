import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { ChainHead } from '../../proof/evidence-chain';
import type { Decisions } from '../../workers/wire-decisions';
import { action, CommandError, type CommandIo } from '../command-io';
import { gatePageText, type GatePage } from '../gate-page';
import { verifiedContent } from '../verified-content';
import { signAndSend, withDecisions, type SigningOptions, type Wish } from '../signed-command';
import { incidentId, rejected, withSigning } from '../signing-options';

const example = `
Without --digest it shows what will be signed, computes the digest from that, and asks; --yes signs
what it shows.

Example:
  ./makewhole decide INC-2026-0042 --gate plan --approve --as lena
  ./makewhole decide INC-2026-0042 --gate plan --reject --reason "the mark is old" --as finn`;

type Flags = SigningOptions & {
  readonly gate: string;
  readonly digest?: string;
  readonly approve?: true;
  readonly reject?: true;
  readonly reason?: string;
};
type Decision = 'approve' | 'reject';
type Asked = { incident: string; options: Flags; decision: Decision; io: CommandIo };

/** Adds `decide`: signs and sends a decision at a gate. */
export function registerDecide(program: Command): void {
  withSigning(program.command('decide'))
    .description('sign a decision on exactly what a gate is about')
    .argument('<incident>')
    .requiredOption('--gate <id>', 'plan, unfreeze, close, letters/<stage>')
    .option('--digest <digest>', 'the SHA-256 that is decided on')
    .option('--approve', 'yes to exactly this')
    .option('--reject', 'no: it goes back to whoever made it')
    .option('--reason <text>', 'why; needed to reject')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const asked = { incident: incidentId(given), options, decision: readDecision(options), io };
        return withDecisions(io, (decisions) => decide(decisions, asked));
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
  const evidenceHead = await decisions.evidenceHead(incident);
  const seen = { ...asked, decisions, head: evidenceHead };
  const subject = options.digest ?? (await agreedDigest(page, seen));
  const opening = page?.opening ?? 1;
  const said = reason === undefined ? {} : { reason };
  const wish: Wish<'decide'> = {
    kind: 'decide',
    incident,
    subject,
    body: { gate: gateId, opening, decision, ...said, evidenceHead },
    expiresInSeconds: lifeUntil(page),
    done: async () => {
      const now = await decisions.gates.view({ incidentId: incident, gateId });
      const missing = now?.missing ?? [];
      const verb = decision === 'approve' ? 'approves' : 'rejects';
      const rest = missing.length === 0 ? '' : ` Still missing: ${missing.join(', ')}.`;
      return `${options.as} ${verb} gate ${gateId} (${subject}).${rest}`;
    },
  };
  return signAndSend(wish, { io, options, decisions });
}

const lifeMax = 14 * 24 * 3600;

/** A vote left on Saturday counts on Monday: it lives as long as the opening, 14 days at most. */
function lifeUntil(page: GatePage | undefined): number {
  if (page === undefined) return 3600;
  const left = Math.ceil((Date.parse(page.expiresAt) - Date.now()) / 1000);
  return Math.min(Math.max(left, 60), lifeMax);
}

/** The digest a person agreed to sign after seeing what it stands for, computed here from that. */
async function agreedDigest(
  page: GatePage | undefined,
  { decisions, head, ...asked }: Asked & { decisions: Decisions; head: ChainHead },
): Promise<string> {
  const { incident, options, decision, io } = asked;
  if (page?.state !== 'open') {
    const state = page === undefined ? 'was never opened' : `is ${page.state}`;
    const message = `gate ${options.gate} of ${incident} ${state}; see incident status ${incident}`;
    throw new CommandError({ code: 'GATE_CLOSED', kind: 'refused', message });
  }
  if (!io.yes && !process.stdin.isTTY) {
    throw rejected(
      'nobody can be asked here: give --digest to sign it, or --yes to sign what is open',
    );
  }
  const content = await verifiedContent(decisions, page);
  const changes = await decisions.gates.changes(page);
  io.err(gatePageText(page, { content, changes, head }));
  if (io.yes) return page.subject;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`\nSign as ${options.as}: ${decision} this? Type yes: `);
  terminal.close();
  if (typed.trim() === 'yes') return page.subject;
  const stop = new Error('Nothing was signed.');
  stop.name = 'AbortError';
  throw stop;
}
