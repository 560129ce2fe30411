import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';

const newline = 0x0a;
const lineBytesMax = 1 << 20;

/** What stops a file from being read on, and on which line. */
export type LineFault = { line: number; reason: string };

/**
 * Reads a file as blocks of whole lines, each checked to be UTF-8.
 *
 * Ensures: a line that is not ends the reading, after `onFault` was told where.
 */
export async function* wholeLines(
  path: string,
  onFault: (fault: LineFault) => void,
): AsyncGenerator<Buffer> {
  let carried: Buffer = Buffer.alloc(0);
  let line = 1;
  const check = (block: Buffer): boolean => {
    if (!isUtf8(block)) {
      onFault({ line: line + brokenLine(block), reason: 'expected text in UTF-8' });
      return false;
    }
    line += newlinesIn(block);
    return true;
  };
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(newline) + 1;
    const block = Buffer.concat([carried, chunk.subarray(0, end)]);
    carried = end === 0 ? Buffer.concat([carried, chunk]) : Buffer.from(chunk.subarray(end));
    if (end > 0) {
      if (!check(block)) return;
      yield block;
    }
    if (carried.length > lineBytesMax) {
      onFault({ line, reason: `expected lines of at most ${lineBytesMax} bytes` });
      return;
    }
  }
  if (carried.length > 0 && check(carried)) yield carried;
}

function newlinesIn(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) count += 1;
  return count;
}

/** How many lines stand before the one that is not UTF-8; no character has a newline in it. */
function brokenLine(block: Buffer): number {
  let [before, from] = [0, 0];
  for (let end = block.indexOf(newline); end >= 0; end = block.indexOf(newline, from)) {
    if (!isUtf8(block.subarray(from, end))) return before;
    [before, from] = [before + 1, end + 1];
  }
  return before;
}
