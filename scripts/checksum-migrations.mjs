// Adds new migrations to the CHECKSUMS of their folder. It never changes a line that is there:
// whoever has to edit a migration that nobody ran yet takes its line out by hand.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

for (const folder of ['adapters/postgres/migrations', 'allocator/migrations']) {
  const path = join(root, folder, 'CHECKSUMS');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  const listed = new Set(lines.map((line) => line.split('  ')[1]));
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.sql'));
  for (const name of names.sort().filter((candidate) => !listed.has(candidate))) {
    const bytes = readFileSync(join(root, folder, name));
    lines.push(`${createHash('sha256').update(bytes).digest('hex')}  ${name}`);
    console.log(`${folder}/${name}`);
  }
  writeFileSync(path, `${lines.join('\n')}\n`);
}
