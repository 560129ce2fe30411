import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const bytesMax = 16_384;

/** The last lines of a log file, for a message about what went wrong; empty when there is none. */
export function lastLines(path: string, count = 12): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, bytesMax);
    const bytes = Buffer.alloc(length);
    readSync(file, bytes, 0, length, size - length);
    return bytes.toString('utf8').trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    closeSync(file);
  }
}
