import { getLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import type { z } from 'zod';
import {
  allocationCase,
  certifiedCase,
  NumberText,
  shareText,
  type WrittenCase,
} from '../contracts/allocation-case';
import {
  CaseError,
  readField,
  toAllocationCase,
  type AllocationCase,
} from '../domain/allocation-case';
import { parseMinor } from '../domain/money';

/**
 * Reads the JSON text of `allocate`.
 *
 * Ensures: strict JSON, no field twice, none unknown; amounts come from the text, not from floats.
 * @throws INPUT_INVALID (rejected) when the text is anything else; the message names the field.
 */
export function readAllocation(text: string): AllocationCase {
  const written: WrittenCase = check(allocationCase, { value: readTree(text), path: '' });
  return toAllocationCase(written);
}

/**
 * Reads the JSON text of `certify`: an allocation case and the shares somebody gave.
 *
 * @throws INPUT_INVALID (rejected) when the text is no such case, or `result` does not give exactly
 * one share for each investor.
 */
export function readCertified(text: string): AllocationCase & { shares: Map<string, bigint> } {
  const { result, ...written } = check(certifiedCase, { value: readTree(text), path: '' });
  const given = toAllocationCase(written);
  const names = new Set(given.asks.map((ask) => ask.investorId));
  const shares = new Map<string, bigint>();
  for (const [name, amount] of Object.entries(result)) {
    const path = join('result', name);
    if (!names.has(name))
      throw new CaseError(path, 'expected the name of an investor of this case');
    const share = check(shareText, { value: amount, path });
    shares.set(
      name,
      readField(path, () => parseMinor(share, given.currency)),
    );
  }
  const missing = given.asks.find((ask) => !shares.has(ask.investorId));
  if (missing !== undefined) {
    const found = `none for ${JSON.stringify(missing.investorId)}; write "0" for no share`;
    throw new CaseError('result', `expected a share for every investor, found ${found}`);
  }
  return { ...given, shares };
}

/** Holds a value against a schema; the first fault becomes the refusal. */
function check<Output>(schema: z.ZodType<Output>, given: { value: unknown; path: string }): Output {
  const parsed = schema.safeParse(given.value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map((key) => (typeof key === 'symbol' ? String(key) : key));
  const where = path.reduce<string>(join, given.path);
  if (issue?.code === 'unrecognized_keys') {
    throw new CaseError(join(where, issue.keys[0] ?? ''), 'expected no field of this name');
  }
  throw new CaseError(where, issue?.message ?? 'expected an allocation case');
}

/** Parses strict JSON into plain values, numbers as the text they were written in. */
function readTree(text: string): unknown {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (source.trim() === '') throw new CaseError('', 'expected an allocation case, found no text');
  try {
    const faults: ParseError[] = [];
    const root = parseTree(source, faults, { disallowComments: true });
    if (faults.length > 0 || root === undefined) throw notJson(source, faults[0]?.offset ?? 0);
    // What strict JSON is stays JSON.parse's to say; jsonc-parser says where things stand in it.
    JSON.parse(source);
    return toValue(root, { source, path: '' });
  } catch (error) {
    if (error instanceof RangeError)
      throw new CaseError('', 'expected JSON, found it nested too deeply');
    if (error instanceof SyntaxError) throw new CaseError('', `expected JSON: ${error.message}`);
    throw error;
  }
}

function toValue(node: Node, place: { source: string; path: string }): unknown {
  const { source, path } = place;
  const children = node.children ?? [];
  switch (node.type) {
    case 'object':
      // Object.fromEntries defines, so that a field named `__proto__` is one like any other.
      return Object.fromEntries(
        fieldsOf(children, path).map(([key, value]) => {
          return [key, toValue(value, { source, path: join(path, key) })];
        }),
      );
    case 'array':
      return children.map((child, index) => toValue(child, { source, path: join(path, index) }));
    case 'number':
      return new NumberText(source.slice(node.offset, node.offset + node.length));
    case 'string':
      return wellFormed(String(node.value), path);
    default:
      return node.value as unknown;
  }
}

function fieldsOf(properties: readonly Node[], path: string): [string, Node][] {
  const met = new Set<string>();
  return properties.map((property) => {
    const [key, value] = property.children ?? [];
    const name = wellFormed(String(key?.value), path);
    if (value === undefined) throw new CaseError(join(path, name), 'expected a value, found none');
    if (met.has(name))
      throw new CaseError(join(path, name), 'expected this field once, found it again');
    met.add(name);
    return [name, value];
  });
}

function wellFormed(text: string, path: string): string {
  if (!/\p{Surrogate}/u.test(text)) return text;
  throw new CaseError(
    path,
    `expected Unicode text, found half a character in ${JSON.stringify(text)}`,
  );
}

function notJson(source: string, offset: number): CaseError {
  // A field whose name is still to come is named '' there.
  const keys = getLocation(source, offset).path.filter((key) => key !== '');
  const path = keys.reduce<string>(join, '');
  const before = source.slice(0, offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  const found =
    offset < source.length ? JSON.stringify(source.slice(offset, offset + 20)) : 'its end';
  return new CaseError(path, `expected JSON, found ${found} at ${place}`);
}

function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^[\w$]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
