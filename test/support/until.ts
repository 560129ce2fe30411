import { setTimeout as wait } from 'node:timers/promises';

const secondsMax = 60;

type Holds = () => boolean | Promise<boolean>;

/** Looks until `holds`, and fails naming what it waited for; no fixed time is ever slept. */
export function until(what: string, holds: Holds): Promise<void> {
  return untilWithin({ what, holds, seconds: secondsMax });
}

/** As `until`, for what may take longer. */
export async function untilWithin(given: {
  what: string;
  holds: Holds;
  seconds: number;
}): Promise<void> {
  const { what, holds, seconds } = given;
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s until ${what}`);
    await wait(50);
  }
}
