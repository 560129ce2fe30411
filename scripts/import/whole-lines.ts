const newline = 0x0a;
const lineBytesMax = 1 << 20;

/**
 * Cuts what comes in any pieces into blocks of whole lines, the last one perhaps without its end.
 *
 * Ensures: a line of more than 1 MiB ends the reading, after `onTooLong` was called: it is no row,
 * and it would fill the memory.
 */
export async function* wholeLines(
  chunks: AsyncIterable<Buffer>,
  onTooLong: () => void,
): AsyncGenerator<Buffer> {
  let carried: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) yield Buffer.concat([carried, chunk.subarray(0, end)]);
    carried = end === 0 ? Buffer.concat([carried, chunk]) : Buffer.from(chunk.subarray(end));
    if (carried.length > lineBytesMax) {
      onTooLong();
      return;
    }
  }
  if (carried.length > 0) yield carried;
}
