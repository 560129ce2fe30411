import { createPublicKey, verify } from 'node:crypto';
import { isWeakKey } from '../../proof/key-id';

const keyOf = (hex: string) => {
  const x = Buffer.from(hex, 'hex').toString('base64url');
  return createPublicKey({ key: { crv: 'Ed25519', kty: 'OKP', x }, format: 'jwk' });
};
const zeros = (count: number) => '00'.repeat(count);

/** y of every point of small order, as keys have it: little endian. */
const small = [
  zeros(32),
  `01${zeros(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
];

describe('a key of small order', () => {
  it.each(small)('%s is weak, with either sign: a signature nobody made holds', (hex) => {
    expect(isWeakKey(keyOf(hex))).toBe(true);
    expect(isWeakKey(keyOf(`${hex.slice(0, 62)}${withSign(hex.slice(62))}`))).toBe(true);
    const forged = Buffer.from(`01${zeros(63)}`, 'hex');
    const texts = Array.from({ length: 200 }, (_, index) => Buffer.from(`pay ${String(index)}`));
    expect(texts.some((text) => verify(null, text, keyOf(hex), forged))).toBe(true);
  });

  it.each([`ed${'ff'.repeat(30)}7f`, `f0${'ff'.repeat(30)}7f`])(
    '%s is a second name of another key, and weak',
    (hex) => {
      expect(isWeakKey(keyOf(hex))).toBe(true);
    },
  );

  it('is none that RFC 8032 section 7.1 signs with', () => {
    const real = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    expect(isWeakKey(keyOf(real))).toBe(false);
  });
});

const withSign = (hex: string) => (parseInt(hex, 16) | 0x80).toString(16);
