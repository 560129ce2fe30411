import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Boundary } from './boundaries';
import type { Net } from './net';

/** A call passed a boundary for the `hit`th time; `about`: the Message-IDs it was about. */
export type Passed = {
  kind: 'boundary';
  at: number;
  pid: number;
  boundary: Boundary;
  hit: number;
  about: string[];
  killed: boolean;
};
/** An attempt at an activity began or ended; `id` stays the same over all its attempts. */
export type Attempt = {
  kind: 'activity';
  at: number;
  pid: number;
  activity: string;
  id: string;
  state: 'begun' | 'done' | 'failed';
};
/** One line of the diary. Units: `at` in milliseconds since 1970. */
export type Entry = Passed | Attempt;

/** Where a worker dies: the `hit`th time anybody passes the boundary. */
export type Death = { boundary: Boundary; hit: number };
/** What the workers of one play are to do otherwise than the product's. */
export type Orders = {
  deaths: Death[];
  /** The ports of the proxies by which the worker reaches other programs, where there are any. */
  net?: Net['ports'];
  /** Which protection is taken away, by its name in the list of mutants. */
  mutant?: string;
};

const pathOf = (stateDir: string, name: string) => join(stateDir, 'faults', name);

/** Leaves the orders for all workers of a stack. */
export function giveOrders(stateDir: string, orders: Orders): void {
  mkdirSync(join(stateDir, 'faults'), { recursive: true });
  writeFileSync(pathOf(stateDir, 'orders.json'), JSON.stringify(orders));
}

/** The orders as they stand. */
export function readOrders(stateDir: string): Orders {
  return JSON.parse(readFileSync(pathOf(stateDir, 'orders.json'), 'utf8')) as Orders;
}

/** Adds a line, on disk before anything else happens. */
export function note(stateDir: string, entry: Entry): void {
  appendFileSync(pathOf(stateDir, 'diary.ndjson'), `${JSON.stringify(entry)}\n`);
}

/** Everything that workers of this stack have noted so far, in order. */
export function readDiary(stateDir: string): Entry[] {
  const path = pathOf(stateDir, 'diary.ndjson');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Entry);
}
