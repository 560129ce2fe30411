import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type {
  EvidenceLine,
  EvidenceVerdict,
  HeadsCompared,
  HeadWitnesses,
} from '../../activities/ports/evidence-log';
import { action, exitCodeOf, show, tell, type CommandIo } from '../command-io';
import { rejected } from '../signing-options';
import { readStack } from '../stack/read-stack';
import { withRegistry } from '../with-registry';
import { registerEvidenceExport } from './evidence-export';

const chainForm = /^(INC-\d{4}-\d{4,}|registry)$/;

function chainOf(given: string | undefined): string {
  if (given !== undefined && chainForm.test(given)) return given;
  throw rejected(
    `expected an incident such as INC-2026-0042, or registry, found ${JSON.stringify(given)}.`,
  );
}

/** Digests and key ids: needed by machines, in the way of somebody who reads. */
const digests = ['jwsDigest', 'jti', 'kid', 'keys', 'root', 'bodyDigest'];
const unread = new Set([...digests, 'registryHead', 'evidenceHead']);

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordOf).join(',');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text;
}

const wordMax = 80;
const shortened = (word: string): string =>
  word.length > wordMax ? `${word.slice(0, wordMax)}…` : word;

/** One entry on one line: when, who, what, and what of it a person can read. */
function lineOf({ seq, at, actor, kind, body }: EvidenceLine): string {
  const words = Object.entries(body)
    .filter(([name]) => !unread.has(name))
    .map(([name, value]) => ({ name, word: wordOf(value) }))
    .filter(({ word }) => word !== '')
    .map(({ name, word }) => `${name}=${shortened(word)}`);
  return [String(seq).padStart(4), at, actor.padEnd(12), kind.padEnd(16), ...words].join('  ');
}

type ShowOptions = { lines?: boolean; after?: string };
type Wanted = ShowOptions & { chain: string };

function afterOf(given: string | undefined): number {
  if (given === undefined) return 0;
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw rejected(`--after: expected the number of an entry, found ${JSON.stringify(given)}.`);
}

function showChain(options: Wanted, io: CommandIo): Promise<number> {
  const { chain } = options;
  const after = afterOf(options.after);
  return withRegistry(io, async ({ evidence }) => {
    const all: EvidenceLine[] = [];
    for await (const line of evidence.read(chain, after)) {
      if (options.lines === true) io.out(JSON.stringify(line));
      else if (io.json) all.push(line);
      else io.out(lineOf(line));
    }
    if (io.json && options.lines !== true) io.out(JSON.stringify({ chain, entries: all }));
    return 0;
  });
}

function brokenText(chain: string, verdict: EvidenceVerdict & { holds: false }): string {
  const { seq, what } = verdict.firstBreak;
  const where = seq === 0 ? 'outside the chain' : `at entry ${seq}`;
  return `The evidence of ${chain} is broken ${where}: ${what}`;
}

/** What the workflow keeps of an incident's chain, or why nobody can say; none has the registry. */
async function witnessesOf(
  io: CommandIo,
  chain: string,
): Promise<{ witnesses: HeadWitnesses; why?: string }> {
  const { instancePublicKeyPath: path } = readStack(io.stateDir);
  const key = existsSync(path) ? { instanceKeyPem: readFileSync(path, 'utf8') } : {};
  if (chain === 'registry') return { witnesses: key };
  // Here, so that what is shown without Temporal does not wait for its client.
  const { headsInHistory } = await import('../heads-in-history.js');
  const kept = await headsInHistory(chain, io.stateDir);
  if ('why' in kept) return { witnesses: key, why: kept.why };
  return { witnesses: { ...key, inWorkflow: kept.heads } };
}

function comparedText({ signed, documents, workflow }: HeadsCompared, why?: string): string {
  const own = `compared with ${signed} heads the instance signed and ${documents} in documents`;
  if (workflow !== null) return `${own}, and ${workflow} that its workflow keeps`;
  return why === undefined ? own : `${own}; NOT with those its workflow keeps: ${why}`;
}

async function verifyChain(io: CommandIo, chain: string): Promise<number> {
  const { witnesses, why } = await witnessesOf(io, chain);
  return withRegistry(io, async ({ evidence }) => {
    const verdict = await evidence.verify(chain, witnesses);
    if (verdict.holds) {
      const { entries, head, compared } = verdict;
      const holds = `The evidence of ${chain} holds: ${entries} entries, head ${head},`;
      const value = { ...verdict, ...(why === undefined ? {} : { workflowUnread: why }) };
      show({ io, value, text: () => `${holds}\n${comparedText(compared, why)}.` });
      return 0;
    }
    const message = brokenText(chain, verdict);
    const error = { code: 'EVIDENCE_BROKEN', kind: 'refused', message };
    if (io.json) io.out(JSON.stringify({ ...verdict, error }));
    else tell(io, `${message} (EVIDENCE_BROKEN)`);
    return exitCodeOf('refused');
  });
}

/** Adds `evidence show`, `evidence verify` and `evidence export`. */
export function registerEvidence(program: Command): void {
  const group = program
    .command('evidence')
    .description('what was done, by whom, and whether anybody changed the record');
  group
    .command('show')
    .description('the entries of an incident, or of the registry of people')
    .argument('<incident>', 'INC-2026-0042, or registry')
    .option('--lines', 'one JSON line an entry')
    .option('--after <entry>', 'only what came after this entry')
    .addHelpText('after', '\nExample:\n  ./makewhole evidence show INC-2026-0042 --lines')
    .action(
      action<ShowOptions>((options, io, [given]) =>
        showChain({ ...options, chain: chainOf(given) }, io),
      ),
    );
  group
    .command('verify')
    .description('walk the chain, then from it to the tables and back')
    .argument('<incident>', 'INC-2026-0042, or registry')
    .addHelpText('after', '\nExample:\n  ./makewhole evidence verify INC-2026-0042 --json')
    .action(action((_, io, [given]) => verifyChain(io, chainOf(given))));
  registerEvidenceExport(group);
}
