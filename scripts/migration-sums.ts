import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './command-io';

const manifestName = 'CHECKSUMS';

function edited(message: string): CommandError {
  return new CommandError({ code: 'MIGRATION_EDITED', kind: 'bug', message });
}

function manifestOf(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, manifestName), 'utf8').split('\n');
  const entries = lines.flatMap((line): [string, string][] => {
    const [, sum, name] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
    return sum === undefined || name === undefined ? [] : [[name, sum]];
  });
  return new Map(entries);
}

/**
 * Compares every migration with the folder's CHECKSUMS, which lists those that were published: they
 * must never change again, since databases exist that ran them. A folder without the file has
 * published none.
 *
 * @throws MIGRATION_EDITED (bug) when one was edited, removed, or is not listed
 */
export function checkMigrationSums(folder: string): void {
  if (!existsSync(join(folder, manifestName))) return;
  const manifest = manifestOf(folder);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql'))) {
    const expected = manifest.get(name);
    const found = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    if (expected === undefined) {
      const remedy = 'add it with: node scripts/checksum-migrations.mjs';
      throw edited(`Migration ${name} is not in ${manifestName}: ${remedy}`);
    }
    if (found !== expected) {
      const remedy = 'restore it, and put the change into a new migration';
      throw edited(`Migration ${name} was edited after it was published: ${remedy}.`);
    }
    manifest.delete(name);
  }
  const [lost] = manifest.keys();
  if (lost !== undefined) throw edited(`Published migration ${lost} is gone: restore it.`);
}
