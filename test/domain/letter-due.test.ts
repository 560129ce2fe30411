import type { LetterCase, LetterStage } from '../../domain/letter-case';
import { isDone, isPlanned, letterDue, type LetterSetting } from '../../domain/letter-due';
import {
  caseOf,
  compensation,
  done,
  invoice,
  lineOf,
  lines,
  setting,
  transfer,
} from './letter-cases';

type Row = [why: string, one: LetterCase, told: string[], expected: unknown];
const table: Record<Exclude<LetterStage, 'resolution'>, Row[]> = {
  acknowledgement: [
    ['due at once, before any plan', caseOf(), [], { kind: 'due', deals: ['OLD', 'FRESH'] }],
    ['never due a second time', caseOf(), ['OLD'], { kind: 'never' }],
  ],
  call: [
    ['waits for a plan', caseOf(), [], { kind: 'waits' }],
    ['waits for the invoice', caseOf({ lines }), [], { kind: 'waits' }],
    [
      'waits for the document of the invoice',
      caseOf({ lines, invoices: [without(invoice, 'document')] }),
      [],
      { kind: 'waits' },
    ],
    ['due with it', caseOf({ lines, invoices: [invoice] }), [], { kind: 'due', deals: ['FRESH'] }],
    [
      'never due a second time',
      caseOf({ lines, invoices: [invoice] }),
      ['FRESH'],
      { kind: 'never' },
    ],
    ['never due once paid', done, [], { kind: 'never' }],
    [
      'waits while a deal has no plan yet',
      caseOf({ lines: lines.filter(({ deal }) => deal === 'OLD') }),
      [],
      { kind: 'waits' },
    ],
    [
      'never due to somebody nobody calls',
      caseOf({ lines: [lineOf('OLD', 'let-stand', '1.00'), lineOf('FRESH', 'let-stand', '1.00')] }),
      [],
      { kind: 'never' },
    ],
  ],
  advice: [
    ['waits for a plan', caseOf(), [], { kind: 'waits' }],
    ['waits for the money', caseOf({ lines }), [], { kind: 'waits' }],
    ...['reserved', 'sending', 'refused', 'unknown', 'returned', 'held'].map((state): Row => [
      `waits while the payment is ${state}`,
      caseOf({ lines, payments: [{ ...compensation, state }] }),
      [],
      { kind: 'waits' },
    ]),
    [
      'waits when a cent is missing',
      caseOf({ lines, payments: [{ ...compensation, amount: 708_127n }] }),
      [],
      { kind: 'waits' },
    ],
    [
      'due with it, whatever is still called',
      caseOf({ lines, payments: [compensation] }),
      [],
      { kind: 'due', deals: ['OLD'] },
    ],
    [
      'waits for the second of 2 payments',
      caseOf({ lines: [...lines, lineOf('FRESH', 'interest', '10.86')], payments: [compensation] }),
      [],
      { kind: 'waits' },
    ],
    [
      'never due a second time',
      caseOf({ lines, payments: [compensation] }),
      ['OLD'],
      { kind: 'never' },
    ],
  ],
};

function without<T extends object, K extends keyof T>(row: T, name: K): Omit<T, K> {
  const { [name]: _, ...rest } = row;
  return rest;
}

describe.each(Object.entries(table))('%s', (stage, rows) => {
  it.each(rows)('is %s', (_, one, told, expected) => {
    expect(letterDue({ stage: stage as LetterStage, one, setting, told })).toEqual(expected);
  });
});

describe('resolution', () => {
  const resolve = (one: LetterCase, given: Partial<LetterSetting> & { told?: string[] } = {}) => {
    const { told = [], ...rest } = given;
    return letterDue({ stage: 'resolution', one, setting: { ...setting, ...rest }, told }).kind;
  };

  it.each<[string, LetterCase]>([
    ['a deal without a plan', caseOf({ ...done, lines: lines.slice(0, 1) })],
    ['an unpaid invoice', { ...done, invoices: [invoice] }],
    ['an invoice paid short', { ...done, invoices: [{ ...invoice, state: 'short' }] }],
    ['an unconfirmed transfer', { ...done, transfers: [{ ...transfer, state: 'intended' }] }],
    ['a transfer the other way', { ...done, transfers: [{ ...transfer, side: 'out' }] }],
    ['a payment under way', { ...done, payments: [{ ...compensation, state: 'sending' }] }],
  ])('waits for %s', (_, one) => {
    expect(isDone(one)).toBe(false);
    expect(resolve(one, { cause: 'fixed' })).toBe('waits');
  });

  it('is due at once when all is done and the cause is fixed', () => {
    expect(isDone(done)).toBe(true);
    expect(resolve(done, { cause: 'fixed', fixAwaitedUpTo: '2000-01-01T00:00:00.000Z' })).toBe(
      'due',
    );
    expect(resolve(done, { cause: 'fixed', told: ['OLD'] })).toBe('never');
  });

  it('waits for the fix exactly as long as the pack says after the last thing was done', () => {
    expect(resolve(done, { fixAwaitedUpTo: '2026-11-21T11:59:59.999Z' })).toBe('waits');
    expect(resolve(done, { fixAwaitedUpTo: '2026-11-21T12:00:00.000Z' })).toBe('due');
  });

  it('counts from the approval where all there is was let stand', () => {
    const stands = ['OLD', 'FRESH'].map((deal) => lineOf(deal, 'let-stand', '1.00'));
    const one = caseOf({ lines: stands });
    expect(resolve(one, { fixAwaitedUpTo: '2026-11-20T11:59:59.999Z' })).toBe('waits');
    expect(resolve(one, { fixAwaitedUpTo: '2026-11-20T12:00:00.000Z' })).toBe('due');
  });

  it('says neither fixed nor stopped while neither is sure', () => {
    expect(resolve(done, { cause: 'unclear' })).toBe('waits');
  });

  it('needs a line in every deal of theirs, not just in one', () => {
    expect(isPlanned(caseOf({ lines: lines.slice(0, 1) }))).toBe(false);
    expect(isPlanned(caseOf({ lines }))).toBe(true);
  });
});

describe('somebody who cannot be written to', () => {
  const reach = (investor: Partial<LetterCase['investor']>) => {
    const one = caseOf({ investor: { ...caseOf().investor, ...investor } });
    return letterDue({ stage: 'acknowledgement', one, setting, told: [] });
  };

  it.each(['deceased', 'dissolved', 'unreachable'])(
    'being %s, is held with a question',
    (status) => {
      const due = reach({ status });
      expect(due.kind).toBe('held');
      expect('question' in due ? due.question : '').toContain(status);
    },
  );

  it.each(['', 'eve', 'eve@', 'a@b, c@d', 'a@b;c@d', '<a@b>', 'a@b c', 'a@b\nBcc: x@y'])(
    'having %j for an address, is held: one recipient a letter',
    (email) => {
      expect(reach({ email }).kind).toBe('held');
    },
  );

  it('without a name, is held: a letter begins with it', () => {
    expect(reach({ name: ' ' }).kind).toBe('held');
  });

  it('of a status nobody recorded, is written to', () => {
    expect(reach({ status: '' }).kind).toBe('due');
  });
});
