import { settlementOf, whyPaymentWaits } from '../../domain/settlement-order';
import { demonstration, line } from './settlement-lines';

const legs = (lines: readonly { leg: string }[]) => lines.map(({ leg }) => leg);

describe('what a plan asks for', () => {
  it('is 3 payments, 1 call and 1 transfer for the 7 lines of the demonstration', () => {
    const { payments, calls, transfers } = settlementOf(demonstration);
    expect(legs(payments)).toEqual(['refund', 'interest', 'compensation']);
    expect(legs(calls)).toEqual(['call']);
    expect(transfers).toEqual([
      { deal: 'FRESH', from: 'D', to: 'E', sequence: 1, amount: 354_064n, currency: 'USD' },
    ]);
  });

  it.each(['accepted', 'declined', 'silent'] as const)(
    'leaves out a line of the branch %s, which nobody has taken yet',
    (when) => {
      const { payments, calls } = settlementOf([line({ when }), line({ when, leg: 'call' })]);
      expect([...payments, ...calls]).toEqual([]);
    },
  );

  it('never lets an investor pay for anything but a call', () => {
    expect(() => settlementOf([line({ payer: 'investor:E' })])).toThrow(
      'refund of FRESH would be paid by investor:E',
    );
  });

  it.each([
    [
      'out is not in',
      [line({ leg: 'transfer-out' }), line({ leg: 'transfer-in', amount: '1.00' })],
    ],
    ['nobody gets what goes out', [line({ leg: 'transfer-out' })]],
    ['nobody gives what comes in', [line({ leg: 'transfer-in' })]],
    ['2 get what 1 gives', [line({ leg: 'transfer-out' }), ...twice()]],
    [
      'sequences do not meet',
      [line({ leg: 'transfer-out' }), line({ leg: 'transfer-in', sequence: 2 })],
    ],
  ])('refuses transfers where %s', (_, lines) => {
    expect(() => settlementOf(lines)).toThrow();
  });
});

function twice() {
  return ['E', 'F'].map((investor) => line({ leg: 'transfer-in', investor }));
}

describe('a payment', () => {
  it('of a vehicle waits until the register has confirmed the units, and then goes', () => {
    expect(whyPaymentWaits(line(), 'open')).toContain('transfer 1');
    expect(whyPaymentWaits(line(), 'confirmed')).toBeUndefined();
  });

  it('of a vehicle never goes where the plan has no transfer for it', () => {
    expect(whyPaymentWaits(line(), 'none')).toContain('nobody replaces the capital');
  });

  it.each([
    ['escrow returns before a closing', line({ payer: 'escrow:FRESH' })],
    ['the firm owes as compensation', line({ leg: 'compensation', payer: 'firm' })],
    ['the firm owes as interest', line({ leg: 'interest', payer: 'firm' })],
    ['goes to nobody innocent', line({ leg: 'residue', payer: 'firm', payee: 'residue:state' })],
  ])('that %s waits for nobody', (_, paid) => {
    for (const standing of ['none', 'open', 'confirmed'] as const) {
      expect(whyPaymentWaits(paid, standing)).toBeUndefined();
    }
  });
});
