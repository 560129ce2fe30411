/**
 * Cuts a stream of bytes into lines at `\n`, holding one line at a time.
 *
 * Ensures: other separators of Unicode, which JSON texts may hold, are no ends of lines, as they
 * would be to Node's readline; an empty last line is none.
 */
export async function* splitLines(
  input: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  for await (const chunk of input) {
    let rest: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]);
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

const newline = 0x0a;
