import { contentWords, type DecidedContent } from '../domain/decided-content';
import type { ChainHead } from '../proof/evidence-chain';
import type { Decisions } from '../workers/wire-decisions';
import { CommandError, tell, type CommandIo } from './command-io';
import { gatePageText, type GatePage } from './gate-page';
import { verifiedContent } from './verified-content';
import { waitingDealsLines } from './waiting-deals-text';

/** What is shown of a gate, and how it was asked for. */
export type Showing = {
  readonly page: GatePage;
  readonly head: ChainHead;
  readonly io: CommandIo;
  readonly all: boolean;
};

/**
 * A gate that can be decided on now.
 *
 * @throws GATE_CLOSED (refused) when it was never opened, or is decided or over.
 */
export function requireOpen(
  page: GatePage | undefined,
  { incident, gate }: { incident: string; gate: string },
): GatePage {
  if (page?.state === 'open') return page;
  const state = page === undefined ? 'was never opened' : `is ${page.state}`;
  const see = `./makewhole incident status ${incident}`;
  const message = `gate ${gate} of ${incident} ${state}; see ${see}`;
  throw new CommandError({ code: 'GATE_CLOSED', kind: 'refused', message });
}

/**
 * Shows on stderr what a gate decides on, computed from the rows, and beside it what a plan's page
 * leaves out: deals with small lines, and deals that are in no plan yet.
 */
export async function showGate(decisions: Decisions, showing: Showing): Promise<void> {
  const { page, head, io, all } = showing;
  const content = await verifiedContent(decisions, page);
  const changes = await decisions.gates.changes(page);
  io.err(gatePageText(page, { content, changes, head, all }));
  if (content.kind === 'plan') await tellBeside(decisions, { ...showing, content });
}

async function tellBeside(
  decisions: Decisions,
  { page, io, all, content }: Showing & { content: DecidedContent },
): Promise<void> {
  const { incidentId, gateId } = page;
  const isCut = contentWords(content).some(({ label }) => label === 'Further deals');
  const command = `./makewhole decide ${incidentId} --gate ${gateId} --show --all --as YOU`;
  if (isCut && !all) tell(io, `\nEvery deal of it, also those: ${command}`);
  const waiting = await decisions.plans.waitingDeals(incidentId);
  if (waiting.length > 0) tell(io, ['', ...waitingDealsLines(incidentId, waiting)].join('\n'));
}

/** How to sign what is shown on another machine, which alone has the key, and to bring it back. */
export function tellElsewhere({ page, head, io }: Showing, as: string): void {
  const { incidentId, gateId, opening, subject } = page;
  const about = `--digest ${subject} --evidence ${String(head.seq)}:${head.hash}`;
  const members = `--set gate=${gateId} --set opening=${String(opening)} --set decision=approve`;
  const sign = `./makewhole command sign decide ${incidentId} --as ${as} --key ${as}.pem`;
  // As it is: the other machine has no state folder of this stack.
  io.err(
    [
      '\nNothing was signed. To sign it where the key is (reject: decision=reject, and a reason):',
      `  ${sign} \\`,
      `    ${about} \\`,
      `    ${members} --out vote.jws`,
      'Then bring vote.jws here:',
    ].join('\n'),
  );
  tell(io, '  ./makewhole command submit vote.jws');
}
