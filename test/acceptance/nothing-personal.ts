import { withTemporal } from '../../scripts/temporal-client';
import { leavesOf } from '../support/history-leaves';
import { lettersOf } from './played-drill';
import type { RunningStack } from './running-stack';

const wordLettersMin = 5;
const lineLettersMin = 25;

/** As somebody who looks for a name reads it: whatever the spacing, case and quoting. */
const plain = (text: string) =>
  text
    .replace(/\\[nrt]|[\\"\s]+/g, ' ')
    .normalize('NFC')
    .toLowerCase();

/** What base64 hides, as in signed commands and payloads in JSON, opened as often as needed. */
function unwrapped(text: string): string[] {
  const inside = text.match(/[A-Za-z0-9+/_-]{16,}={0,2}/g) ?? [];
  const decoded = inside.map((each) => Buffer.from(each, 'base64').toString('utf8'));
  // Digests and ids are bytes that are no text.
  const texts = decoded.filter((each) => !/[\uFFFD\u0000-\u0008]/.test(each));
  return [text, ...texts.flatMap(unwrapped)];
}

/** The first of these needles in each text of `value`, with where it is. */
function foundIn(value: unknown, needles: readonly string[]): string[] {
  return leavesOf(value).flatMap(({ path, text }) => {
    const all = plain(unwrapped(text).join(' '));
    const needle = needles.find((each) => all.includes(each));
    return needle === undefined ? [] : [`${path}: ${needle}`];
  });
}

/** Every name, address, account and line of a letter of anybody the database knows. */
async function personalOf(stack: RunningStack): Promise<string[]> {
  const people = await stack.sql<{ name: string; email: string }>(
    'SELECT name, email FROM people UNION SELECT name, email FROM investors',
  );
  const investors = await stack.sql<{ name: string }>('SELECT DISTINCT name FROM investors');
  const texts = await stack.sql<{ body: string }>('SELECT body_text AS body FROM letter_texts');
  const accounts = await stack.sql<{ account: string }>(
    `SELECT DISTINCT account FROM receipts UNION SELECT 'investor:' || investor_id FROM investors`,
  );
  const lines = [
    ...texts.map(({ body }) => body),
    ...(await lettersOf(stack)).map(({ mail }) => mail.text ?? ''),
  ].flatMap((text) => text.split('\n'));
  const needles = [
    ...people.flatMap(({ name, email }) => [name, email]),
    ...investors.flatMap(({ name }) => name.split(' ').filter((each) => isWord(each))),
    ...accounts.map(({ account }) => account).filter((each) => each.startsWith('investor:')),
    ...lines.map((line) => line.trim()).filter((line) => line.length >= lineLettersMin),
  ];
  return [...new Set(needles.map(plain))];
}

const isWord = (text: string) => text.length >= wordLettersMin;

/** All that Temporal keeps of every workflow: histories, memo, search attributes, summaries. */
function keptBy(stack: RunningStack): Promise<{ id: string; kept: unknown }[]> {
  return withTemporal({ ...stack.addresses, answerWithinMs: 10_000 }, async ({ workflow }) => {
    const kept = [];
    for await (const { workflowId, runId, raw } of workflow.list()) {
      const handle = workflow.getHandle(workflowId, runId);
      const [history, described] = [await handle.fetchHistory(), await handle.describe()];
      kept.push({ id: workflowId, kept: { listed: raw, described: described.raw, history } });
    }
    return kept;
  });
}

/** Searches everything Temporal has of a played incident, and a text that does name somebody. */
export async function expectNothingPersonal(stack: RunningStack): Promise<void> {
  const needles = await personalOf(stack);
  expect(needles.length).toBeGreaterThan(150);
  const [someone = ''] = needles;
  const hidden = Buffer.from(JSON.stringify({ of: someone.toUpperCase() })).toString('base64url');
  expect(foundIn({ memo: Buffer.from(`"x.${hidden}.y"`) }, needles)).toEqual([`.memo: ${someone}`]);
  const kept = await keptBy(stack);
  expect(kept.length).toBeGreaterThan(15);
  expect(leavesOf(kept).length).toBeGreaterThan(5_000);
  expect(kept.flatMap(({ id, kept: all }) => foundIn(all, needles).map((at) => id + at))).toEqual(
    [],
  );
}
