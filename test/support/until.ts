import { setTimeout as wait } from 'node:timers/promises';

/** Looks until `holds`, and fails naming what it waited for; no fixed time is ever slept. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${String(seconds)} s until ${what}`);
    await wait(50);
  }
}
