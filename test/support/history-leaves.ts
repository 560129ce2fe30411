/** A text or a run of bytes in a history, with the names that lead to it. */
export type Leaf = { readonly path: string; readonly text: string };

/**
 * Every text and every run of bytes, read as text, in a value of whatever shape: what somebody who
 * searches Temporal's store finds there.
 */
export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (ArrayBuffer.isView(value)) return [{ path, text: textOf(value) }];
  if (typeof value !== 'object' || value === null) return [];
  // Keys can carry as much as values: those of memo, headers and search attributes do.
  return Object.entries(value).flatMap(([name, inner]) => [
    { path, text: name },
    ...leavesOf(inner, `${path}.${name}`),
  ]);
}

const textOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
