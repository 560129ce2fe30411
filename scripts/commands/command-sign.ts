import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  commandBodies,
  commandEnvelope,
  type CommandBody,
  type CommandKind,
} from '../../contracts/command';
import { decodeCommand } from '../../proof/command-jws';
import type { ChainHead } from '../../proof/evidence-chain';
import { signAs } from '../../workers/wire-decisions';
import { action, show, type CommandIo } from '../command-io';
import { groupOf, rejected } from '../signing-options';

const example = `
Needs the key and nothing else: no database, no Temporal, no state folder. Take the file it writes
to a machine that reaches the stack, and give it to ./makewhole command submit.

Whoever decides signs how far the evidence had come, so that nobody can write it anew behind them:
--evidence is the line of that name on the page that decide shows.

Example:
  ./makewhole command sign decide INC-2026-0042 --digest DIGEST --as lena --key lena.pem \\
    --evidence 44:HASH --set gate=plan --set opening=1 --set decision=approve --out vote.jws
  ./makewhole command sign take INC-2026-0042 --as olga --key olga.pem --out take.jws
  ./makewhole command sign people-stand-in --as admin --key admin.pem --body - < stand-in.json`;

type Flags = {
  readonly as: string;
  readonly key?: string;
  readonly digest?: string;
  readonly evidence?: string;
  readonly body?: string;
  readonly set: string[];
  readonly hours?: string;
  readonly out?: string;
};

/** Adds `command sign`: signs any command where only the key is. */
export function registerCommandSign(program: Command): void {
  groupOf(program, 'command')
    .command('sign')
    .description('sign a command on a machine that has only the key')
    .argument('<kind>', Object.keys(commandBodies).join(', '))
    .argument('[incident]', 'INC-2026-0042; none for people-… and open')
    .requiredOption('--as <person>', 'who signs')
    .option('--key <file>', 'their private key (PEM); else <state>/keys/<person>.pem')
    .option('--digest <digest>', 'the SHA-256 that is decided on')
    .option('--evidence <entry:hash>', 'how far the evidence had come; whoever decides signs it')
    .option('--body <file>', 'what the command carries, as JSON; - is stdin')
    .option('--set <name=value>', 'one member of it (repeatable)', collect, [])
    .option('--hours <count>', 'how long it may be used: 24; for decide 336')
    .option('--out <file>', 'where it is written, a new file; else stdout')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io, [kind, incident]) => sign(flags, { io, kind, incident })));
}

const collect = (text: string, before: string[]): string[] => [...before, text];

const hours = { decide: 336, others: 24 };

async function sign(
  flags: Flags,
  given: { io: CommandIo; kind: string | undefined; incident: string | undefined },
): Promise<number> {
  const { io } = given;
  const kind = kindOf(given.kind);
  const incident = given.incident ?? incidentOf(kind);
  const body = bodyOf(kind, flags);
  const longest = kind === 'decide' ? hours.decide : hours.others;
  const jws = signAs<CommandKind>(
    { stateDir: io.stateDir, personId: flags.as, ...(flags.key && { keyPath: flags.key }) },
    {
      kind,
      incident,
      subject: subjectOf(flags.digest),
      body,
      expiresInSeconds: hoursOf(flags.hours, longest) * 3600,
    },
  );
  const decoded = decodeCommand(jws);
  if (!('envelope' in decoded)) throw rejected(`${decoded.malformed}; nothing was signed`);
  const { envelope, header } = decoded;
  if (flags.out !== undefined) writeFileSync(flags.out, `${jws}\n`, { flag: 'wx' });
  const expiresAt = new Date(envelope.exp * 1000).toISOString();
  const where = flags.out === undefined ? {} : { file: flags.out };
  io.err(`${flags.as} signs ${kind} for ${incident}, valid until ${expiresAt}:`);
  io.err(JSON.stringify({ subject: envelope.subject, body: envelope.body }, null, 2));
  const value = { jws, jti: envelope.jti, kid: header.kid, kind, incident, expiresAt, ...where };
  const next = `Written to ${flags.out ?? ''}. Next: ./makewhole command submit ${flags.out ?? ''}`;
  show({ io, value, text: () => (flags.out === undefined ? jws : next) });
  return 0;
}

function kindOf(given: string | undefined): CommandKind {
  const kind = commandEnvelope.shape.kind.safeParse(given);
  if (kind.success) return kind.data;
  throw rejected(`there is no command ${given ?? ''}; see ./makewhole command sign --help`);
}

/** What is about no incident, or makes one, stands on the registry. */
function incidentOf(kind: CommandKind): string {
  if (kind === 'open' || kind.startsWith('people-')) return 'registry';
  throw rejected(
    `${kind} is about an incident: ./makewhole command sign ${kind} INC-2026-0042 --as YOU`,
  );
}

function subjectOf(digest = ''): string {
  if (digest === '' || /^[0-9a-f]{64}$/.test(digest)) return digest;
  throw rejected('--digest: expected a SHA-256 in 64 lower-case hex digits');
}

function headOf(given: string): ChainHead {
  const [, seq, hash = ''] = /^([1-9]\d{0,8}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (seq !== undefined) return { seq: Number(seq), hash };
  throw rejected('--evidence: expected ENTRY:HASH as the page of the gate has it');
}

function hoursOf(given: string | undefined, longest: number): number {
  if (given === undefined) return longest;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= longest) return count;
  throw rejected(`--hours: expected 1 to ${String(longest)}, found ${given}`);
}

/** The body from its file and single members; what is wrong is named before anything is signed. */
function bodyOf<K extends CommandKind>(kind: K, flags: Flags): CommandBody<K> {
  const whole = flags.body === undefined ? {} : readJson(flags.body);
  const members = Object.fromEntries(flags.set.map(memberOf));
  const head = flags.evidence === undefined ? {} : { evidenceHead: headOf(flags.evidence) };
  const schema = commandBodies[kind];
  const typed = schema.safeParse({ ...whole, ...head, ...members });
  // A member that may be no text (a number, a list) is read as JSON.
  const asJson = (typed.error?.issues ?? []).flatMap(({ path: [name] }) => {
    const text = members[String(name)];
    const read = text === undefined ? undefined : readText(text);
    return read === undefined ? [] : [[String(name), read.value]];
  });
  const again = { ...whole, ...head, ...members, ...(Object.fromEntries(asJson) as object) };
  const parsed = typed.success ? typed : schema.safeParse(again);
  if (parsed.success) return parsed.data as CommandBody<K>;
  const missing = parsed.error.issues.flatMap(({ message, path: [name] }) => {
    return message.endsWith('received undefined') ? [memberFlag(kind, String(name))] : [];
  });
  if (missing.length > 0) throw rejected(lacking(kind, missing));
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') ?? '';
  const at = place === '' ? '' : `${place}: `;
  throw rejected(`body: ${at}${issue?.message ?? 'not as expected'}; nothing was signed`);
}

const memberFlag = (kind: CommandKind, name: string) =>
  kind === 'decide' && name === 'evidenceHead' ? '--evidence 44:HASH' : `--set ${name}=VALUE`;

function lacking(kind: CommandKind, missing: readonly string[]): string {
  const decide = 'where the stack is, decide with --show prints the whole line. ';
  const see = kind === 'decide' ? decide : 'see ./makewhole command sign --help. ';
  return `${kind} needs also ${missing.join(' ')}; ${see}Nothing was signed`;
}

function memberOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw rejected(`--set: expected name=value, found ${text}`);
}

function readText(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function readJson(path: string): object {
  const read = readText(readFileSync(path === '-' ? 0 : path, 'utf8'))?.value;
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
  throw rejected('--body: expected one JSON object', path);
}
