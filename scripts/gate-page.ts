import type { GateChanges } from '../activities/ports/gates';
import { contentWords, type DecidedContent } from '../domain/decided-content';
import type { ChainHead } from '../proof/evidence-chain';
import type { Decisions } from '../workers/wire-decisions';

/** A gate as it is read from the tables before somebody signs. */
export type GatePage = NonNullable<Awaited<ReturnType<Decisions['gates']['view']>>>;

// A letter's text or a deal's name must not move the cursor of whoever signs.
const controls = /(?!\n)\p{Cc}/gu;

/** `all` names every deal of a plan, however many there are. */
type Shown = {
  content: DecidedContent;
  changes: GateChanges | undefined;
  head: ChainHead;
  all?: boolean;
};

/**
 * What a signer is shown: the content in plain words, what is other than before, who made it, who
 * is missing, the digest, and how far the evidence had come.
 *
 * Ensures: no control character of the content reaches the terminal.
 */
export function gatePageText(page: GatePage, shown: Shown): string {
  const { content, changes, head, all = false } = shown;
  const { gateId, incidentId, opening, state, makers, votes, missing } = page;
  const rows = [
    ...contentWords(content, all ? { dealsMax: Infinity } : {}).map(({ label, value }) =>
      row(label, value),
    ),
    ...(changes === undefined ? [] : [row(`Since opening ${changes.since}`, saidOf(changes))]),
    row('Made by', makers.length === 0 ? 'nobody who could vote' : makers.join(', ')),
    ...votes.map(({ person, role, decision }) => row('Vote', `${decision} by ${person} (${role})`)),
    row('Missing', missing.length === 0 ? 'nothing' : missing.join(', ')),
    row('Open until', page.expiresAt),
    row('Digest', page.subject),
    row('Evidence', `${String(head.seq)}:${head.hash}`),
  ];
  return [`Gate ${gateId} of ${incidentId}, opening ${opening}, ${state}`, ...rows].join('\n');
}

const saidOf = ({ says }: GateChanges): string =>
  says.length === 0 ? 'nothing has changed' : ['', ...says].join('\n');

const width = 20;

function row(label: string, value: string): string {
  const clean = value.replace(controls, '');
  const name = label.replace(controls, '');
  if (!clean.includes('\n') && name.length < width) return `  ${name.padEnd(width)}${clean}`;
  const lines = clean.split('\n').map((line) => `    ${line}`.trimEnd());
  return [`  ${name}`, ...lines].join('\n');
}
