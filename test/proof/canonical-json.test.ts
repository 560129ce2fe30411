import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from '../../proof/canonical-json';
import { digestOf, sha256Hex } from '../../proof/digest';

describe('canonical JSON', () => {
  it('writes the sample of RFC 8785 byte for byte', () => {
    const sample = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 units, so that equal values have equal digests', () => {
    const members = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    expect(Object.keys(JSON.parse(canonicalJson(members)) as object).slice(1)).toEqual([
      '\r',
      '\u0080',
      'ö',
      '\u20ac',
      '😀',
      '\ufb33',
    ]);
    const turned = Object.fromEntries(Object.entries(members).reverse());
    expect(digestOf(turned)).toBe(digestOf(members));
    expect(digestOf(members)).toBe(sha256Hex(canonicalJson(members)));
  });

  it('is that of the library by an author of RFC 8785, for 300 values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!/\\u0000|\\ud[89a-f]/.test(JSON.stringify(value)));
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'NaN',
      { body: { rate: NaN } },
      '$.body.rate: expected JSON that canonicalizes, found the number NaN',
    ],
    [
      'infinity',
      [1, Infinity],
      '$[1]: expected JSON that canonicalizes, found the number Infinity',
    ],
    [
      'undefined in an object',
      { a: { b: undefined } },
      '$.a.b: expected JSON that canonicalizes, found undefined',
    ],
    ['undefined in a list', [undefined], '$[0]: expected JSON that canonicalizes, found undefined'],
    [
      'a hole in a list',
      { a: new Array<string>(1) },
      '$.a[0]: expected JSON that canonicalizes, found undefined',
    ],
    [
      'a bigint',
      { amountMinor: 1n },
      '$.amountMinor: expected JSON that canonicalizes, found a bigint',
    ],
    [
      'half a surrogate pair',
      { a: 'x\ud800' },
      '$.a: expected JSON that canonicalizes, found a string with half',
    ],
    [
      'half a surrogate pair as a name',
      { '\udc00': 1 },
      '$.\udc00: expected JSON that canonicalizes, found a string with half',
    ],
    [
      'U+0000',
      { a: '\u0000' },
      '$.a: expected JSON that canonicalizes, found a string with U+0000',
    ],
    ['a date', { at: new Date(0) }, '$.at: expected JSON that canonicalizes, found an object'],
    ['a map', new Map([['a', 1]]), '$: expected JSON that canonicalizes, found an object'],
    ['nothing', undefined, '$: expected JSON that canonicalizes, found undefined'],
    ['a function', { f: () => 1 }, '$.f: expected JSON that canonicalizes, found function'],
  ])('refuses %s and names its path', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(message);
  });

  it('refuses what contains itself instead of running for ever', () => {
    const ring: Record<string, unknown> = {};
    ring['ring'] = ring;
    expect(() => canonicalJson(ring)).toThrow('nesting beyond 64 levels');
  });
});
