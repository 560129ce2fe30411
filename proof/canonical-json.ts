import canonicalize from 'canonicalize';

const depthMax = 64;
const loneSurrogate = /\p{Surrogate}/u;

/** Why a JSON value of ours cannot be hashed so that everybody gets the same bytes. */
function flaw(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      if (value.includes('\u0000')) return 'a string with U+0000, which databases cannot keep';
      return loneSurrogate.test(value) ? 'a string with half a surrogate pair' : undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `the number ${String(value)}`;
    case 'boolean':
      return undefined;
    case 'bigint':
      return 'a bigint; write it as a decimal string';
    case 'object':
      return isPlain(value) ? undefined : 'an object that is neither plain nor an array';
    default:
      return typeof value;
  }
}

function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Asked by shape, since objects of another realm have an Object.prototype of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

type Flaw = { readonly path: string; readonly found: string };

/** The first flaw within a value; its path is put together only on the way back from one. */
function flawWithin(value: unknown, depth = 0): Flaw | undefined {
  const found = depth > depthMax ? `nesting beyond ${depthMax} levels` : flaw(value);
  if (found !== undefined) return { path: '', found };
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? flawOfItems(value, depth) : flawOfMembers(value, depth);
}

/** A hole in an array is an item too. */
function flawOfItems(items: readonly unknown[], depth: number): Flaw | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const inner = flawWithin(items[index], depth + 1);
    if (inner !== undefined) return { ...inner, path: `[${index}]${inner.path}` };
  }
  return undefined;
}

function flawOfMembers(members: object, depth: number): Flaw | undefined {
  for (const [name, member] of Object.entries(members) as [string, unknown][]) {
    const found = flaw(name);
    if (found !== undefined) return { path: ' member name', found };
    const inner = flawWithin(member, depth + 1);
    if (inner !== undefined) return { ...inner, path: `.${name}${inner.path}` };
  }
  return undefined;
}

/**
 * The one text of a JSON value that everybody who hashes it arrives at.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 * @throws UNEXPECTED (bug) when a part has no such text; a TypeError that names its path.
 */
export function canonicalJson(value: unknown): string {
  const flawed = flawWithin(value);
  if (flawed !== undefined) {
    const { path, found } = flawed;
    throw new TypeError(`$${path}: expected JSON that canonicalizes, found ${found}`);
  }
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$: expected JSON, found nothing');
  return text;
}
