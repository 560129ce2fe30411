import canonicalize from 'canonicalize';

const depthMax = 64;
const loneSurrogate = /\p{Surrogate}/u;

/** Why a JSON value of ours cannot be hashed so that everybody gets the same bytes. */
function flaw(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
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

function refuseFlaws(value: unknown, path: string, depth = 0): void {
  const found = depth > depthMax ? `nesting beyond ${String(depthMax)} levels` : flaw(value);
  if (found !== undefined) {
    throw new TypeError(`${path}: expected JSON that canonicalizes, found ${found}`);
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of Array.from(value as unknown[]).entries()) {
      refuseFlaws(item, `${path}[${String(index)}]`, depth + 1);
    }
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    refuseFlaws(name, `${path} member name`, depth + 1);
    refuseFlaws(member, `${path}.${name}`, depth + 1);
  }
}

/**
 * The one text of a JSON value that everybody who hashes it arrives at.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 * @throws TypeError (bug) when a part has no such text; the message names its path.
 */
export function canonicalJson(value: unknown): string {
  refuseFlaws(value, '$');
  return canonicalize(value) as string;
}
