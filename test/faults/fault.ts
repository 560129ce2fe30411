import type { Boundary } from './boundaries';
import { netTargets, netTroubles, type NetTrouble } from './net';

/** Pages at which programs are killed and messages repeated, in the order they are turned. */
export const pages = [
  ...['freezing', 'declaring', 'gathering', 'recomputing', 'acknowledging', 'planning'],
  ...['deciding', 'settling', 'reconciling', 'reviewing'],
] as const;

/** Programs beside the worker that are killed, one by one and all at once. */
export const programs = ['temporal', 'postgres', 'bank', 'allocator', 'mail', 'all'] as const;

/** What becomes of signed commands: sent again, in another order, or when nobody is there. */
export const mishaps = ['repeated', 'reordered', 'late'] as const;

/** How an incident loses its workflows: somebody ends them all, or Temporal's store is deleted. */
export const losses = ['terminated', 'store-lost'] as const;

/** One thing that goes wrong in a play. */
export type Fault =
  | { kind: 'death'; boundary: Boundary; hit: number }
  | { kind: 'program'; program: (typeof programs)[number]; page: string }
  | { kind: 'message'; mishap: (typeof mishaps)[number]; page: string }
  | { kind: 'loss'; loss: (typeof losses)[number]; page: string }
  | ({ kind: 'net' } & NetTrouble);

/** A fault in one word, from which it can be read again. */
export function named(fault: Fault): string {
  if (fault.kind === 'death') return `${fault.boundary}#${String(fault.hit)}`;
  if (fault.kind === 'program') return `kill-${fault.program}@${fault.page}`;
  if (fault.kind === 'message') return `${fault.mishap}@${fault.page}`;
  if (fault.kind === 'loss') return `${fault.loss}@${fault.page}`;
  return `net:${fault.target}:${fault.does}#${String(fault.hit)}`;
}

/**
 * Reads a fault as `named` has written it.
 *
 * Ensures: it throws what was expected, where it cannot.
 */
export function readFault(text: string): Fault {
  const death = /^(\w+\/\w+\.\w+:(?:before|after))#(\d+)$/.exec(text);
  if (death !== null) {
    return { kind: 'death', boundary: death[1] as Boundary, hit: Number(death[2]) };
  }
  const [, to, does, hit] = /^net:(\w+):(\w+)#(\d+)$/.exec(text) ?? [];
  const target = netTargets.find((each) => each === to);
  const trouble = netTroubles.find((each) => each === does);
  if (target !== undefined && trouble !== undefined) {
    return { kind: 'net', target, does: trouble, hit: Number(hit) };
  }
  const [what = '', page = ''] = text.split('@');
  const program = programs.find((each) => `kill-${each}` === what);
  if (program !== undefined && page !== '') return { kind: 'program', program, page };
  const mishap = mishaps.find((each) => each === what);
  if (mishap !== undefined && page !== '') return { kind: 'message', mishap, page };
  const loss = losses.find((each) => each === what);
  if (loss !== undefined && page !== '') return { kind: 'loss', loss, page };
  throw new Error(`expected a fault such as payChunk/rail.pay:after#1, found ${text}`);
}
