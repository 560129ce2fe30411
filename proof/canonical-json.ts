const depthMax = 64;
/** Texts that stand between quotes as they are: nearly all of ours. */
const plain = /^[ !#-[\]-~]*$/;
const loneSurrogate = /\p{Surrogate}/u;

/** Where in a value the writer is: the members and places that lead there. */
type Path = (string | number)[];

/**
 * The one text of a JSON value that everybody who hashes it arrives at.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme), whose numbers and texts are ECMAScript's.
 * @throws UNEXPECTED (bug) when a part has no such text; a TypeError that names its path.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, path: Path): string {
  if (path.length > depthMax) flawed(path, `nesting beyond ${depthMax} levels`);
  switch (typeof value) {
    case 'string':
      return writeText(value, path);
    case 'number':
      if (!Number.isFinite(value)) flawed(path, `the number ${String(value)}`);
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? writeItems(value, path) : writeMembers(value, path);
    case 'bigint':
      return flawed(path, 'a bigint; write it as a decimal string');
    default:
      return flawed(path, typeof value);
  }
}

function writeText(text: string, path: Path): string {
  if (plain.test(text)) return `"${text}"`;
  if (text.includes('\u0000')) flawed(path, 'a string with U+0000, which databases cannot keep');
  if (loneSurrogate.test(text)) flawed(path, 'a string with half a surrogate pair');
  return JSON.stringify(text);
}

/** A hole in an array is an item too. */
function writeItems(items: readonly unknown[], path: Path): string {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    path.push(index);
    text += (index === 0 ? '' : ',') + write(items[index], path);
    path.pop();
  }
  return `${text}]`;
}

/** Order: by the names' UTF-16 units. */
function writeMembers(members: object, path: Path): string {
  if (!isPlain(members)) flawed(path, 'an object that is neither plain nor an array');
  let text = '{';
  for (const name of inOrder(Object.keys(members))) {
    path.push(name);
    text += (text === '{' ? '' : ',') + writeText(name, path);
    text += ':' + write((members as Record<string, unknown>)[name], path);
    path.pop();
  }
  return `${text}}`;
}

/** Most come in order, and looking is cheaper than sorting. */
function inOrder(names: string[]): string[] {
  const sorted = names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
  return sorted ? names : names.sort();
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Asked by shape, since objects of another realm have an Object.prototype of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function flawed(path: Path, found: string): never {
  const place = path.map((each) => (typeof each === 'number' ? `[${each}]` : `.${each}`)).join('');
  throw new TypeError(`$${place}: expected JSON that canonicalizes, found ${found}`);
}
