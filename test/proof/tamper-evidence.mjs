/**
 * Plays random tamperings of a file of evidence and holds each against verify.mjs.
 *
 *     node test/proof/tamper-evidence.mjs FILE [COUNT] [SEED]
 *
 * FILE.key is the instance's private key, a JWK.
 *
 * Each is checked as the file is then; those of lines also as somebody leaves it who has the
 * instance's key and seals what was changed anew. Prints one JSON document; ends with 1 when any
 * is not found.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyFile } from '../../verify.mjs';
import { canonical, keyFrom, linesOf, sealed, seeded } from './file-forger.mjs';
import { ofBytes, tamperings } from './tamperings.mjs';

/** Plays `count` tamperings of a file; what was not found is named with how to draw it again. */
function play({ file, count, seed }) {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-tamper-'));
  const path = join(folder, 'tampered.evidence');
  const key = keyFrom(`${file}.key`);
  const whole = readFileSync(file, 'utf8');
  const original = linesOf(whole);
  const draw = seeded(seed);
  const names = [...Object.keys(tamperings), ...Object.keys(ofBytes)];
  const verified = (content) => {
    writeFileSync(path, content);
    return verifyFile(path);
  };
  const result = { holds: verified(whole), played: 0, sealedAnew: 0, missed: [] };
  const judge = (name, content, how) => {
    if (verified(content).holds) result.missed.push({ name, how, number: result.played });
  };
  while (result.played < count) {
    const name = names[result.played % names.length];
    if (name in ofBytes) {
      const content = ofBytes[name](draw, whole);
      if (content.equals(Buffer.from(whole))) continue;
      judge(name, content, 'as it is');
    } else {
      const lines = tamperings[name](draw, structuredClone(original));
      const text = lines.map((line) => `${canonical(line)}\n`).join('');
      if (text === whole.slice(0, text.length) && lines.length === original.length) continue;
      judge(name, text + whole.slice(whole.trimEnd().lastIndexOf('\n') + 1), 'as it is');
      judge(name, sealed(lines, key), 'sealed anew');
      result.sealedAnew += 1;
    }
    result.played += 1;
  }
  rmSync(folder, { recursive: true });
  return result;
}

if (process.argv[1] === import.meta.filename) {
  const [file, count = '1000', seed = '2026'] = process.argv.slice(2);
  const result = play({ file, count: Number(count), seed: Number(seed) });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.holds.holds && result.missed.length === 0 ? 0 : 1;
}
