import type { ParsedMail } from 'mailparser';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { agreedDeals, LetterDesk } from './letter-desk';
import type { SettlementCase } from '../adapters/settlement-desk';

let on: LetterDesk;
let the: SettlementCase;
// The register's own clock says when units moved, so later is later than this very hour.
const later = new Date(Date.now() + 3_600_000).toISOString();
const none = { sent: 0, waiting: 0, unknown: 0, failed: 0, left: 0 };
const e = 'E@investor.example';
const d = 'D@investor.example';

beforeAll(async () => {
  on = await LetterDesk.open();
  the = await on.on.planned(agreedDeals);
  for (const stage of ['acknowledgement', 'call', 'advice', 'resolution'] as const) {
    await on.signs(the, stage);
  }
});
afterAll(() => on.close());

const lastTo = (address: string): ParsedMail => on.mail.to(address).at(-1)!;
/** A bank books by its own clock: on the very day of the test. */
const thatDay = (line: string) => line.replace(/booked on \w+ \d+, \d{4}/, 'booked that day');
const linesOf = (mail: ParsedMail): string[] => (mail.text ?? '').split('\n');

describe('letters of the demonstration, from the first to the seventh', () => {
  it('acknowledges both investors alike, and says no amount, side or remedy', async () => {
    expect(await on.send(the, 'acknowledgement')).toEqual({ ...none, sent: 2 });
    const [toD, toE] = [lastTo(d), lastTo(e)];
    expect(toD.text!.replace('Dear D,', 'Dear E,')).toBe(toE.text);
    expect(linesOf(toE)).toEqual(
      expect.arrayContaining([
        'Dear E,',
        `- ${the.old} Inc, invested on November 21, 2024`,
        `- ${the.fresh} Inc, invested on November 7, 2026`,
      ]),
    );
    expect(toE.text).toContain('https://platform.example/support/appointment');
    expect(toE.text).toContain(the.incidentId);
    expect(toE.text).not.toMatch(/USD|\d[.,]\d{2}\b|too much|too little|refund|compensat|units/i);
  });

  it('waits with call, advice and resolution while no plan is approved', async () => {
    for (const stage of ['call', 'advice', 'resolution'] as const) {
      expect(await on.send(the, stage)).toEqual({ ...none, waiting: 2, left: 2 });
    }
  });

  it('calls E for 3,540.64 with the invoice attached, and nobody else', async () => {
    await the.approve();
    await the.run('prepareSettlement', {});
    expect(await on.send(the, 'call')).toEqual({ ...none, waiting: 1, left: 1 });
    await the.run('issueInvoices', {});
    expect(await on.send(the, 'call')).toEqual({ ...none, sent: 1 });
    const call = lastTo(e);
    expect(linesOf(call)).toEqual(
      expect.arrayContaining([
        '- Recorded for you: USD 317,887.93',
        '- Your right share: USD 321,428.57',
        '- To pay: USD 3,540.64',
        '- By: December 21, 2026',
        `- To the account: spv:${the.fresh}`,
      ]),
    );
    const [invoice] = call.attachments;
    expect(invoice!.content.subarray(0, 5).toString()).toBe('%PDF-');
    expect(on.mail.to(d)).toHaveLength(1);
  });

  it('advises E of 7,081.28 as soon as it is booked, while D still waits', async () => {
    expect(await on.send(the, 'advice')).toEqual({ ...none, waiting: 2, left: 2 });
    await the.pay('firm');
    expect(await on.send(the, 'advice')).toEqual({ ...none, sent: 1, waiting: 1, left: 1 });
    expect(linesOf(lastTo(e)).map(thatDay).join('\n')).toContain(
      `- USD 7,081.28, booked that day: compensation for your share in ${the.old} Inc`,
    );
    expect(await on.send(the, 'resolution')).toEqual({ ...none, waiting: 2, left: 2 });
  });

  it('advises D once, of 3,540.64 and 10.86 together', async () => {
    await the.payIn('E');
    await the.run('matchReceipts', {});
    await the.run('transferUnits', {});
    await the.pay(`spv:${the.fresh}`);
    expect(await on.send(the, 'advice')).toEqual({ ...none, sent: 1 });
    const paid = linesOf(lastTo(d)).filter((line) => line.startsWith('- '));
    expect(paid.map((line) => thatDay(line).split(' (')[0])).toEqual([
      `- USD 3,540.64, booked that day: refund of what you had paid too much in ${the.fresh} Inc`,
      `- USD 10.86, booked that day: interest for your share in ${the.fresh} Inc`,
    ]);
  });

  it('waits for the fix before it resolves, then says that the service is stopped', async () => {
    expect(await on.send(the, 'resolution')).toEqual({ ...none, waiting: 2, left: 2 });
    const late = { stage: 'resolution', at: later } as const;
    expect(await on.send(the, late)).toEqual({ ...none, waiting: 2, left: 2 });
    await on.frozen(the);
    expect(await on.send(the, late)).toEqual({ ...none, sent: 2 });
    expect(lastTo(e).text).toContain('stays stopped until its repair is proven');
    expect(lastTo(e).text).not.toContain('is fixed');
  });

  it('resolves both deals of each investor in one letter, with what was done in each', () => {
    expect(linesOf(lastTo(e)).filter((line) => /^- |Inc,/.test(line))).toEqual([
      `${the.old} Inc, invested on November 21, 2024`,
      '- Recorded for you: USD 317,887.93',
      '- Your right share: USD 321,428.57',
      '- Difference: USD 3,540.64 too little',
      expect.stringContaining('- We paid you USD 7,081.28 as compensation'),
      '- Your position itself stays as it was recorded.',
      `${the.fresh} Inc, invested on November 7, 2026`,
      '- Recorded for you: USD 317,887.93',
      '- Your right share: USD 321,428.57',
      '- Difference: USD 3,540.64 too little',
      '- We received your payment of USD 3,540.64 on November 21, 2026.',
      expect.stringContaining(
        'redistributed to you under the agreement signed on October 15, 2026',
      ),
    ]);
    expect(linesOf(lastTo(d)).filter((line) => /^- (You keep|We|Units)/.test(line))).toEqual([
      '- You keep what was recorded for you. Nothing is asked of you.',
      expect.stringContaining('under the agreement signed on October 15, 2026'),
      expect.stringContaining('- We refunded you USD 3,540.64'),
      expect.stringContaining('- We paid you USD 10.86 of interest'),
    ]);
  });

  it('has sent 7 mails in all, marked as a drill, in words and in markup alike', async () => {
    expect(await on.letters(the)).toEqual([
      'acknowledgement D 1 sent',
      'acknowledgement E 1 sent',
      'advice D 1 sent',
      'advice E 1 sent',
      'call E 1 sent',
      'resolution D 1 sent',
      'resolution E 1 sent',
    ]);
    expect(on.mail.taken).toHaveLength(7);
    for (const mail of on.mail.taken) {
      expect(mail.subject).toMatch(/^\[DRILL\] /);
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
      expect(mail.headers.get('x-makewhole-incident')).toBe(the.incidentId);
      const words = (text: string) => text.replace(/[\s-]+/g, ' ').trim();
      const html = String(mail.html).replace(/<title>.*<\/title>/, '');
      const shown = html.replace(/<[^>]+>/g, ' ').replaceAll('&#x3D;', '=');
      expect(words(shown)).toBe(words(mail.text!));
      expect(String(mail.html)).not.toMatch(/<img|<script|http:\/\//);
    }
  });

  it('leaves evidence that holds, and everybody proven done', async () => {
    expect(await on.run('proveTerminal', { of: the })).toEqual({ affected: 2, open: 0 });
    const chain = await on.on.desk.evidence(the.incidentId);
    const kinds = chain.map(({ kind }) => kind).filter((kind) => kind.startsWith('letter'));
    expect(kinds.filter((kind) => kind === 'letter-text')).toHaveLength(4);
    expect(kinds).toContain('letter-queued');
    expect(JSON.stringify(chain)).not.toContain('investor.example');
    const verdict = await postgresEvidenceLog(on.on.desk.pool).verify(the.incidentId);
    expect(verdict).toMatchObject({ holds: true });
  });
});
