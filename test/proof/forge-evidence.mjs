/**
 * Writes a file of evidence anew with keys of one's own in everybody's place, once as it is and
 * once with each forgery, and holds each against verify.mjs.
 *
 *     node test/proof/forge-evidence.mjs FILE
 *
 * Prints one JSON document; ends with 1 when a forgery is not found, or the file as it is.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyFile } from '../../verify.mjs';
import { linesOf } from './file-forger.mjs';
import { forgeries } from './forgeries.mjs';
import { OwnKeys } from './own-keys.mjs';

function play(file) {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-forge-'));
  const path = join(folder, 'forged.evidence');
  const lines = linesOf(readFileSync(file, 'utf8'));
  const verified = (change) => {
    const own = new OwnKeys(lines);
    change(own);
    writeFileSync(path, own.text());
    return verifyFile(path, { instance: own.instance.kid });
  };
  const unchanged = verified(() => undefined);
  const found = Object.entries(forgeries).map(([name, forge]) => ({ name, ...verified(forge) }));
  rmSync(folder, { recursive: true });
  const missed = found.filter(({ holds }) => holds).map(({ name }) => name);
  const says = Object.fromEntries(found.map(({ name, what }) => [name, what]));
  return { unchanged, played: found.length, missed, says };
}

if (process.argv[1] === import.meta.filename) {
  const result = play(process.argv[2]);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.unchanged.holds && result.missed.length === 0 ? 0 : 1;
}
