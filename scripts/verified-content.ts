import type { DecidedContent } from '../domain/decided-content';
import { decidedDigest } from '../proof/decided-digest';
import type { Decisions } from '../workers/wire-decisions';
import { CommandError } from './command-io';
import type { GatePage } from './gate-page';

/**
 * What a gate decides on, with its digest computed here, from that very content: of a plan also
 * every line, up to the digest.
 *
 * @throws CONTENT_MISMATCH (refused) when the gate names another digest, or nothing is on file.
 * @throws PLAN_MISMATCH (bug) when a plan's lines are not what its manifest says.
 */
export async function verifiedContent(
  decisions: Pick<Decisions, 'gates' | 'plans'>,
  page: GatePage,
): Promise<DecidedContent> {
  const { incidentId, gateId, subject } = page;
  const content = await decisions.gates.content(page);
  if (content === undefined) throw mismatch(page, 'nothing of that digest is on file');
  const found = decidedDigest(content);
  if (found !== subject) throw mismatch(page, `what is on file gives ${found}`);
  if (content.kind !== 'plan') return content;
  const { version, incident } = content.plan;
  if (incident !== incidentId) throw mismatch(page, `that plan is one of ${incident}`);
  const { digest } = await decisions.plans.verifyPlan({ incidentId, version });
  if (digest !== subject) throw mismatch(page, `${gateId} ${String(version)} gives ${digest}`);
  return content;
}

function mismatch({ incidentId, gateId, subject }: GatePage, found: string): CommandError {
  const message =
    `gate ${gateId} of ${incidentId} says it is about ${subject}, and ${found}. Nothing was ` +
    `signed; keep a copy of the database, then ./makewhole evidence verify ${incidentId}.`;
  return new CommandError({ code: 'CONTENT_MISMATCH', kind: 'refused', message });
}
