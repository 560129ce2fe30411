import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../workers/package-root';
import type { Boundary } from './boundaries';
import { mishaps, pages, programs, type Fault } from './fault';
import { netHits, netTargets, netTroubles } from './net';

/** How often each boundary is passed in a play that nothing disturbs. */
export type Reference = Record<Boundary, number>;

/** Where the reference is kept. */
export const referencePath = join(packageRoot(), 'test/faults/reference.json');

/** The reference as it was run last. */
export function readReference(): Reference {
  return JSON.parse(readFileSync(referencePath, 'utf8')) as Reference;
}

const deathsPerPlay = 5;

/**
 * The plays of a tour, each a list of faults; together they hold every fault of the tour once.
 *
 * Order: by the seed alone, so that a seed replays its play. Tour 0 has the first time each
 * boundary is passed, every program at every page and every mishap; tour 1 the middle and the last,
 * and the ways between the worker and the programs it asks.
 */
export function tour(number: 0 | 1, reference: Reference): Fault[][] {
  const deaths = Object.entries(reference).flatMap(([name, hits]) => {
    const boundary = name as Boundary;
    const later = [...new Set([Math.ceil(hits / 2), hits])].filter((hit) => hit > 1);
    return (number === 0 ? [1] : later).map((hit) => ({ kind: 'death' as const, boundary, hit }));
  });
  const others = number === 0 ? [...killedPrograms(), ...lostMessages()] : brokenWays();
  const plays = Math.ceil(deaths.length / deathsPerPlay);
  const dealt = Array.from({ length: plays }, (): Fault[] => []);
  const next = random(number + 1);
  for (const all of [deaths, others]) {
    shuffled<Fault>(all, next).forEach((fault, index) => dealt[index % plays]?.push(fault));
  }
  return dealt;
}

const killedPrograms = (): Fault[] =>
  programs.flatMap((program) => pages.map((page) => ({ kind: 'program', program, page })));
/** Early, in the middle and late in what a play asks of each program. */
const brokenWays = (): Fault[] =>
  netTargets.flatMap((target) =>
    netTroubles.flatMap((does) => {
      return netHits[target].map((hit) => ({ kind: 'net' as const, target, does, hit }));
    }),
  );
const lostMessages = (): Fault[] =>
  mishaps.flatMap((mishap) => pages.map((page) => ({ kind: 'message', mishap, page })));

/** The faults of a seed: thousands name the tour, the rest the play. */
export function faultsOf(seed: number, reference: Reference): Fault[] {
  const faults = tour(seed < 1000 ? 0 : 1, reference)[seed % 1000];
  if (faults === undefined) throw new Error(`there is no play ${String(seed)}`);
  return faults;
}

/** Every seed of both tours. */
export function seedsOf(reference: Reference): number[] {
  const seeds = ([0, 1] as const).map((number) =>
    tour(number, reference).map((_, play) => number * 1000 + play),
  );
  return seeds.flat();
}

function shuffled<T>(all: readonly T[], next: () => number): T[] {
  const keyed = all.map((value) => ({ value, key: next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/** Numbers between 0 and 1 that follow from the seed alone (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
