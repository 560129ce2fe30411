import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A fresh folder below the temporary one, gone after the file's tests. */
export function tempFolder(name = 'stack'): string {
  const folder = mkdtempSync(join(tmpdir(), `makewhole-test-${name}-`));
  made.push(folder);
  return folder;
}

/** Writes a program that anybody can start. */
export function writeProgram(path: string, text: string): string {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** Removes every folder that tempFolder made. */
export function removeTempFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}
