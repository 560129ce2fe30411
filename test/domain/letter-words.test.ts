import { join } from 'node:path';
import { callFacts, dealStories, namedDeals, paidFacts } from '../../domain/letter-facts';
import { letterHtml } from '../../templates/letter-html';
import { LetterIncomplete, renderLetter, standardWording } from '../../templates/letter-template';
import { letterWords, type LetterTold } from '../../templates/letter-words';
import {
  caseOf,
  compensation,
  done,
  fresh,
  invoice,
  lineOf,
  lines,
  old,
  transfer,
} from './letter-cases';

const folder = join(__dirname, '../../templates/letters');
const contact = {
  name: 'Support',
  email: 'support@example.com',
  phone: '+1 555 0100',
  calendar: 'https://example.com/time?a=1&b=2',
  complaints: 'Write to complaints@example.com.',
};

function render(told: LetterTold, given: { name?: string; locale?: string; drill?: boolean } = {}) {
  const { name = 'Eve', locale = 'en', drill = false } = given;
  const wording = standardWording({ folder, stage: told.stage });
  const words = letterWords({ told, name, locale, incident: 'INC-2026-0001', contact });
  return renderLetter({ wording, words, drill });
}
const resolution = (one = done, fixed = true): LetterTold => {
  return { stage: 'resolution', stories: dealStories(one), fixed };
};
const told = (text: string) => text.split('\n').filter((line) => line.startsWith('- '));

describe('what a resolution tells', () => {
  it('is of a position kept by an over-holder that nothing is asked of them', () => {
    const over = { ...old, recorded: old.right, right: old.recorded };
    const one = caseOf({ deals: [over], lines: [lineOf('OLD', 'let-stand', '3540.64')] });
    expect(told(render(resolution(one)).text)).toEqual([
      '- Recorded for you: USD 321,428.57',
      '- Your right share: USD 317,887.93',
      '- Difference: USD 3,540.64 too much',
      '- You keep what was recorded for you. Nothing is asked of you.',
    ]);
  });

  it('is no payment that is not settled, no transfer not confirmed, no invoice not paid', () => {
    const one = caseOf({
      lines,
      payments: [{ ...compensation, state: 'sending' }],
      invoices: [invoice],
      transfers: [{ ...transfer, state: 'intended' }],
    });
    expect(render(resolution(one)).text).not.toMatch(/We paid|We received|redistributed/);
  });

  it('is "fixed" only when it is', () => {
    expect(render(resolution(done, true)).text).toContain('The cause is fixed');
    expect(render(resolution(done, false)).text).not.toContain('fixed');
  });

  it('stops without the date of the agreement under which units have moved', () => {
    const { agreementOn: _, ...unknown } = fresh;
    expect(() => render(resolution({ ...done, deals: [old, unknown] }))).toThrow(LetterIncomplete);
    const { agreementOn: __, ...harmless } = old;
    expect(() => render(resolution({ ...done, deals: [harmless, fresh] }))).not.toThrow();
  });
});

describe('what an advice tells', () => {
  it.each(['returned', 'sending', 'unknown'])(
    'is never a payment that is %s, also if it was booked',
    (state) => {
      const one = { ...done, payments: [{ ...compensation, state }] };
      expect(paidFacts(one, ['OLD'])).toEqual([]);
      expect(paidFacts(done, ['OLD'])).toHaveLength(1);
      expect(paidFacts(done, ['FRESH'])).toEqual([]);
    },
  );
});

describe('one and several', () => {
  it('reads as one where there is one deal, invoice or payment', () => {
    const one = caseOf({ deals: [fresh] });
    const acknowledged = render({ stage: 'acknowledgement', deals: namedDeals(one) });
    expect(acknowledged.subject).toBe('We are checking your investment in Fresh Inc');
    expect(acknowledged.text).toContain('this investment of yours');
    const called = caseOf({ deals: [fresh], lines, invoices: [invoice] });
    const call = render({ stage: 'call', invoices: callFacts(called, ['FRESH']) });
    expect(call.subject).toBe('Invoice for your share in Fresh Inc');
    expect(call.text).toContain('The invoice is attached. It rests on');
  });

  it('reads as several where there are two, and names a company once', () => {
    const twice = caseOf({ deals: [old, { ...fresh, company: 'Old Inc' }] });
    const { subject, text } = render({ stage: 'acknowledgement', deals: namedDeals(twice) });
    expect(subject).toBe('We are checking your investments in Old Inc');
    expect(text).toContain('these investments of yours');
    const two = [invoice, { ...invoice, sequence: 2 }];
    const invoices = callFacts(caseOf({ lines, invoices: two }), ['FRESH']);
    expect(render({ stage: 'call', invoices }).text).toContain(
      'The invoices are attached. They rest',
    );
  });

  it('stops where there is nothing to tell', () => {
    const payments = paidFacts(caseOf({ lines }), ['OLD']);
    expect(() => render({ stage: 'advice', payments })).toThrow(LetterIncomplete);
  });
});

describe('money and dates', () => {
  const advice = (locale: string) => {
    return render({ stage: 'advice', payments: paidFacts(done, ['OLD']) }, { locale }).text;
  };

  it.each([
    ['en', '- USD 7,081.28, booked on November 21, 2026:'],
    ['en-GB', '- USD 7,081.28, booked on 21 November 2026:'],
    ['de-DE', '- USD 7,081.28, booked on 21 November 2026:'],
    ['fr_FR', '- USD 7,081.28, booked on 21 November 2026:'],
    ['ar-EG', '7,081.28'],
    ['tlh-KL-nonsense-x', '- USD 7,081.28, booked on November 21, 2026:'],
    ['', '- USD 7,081.28, booked on November 21, 2026:'],
  ])('are written as %j writes them in a letter in English', (locale, expected) => {
    expect(advice(locale)).toContain(expected);
  });

  it.each([
    ['JPY', 7_081_280_000_000n, 'JPY 7,081,280,000,000'],
    ['KWD', 999_999_999_999_999n, 'KWD 999,999,999,999.999'],
    ['USD', 999_999_999_999_999n, 'USD 9,999,999,999,999.99'],
  ])('of %s keep every unit: %p', (currency, amount, expected) => {
    const payments = paidFacts({ ...done, payments: [{ ...compensation, currency, amount }] }, [
      'OLD',
    ]);
    expect(render({ stage: 'advice', payments }).text).toContain(expected);
  });
});

describe('what is filled in', () => {
  it('is text: a name with markup or a placeholder in it stays a name', () => {
    const name = '<b onload=x>{{incident}}</b> & Sons';
    const deals = namedDeals(caseOf());
    const { text, html } = render({ stage: 'acknowledgement', deals }, { name });
    expect(text).toContain(`Dear ${name},`);
    expect(html).not.toContain('<b onload');
    expect(html).toContain('&lt;b onload&#x3D;x&gt;{{incident}}&lt;/b&gt; &amp; Sons');
  });

  it('stays on one line: a name cannot add a line or a header', () => {
    const deals = namedDeals(caseOf({ deals: [{ ...old, company: 'Old\r\nBcc: x@y' }] }));
    const { subject, text } = render(
      { stage: 'acknowledgement', deals },
      { name: 'Eve\n\nPay me' },
    );
    expect(subject).not.toContain('\n');
    expect(text).toContain('Dear Eve Pay me,');
  });

  it('is an amount nowhere in an acknowledgement, even where somebody asks for one', () => {
    const words = letterWords({
      told: { stage: 'acknowledgement', deals: namedDeals(done) },
      name: 'Eve',
      locale: 'en',
      incident: 'INC-2026-0001',
      contact,
    });
    const text = '{{#each deals}}{{recorded}}{{/each}}';
    const wording = { subject: 'x', text, html: letterHtml(text) };
    expect(() => renderLetter({ wording, words, drill: false })).toThrow(LetterIncomplete);
  });

  it.each([
    '{{nobody}}',
    '{{#if nobody}}x{{/if}}',
    '{{shout name}}',
    '{{> part}}',
    '{{#if}}',
    '{{constructor}}',
  ])('stops the letter where the text asks for %s', (text) => {
    const wording = { subject: 'x', text, html: letterHtml(text) };
    expect(() => renderLetter({ wording, words: { name: 'Eve' }, drill: false })).toThrow(
      LetterIncomplete,
    );
  });

  it('is marked in subject, text and markup when it is a drill, and only then', () => {
    const deals = namedDeals(caseOf());
    const drill = render({ stage: 'acknowledgement', deals }, { drill: true });
    expect(drill.subject).toMatch(/^\[DRILL\] /);
    for (const said of [drill.text, drill.html]) expect(said).toContain('This is a drill.');
    const real = render({ stage: 'acknowledgement', deals });
    for (const said of [real.subject, real.text, real.html]) expect(said).not.toMatch(/drill/i);
  });
});
