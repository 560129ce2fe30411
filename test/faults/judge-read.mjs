import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import pg from 'pg';

const tables = [
  ...['incidents', 'waits', 'commands', 'gates', 'votes', 'person_keys', 'deals', 'investors'],
  ...['impacts', 'plans', 'plan_lines', 'payments', 'invoices', 'receipts', 'unit_transfers'],
  ...['entries', 'postings', 'letters', 'letter_texts', 'notices', 'holds', 'fixes', 'evidence'],
  ...['stages', 'dossier_receipts', 'allocator.holds', 'allocator.deployments'],
  ...['allocator.transfers', 'allocator.registers', 'allocator.holdings'],
];

/** Everything there is to judge by: the bank's journal, the mails that arrived, the tables. */
export async function readState(stateDir) {
  const { addresses } = JSON.parse(readFileSync(join(stateDir, 'stack.json'), 'utf8'));
  if (addresses === null) throw new Error(`no stack was ever up in ${stateDir}`);
  return {
    bank: readJournal(join(stateDir, 'bank', 'journal.ndjson')),
    mails: await readMails(join(stateDir, 'mail')),
    tables: await readTables(addresses.adminDatabaseUrl),
  };
}

/** What was read, one row a line, so that it can be judged again without a stack. */
export function asKept(state) {
  const rows = (list) => `[\n${list.map((row) => JSON.stringify(row)).join(',\n')}\n]`;
  const read = Object.entries(state.tables).map(([name, list]) => `"${name}": ${rows(list)}`);
  const { bank, mails } = state;
  const seen = `"bank": ${rows(bank)},\n"mails": ${rows(mails)}`;
  return `{${seen},\n"tables": {\n${read.join(',\n')}\n}}\n`;
}

/** A last line without its newline was never answered for. */
function readJournal(path) {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/**
 * Mails somebody has. An empty file is one that the inbox was killed over, and one to nobody broke
 * off on the way within its header: nobody was told that either was taken.
 */
async function readMails(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).size > 0);
  const mails = await Promise.all(files.sort().map(readMail));
  return mails.filter(({ to }) => to.length > 0);
}

async function readMail(path) {
  const mail = await simpleParser(readFileSync(path));
  const header = (name) => mail.headers.get(name) ?? null;
  const page = mail.html === false ? '' : mail.html;
  return {
    messageId: mail.messageId ?? null,
    incident: header('x-makewhole-incident'),
    letter: header('x-makewhole-letter'),
    notice: header('x-makewhole-notice'),
    to: [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address)),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    page,
    attachments: mail.attachments.map(({ filename }) => filename ?? ''),
    deliveredAt: statSync(path).mtimeMs,
  };
}

async function readTables(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET timezone = 'UTC'");
    const read = {};
    for (const table of tables) {
      const { rows } = await client.query(`SELECT to_jsonb(t) AS row FROM ${table} t`);
      read[table] = rows.map(({ row }) => row);
    }
    return read;
  } finally {
    await client.end();
  }
}
