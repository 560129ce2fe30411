/**
 * Orders two texts by Unicode code point, the order of every tie and every sorted list of ours.
 *
 * Ensures: the order of UTF-8 bytes, so that a database with the C collation agrees. JavaScript's
 * own `<` compares UTF-16 units and puts `😀` (U+1F600) before `ﬀ` (U+FB00).
 */
export function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for what lies above U+FFFF, so they rank above every other unit. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
