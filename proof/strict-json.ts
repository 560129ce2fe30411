import { visit } from 'jsonc-parser';
import { canonicalJson } from './canonical-json';

/** A JSON text that can be meant in one way only, or why this one cannot. */
export type StrictJson = { value: unknown } | { flaw: string };

/** The first member name that is repeated, or that readers take for something else. */
function memberFlaw(text: string): string | undefined {
  const open: Set<string>[] = [];
  let flaw: string | undefined;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => {
      const names = open.at(-1);
      if (names?.has(name)) flaw ??= `repeated member ${JSON.stringify(name)}`;
      if (name === '__proto__') flaw ??= 'a member of the name "__proto__"';
      names?.add(name);
    },
  });
  return flaw;
}

/**
 * Reads JSON of which any two readers see the same: member order and white space are free.
 *
 * Ensures: UTF-8 is whole, no member is repeated at any depth, and every part canonicalizes.
 */
export function readStrictJson(bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { flaw: 'not UTF-8' };
  }
  try {
    const value: unknown = JSON.parse(text);
    canonicalJson(value);
    const flaw = memberFlaw(text);
    return flaw === undefined ? { value } : { flaw };
  } catch (error) {
    return { flaw: error instanceof TypeError ? error.message : 'not JSON' };
  }
}
