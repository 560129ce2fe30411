import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

/** The checkout these scripts belong to, wherever they are called from. */
export const root = resolve(import.meta.dirname, '../..');

/** Installs and builds through the launcher, which knows how and when; true when it worked. */
export function setUp() {
  const { status } = spawnSync(join(root, 'makewhole'), ['set-up'], { stdio: ['ignore', 2, 2] });
  return status === 0;
}
