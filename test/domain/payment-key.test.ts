import { paymentName, referenceOf, referencesIn, transferName } from '../../domain/payment-key';
import { paymentKey, transferKey } from '../../proof/payment-key';
import { line } from './settlement-lines';

const incident = 'INC-2026-0042';
const key = '1a2b3c4d5e6f'.padEnd(64, '0');

describe('the key of a payment', () => {
  it('is the hash of 5 things: incident, deal, investor, leg and sequence', () => {
    const name = { incident, deal: 'FRESH', investor: 'D', leg: 'refund', sequence: 1 };
    expect(paymentName(incident, line())).toEqual(name);
    const keys = [
      paymentKey(incident, line()),
      paymentKey('INC-2026-0043', line()),
      paymentKey(incident, line({ deal: 'OLD' })),
      paymentKey(incident, line({ investor: 'E' })),
      paymentKey(incident, line({ leg: 'interest' })),
      paymentKey(incident, line({ sequence: 2 })),
    ];
    expect(new Set(keys).size).toBe(6);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stays the same under another amount, payer or wording, so that nothing is paid twice', () => {
    const other = line({ amount: '1.00', payer: 'firm', payee: 'investor:X', computed: 'again' });
    expect(paymentKey(incident, other)).toBe(paymentKey(incident, line()));
  });

  it('is pinned for ever: version 1 of the demonstration pays under these 64 digits', () => {
    // sha256sum of the canonical JSON of the name, members sorted.
    const pinned = 'afc7dc58be619f75e12ae8cb92d0ac5ca5b3949d07d94a66332b35540528d94c';
    expect(paymentKey(incident, line())).toBe(pinned);
  });

  it('of a transfer names both holders: 2 of one sequence are 2 transfers', () => {
    const move = { deal: 'FRESH', from: 'D', to: 'E', sequence: 1, amount: 1n, currency: 'USD' };
    expect(transferName(incident, move)).toEqual({
      incident,
      deal: 'FRESH',
      leg: 'transfer',
      from: 'D',
      to: 'E',
      sequence: 1,
    });
    expect(transferKey(incident, move)).toBe(transferKey(incident, { ...move, amount: 2n }));
    expect(transferKey(incident, { ...move, to: 'F' })).not.toBe(transferKey(incident, move));
  });
});

describe('the reference of a payment', () => {
  it('is the incident and 12 digits of the key, within the 35 a bank takes', () => {
    expect(referenceOf(incident, key)).toBe('INC-2026-0042 1a2b3c4d5e6f');
    expect(referenceOf('INC-2026-123456', key).length).toBeLessThanOrEqual(35);
  });

  it.each([
    ['as it stands', 'INC-2026-0042 1a2b3c4d5e6f'],
    ['in capitals', 'INC-2026-0042 1A2B3C4D5E6F'],
    ['with words around it', 'Invoice inc-2026-0042 1a2b3c4d5e6f, thank you'],
    ['with another separator', 'INC-2026-0042/1a2b3c4d5e6f'],
    ['with 2 spaces', 'INC-2026-0042  1a2b3c4d5e6f'],
  ])('is found in what a payer wrote %s', (_, text) => {
    expect(referencesIn(text)).toEqual(['INC-2026-0042 1a2b3c4d5e6f']);
  });

  it.each([
    ['a digit is missing', 'INC-2026-0042 1a2b3c4d5e6'],
    ['a digit is too many', 'INC-2026-0042 1a2b3c4d5e6f0'],
    ['there is no incident', '1a2b3c4d5e6f'],
    ['a letter is no hex digit', 'INC-2026-0042 1a2b3c4d5e6g'],
    ['the incident hangs on another word', 'XINC-2026-0042 1a2b3c4d5e6f'],
  ])('is not guessed where %s', (_, text) => {
    expect(referencesIn(text)).toEqual([]);
  });

  it('is found twice where 2 stand there, once where 1 stands twice', () => {
    const [one, two] = ['INC-2026-0042 1a2b3c4d5e6f', 'INC-2026-0043 000000000000'];
    expect(referencesIn(`${one} ${two}`)).toEqual([one, two]);
    expect(referencesIn(`${one}, ${one}`)).toEqual([one]);
  });
});
