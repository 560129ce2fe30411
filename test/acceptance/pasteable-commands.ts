import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { commandsIn, unreadable } from '../support/printed-commands';
import type { RunningStack } from './running-stack';

/** What people read of an incident, page by page. */
const pages = (incident: string): string[][] => [
  ...['status', 'clocks'].map((page) => ['incident', page, incident]),
  ...['plan', 'form', 'dossier', 'post-mortem', 'units', 'payments', 'reconcile'].map((page) => {
    return [page, incident];
  }),
  ['incident', 'list'],
  ['options', incident, '--deal', 'NONE'],
];

/** Every command that mails and pages of an incident name is one that can be pasted. */
export async function expectPasteable(stack: RunningStack, incident: string): Promise<void> {
  const folder = join(stack.stateDir, 'mail');
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  const mails = files.map(async (name) => simpleParser(readFileSync(join(folder, name))));
  const texts = (await Promise.all(mails)).map(({ text = '' }) => text);
  for (const words of pages(incident)) {
    const { out, err } = await stack.makewhole(words);
    texts.push(out, err);
  }
  const printed = new Set(texts.flatMap(commandsIn));
  expect(unreadable([...printed])).toEqual([]);
  expect([...printed].filter((line) => line.startsWith('decide '))).not.toEqual([]);
  expect([...printed].filter((line) => line.startsWith(`--state ${stack.stateDir} `))).not.toEqual(
    [],
  );
}
