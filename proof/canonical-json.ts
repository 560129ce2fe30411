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

/** The members of an array or object with their paths; a hole in an array is a member too. */
function membersOf(value: object, path: string): { path: string; member: unknown }[] {
  if (Array.isArray(value)) {
    const items = Array.from<unknown>(value);
    return items.map((member, index) => ({ path: `${path}[${index}]`, member }));
  }
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => [
    { path: `${path} member name`, member: name },
    { path: `${path}.${name}`, member },
  ]);
}

function refuseFlaws(given: { path: string; member: unknown }, depth = 0): void {
  const { path, member } = given;
  const found = depth > depthMax ? `nesting beyond ${depthMax} levels` : flaw(member);
  if (found !== undefined) {
    throw new TypeError(`${path}: expected JSON that canonicalizes, found ${found}`);
  }
  if (typeof member !== 'object' || member === null) return;
  for (const inner of membersOf(member, path)) refuseFlaws(inner, depth + 1);
}

/**
 * The one text of a JSON value that everybody who hashes it arrives at.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 * @throws UNEXPECTED (bug) when a part has no such text; a TypeError that names its path.
 */
export function canonicalJson(value: unknown): string {
  refuseFlaws({ path: '$', member: value });
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('$: expected JSON, found nothing');
  return text;
}
