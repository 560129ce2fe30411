import { setTimeout as wait } from 'node:timers/promises';

const secondsMax = 60;

type Holds = () => boolean | Promise<boolean>;

/** Looks until `holds`, and fails naming what it waited for; no fixed time is ever slept. */
export async function until(what: string, holds: Holds): Promise<void> {
  const end = Date.now() + secondsMax * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${secondsMax} s until ${what}`);
    await wait(50);
  }
}
