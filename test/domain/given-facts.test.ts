import { factFlaw } from '../../domain/incident-facts';

type Subject = 'deal' | 'investor' | 'incident';
const flawOf = (...[subject, name, value]: [Subject, string, string]) =>
  factFlaw({ subject, name, value });

describe('a fact that somebody gives', () => {
  it.each([
    ['deal', 'mark', '3.00'],
    ['deal', 'mark_on', '2026-11-21'],
    ['deal', 'tax_filed', 'no'],
    ['deal', 'holders', '12'],
    ['deal', 'first_sale_on', '2026-11-02'],
    ['investor', 'status', 'deceased'],
    ['investor', 'email', 'e@investors.example'],
    ['incident', 'hours', '120.5'],
  ] as const)('of the %s, %s, is taken as %s', (subject, name, value) => {
    expect(flawOf(subject, name, value)).toBeUndefined();
  });

  it.each([
    ['deal', 'mark', 'about three', /number such as 1\.25, found "about three"/],
    ['deal', 'mark', '-1', /found "-1"/],
    ['deal', 'mark_on', '21 November', /date such as 2026-11-21, found "21 November"/],
    ['deal', 'tax_filed', 'true', /Expected yes or no, found "true"/],
    ['deal', 'stage', 'open', /escrow or closed or exited/],
    ['deal', 'holders', '1.5', /whole number such as 12/],
    ['investor', 'email', 'nobody', /a mail address/],
    ['investor', 'email', '', /found nothing/],
    ['incident', 'hours', '', /number such as 12\.5, found nothing/],
  ] as const)('of the %s, %s, is not taken as %s', (subject, name, value, says) => {
    const flaw = flawOf(subject, name, value);
    expect(flaw?.code).toBe('ANSWER_INVALID');
    expect(flaw?.says).toMatch(says);
  });

  it('of a name that nobody reads is not taken, and all names that are read are said', () => {
    expect(flawOf('deal', 'marks', '3.00')).toMatchObject({ code: 'NOT_FOUND' });
    expect(flawOf('deal', 'marks', '3.00')?.says).toMatch(/facts of deals: .*mark, mark_accepted/);
    expect(flawOf('investor', 'mark', '3.00')?.says).toMatch(/facts of investors: class, email/);
    expect(flawOf('incident', 'mark', '3.00')?.says).toMatch(/hours, known_on/);
  });

  it('that a gate reads can be taken back by an empty text, 1 that only clocks read cannot', () => {
    expect(flawOf('deal', 'mark', '')).toBeUndefined();
    expect(flawOf('deal', 'first_sale_on', '')?.code).toBe('ANSWER_INVALID');
  });
});
