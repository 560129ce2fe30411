import type { SettlementCase } from '../adapters/settlement-desk';
import { wrapped } from '../adapters/settlement-desk';
import { agreedDeals, useLetterDesk, type LetterDesk } from './letter-desk';
import type { Trick } from './mail-server';

let on: LetterDesk;
useLetterDesk((desk) => (on = desk));

const none = { sent: 0, waiting: 0, unknown: 0, failed: 0, left: 0 };
const d = 'D@investor.example';
const e = 'E@investor.example';
const acknowledgement = 'acknowledgement';

/** An incident whose acknowledgement is signed and not sent. */
async function signed(): Promise<SettlementCase> {
  const the = await on.on.planned(agreedDeals);
  await on.signs(the, acknowledgement);
  return the;
}

describe('a key that turns out compromised', () => {
  it('sends no letter on a text it signed, also where 2 were booked already', async () => {
    const the = await signed();
    const compromise = (is: boolean) =>
      on.on.desk.intruder.query(
        `UPDATE person_keys SET compromised = $1 WHERE person_id = 'carla'`,
        [is],
      );
    const letters = wrapped(on.ports.letters, {
      async book(given) {
        await on.ports.letters.book(given);
        await compromise(true);
      },
    });
    const sending = on.send(the, { stage: acknowledgement, using: { letters } });
    await expect(sending).rejects.toMatchObject({ type: 'APPROVAL_MISSING' });
    expect(on.mail.taken).toEqual([]);
    await compromise(false);
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 2 });
  });
});

describe('a mail server that misbehaves', () => {
  it.each<[Trick, object, string, string[]]>([
    ['refuse', { failed: 1, left: 1 }, 'failed', ['letters/acknowledgement/D customer-success']],
    [
      'refuse-content',
      { failed: 1, left: 1 },
      'failed',
      ['letters/acknowledgement/D customer-success'],
    ],
    ['later', { left: 1 }, 'queued', []],
    ['cut', { unknown: 1, left: 1 }, 'unknown', ['letters/acknowledgement/D customer-success']],
    [
      'cut-before',
      { unknown: 1, left: 1 },
      'unknown',
      ['letters/acknowledgement/D customer-success'],
    ],
    ['silent', { unknown: 1, left: 1 }, 'unknown', ['letters/acknowledgement/D customer-success']],
  ])(
    'answering %s to one leaves the other sent and that one %p',
    async (trick, counts, state, wanted) => {
      const the = await signed();
      on.mail.tricks.set(d, trick);
      // A cut ends every open connection: the other letter goes first then.
      const limit = trick.startsWith('cut') ? 1 : 100;
      const first = await on.send(the, { stage: acknowledgement, limit });
      const total = { ...first };
      if (limit === 1) {
        const second = await on.send(the, { stage: acknowledgement, limit });
        total.sent += second.sent;
        total.left = second.left;
      }
      expect(total).toEqual({ ...none, sent: 1, ...counts });
      expect(await on.letters(the)).toEqual([
        `acknowledgement D 1 ${state}`,
        'acknowledgement E 1 sent',
      ]);
      expect(await on.wanted(the)).toEqual(wanted);
    },
  );

  it('gets a letter answered 450 again, and sends it once', async () => {
    const the = await signed();
    on.mail.tricks.set(d, 'later');
    await on.send(the, acknowledgement);
    on.mail.tricks.clear();
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1 });
    expect(on.mail.to(d)).toHaveLength(1);
  });

  it('never gets a letter again that it may have taken before the line went dead', async () => {
    const the = await signed();
    on.mail.tricks.set(d, 'silent');
    await on.send(the, acknowledgement);
    on.mail.tricks.clear();
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, left: 1 });
    expect(on.mail.to(d)).toHaveLength(1);
    expect(await on.letters(the)).toContain('acknowledgement D 1 unknown');
  });

  it('that is down is a fault, leaves all letters queued, and loses none', async () => {
    const the = await signed();
    await on.mail.stop();
    await expect(on.send(the, acknowledgement)).rejects.toThrow('mail server cannot be reached');
    expect(await on.letters(the)).toEqual([
      'acknowledgement D 1 queued',
      'acknowledgement E 1 queued',
    ]);
    await on.mail.start();
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 2 });
  });
});

describe('a letter', () => {
  it('goes once to each, though 5 try at the same time', async () => {
    const the = await signed();
    const tries = Array.from({ length: 5 }, () => on.send(the, acknowledgement));
    const sent = (await Promise.all(tries)).reduce((sum, counts) => sum + counts.sent, 0);
    expect(sent).toBe(2);
    expect(on.mail.taken).toHaveLength(2);
  });

  it('being sent when its sender vanished is unknown, and not sent a second time', async () => {
    const the = await signed();
    const { letters } = on.ports;
    const record = () => Promise.reject(new Error('the machine is gone'));
    const using = { letters: wrapped(letters, { record }) };
    await expect(on.send(the, { stage: acknowledgement, using })).rejects.toThrow('is gone');
    expect(on.mail.taken).toHaveLength(2);
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, unknown: 2, left: 2 });
    expect(on.mail.taken).toHaveLength(2);
    expect(await on.wanted(the)).toEqual([
      'letters/acknowledgement/D customer-success',
      'letters/acknowledgement/E customer-success',
    ]);
  });

  it('does not leave before both customer success and legal have signed its words', async () => {
    const the = await on.on.planned(agreedDeals);
    await on.run('draftLetterText', { of: the, stage: acknowledgement });
    await expect(on.send(the, acknowledgement)).rejects.toMatchObject({ type: 'APPROVAL_MISSING' });
    expect(await on.letters(the)).toEqual([]);
  });

  it('does not leave in words that were changed behind the signatures', async () => {
    const the = await signed();
    await on.on.desk.intruder.query(
      `UPDATE letter_texts SET body_text = 'You owe us.' WHERE incident_id = $1`,
      [the.incidentId],
    );
    await expect(on.send(the, acknowledgement)).rejects.toMatchObject({ type: 'APPROVAL_MISSING' });
    expect(on.mail.taken).toEqual([]);
  });

  it('stops alone when a word of it is missing, and goes when somebody gives it', async () => {
    const [old, fresh] = agreedDeals;
    const { agreement_on: _, ...facts } = fresh!.facts;
    const the = await on.on.approved([old!, { ...fresh!, facts }]);
    await on.signs(the, 'resolution');
    await on.settles(the);
    await on.frozen(the);
    const later = new Date(Date.now() + 3_600_000).toISOString(); // By the register's own clock.
    const late = { stage: 'resolution', at: later } as const;
    expect(await on.send(the, late)).toEqual({ ...none, left: 2 });
    expect(await on.wanted(the)).toEqual([
      'letters/resolution/D customer-success',
      'letters/resolution/E customer-success',
    ]);
    const given = { id: the.fresh, name: 'agreement_on', value: '2026-10-15' };
    expect(await the.plan.fact({ by: 'legal', ...given })).toBe('accepted');
    expect(await on.send(the, late)).toEqual({ ...none, sent: 2 });
    expect(await on.wanted(the)).toEqual([]);
  });

  it('to somebody who has died is held, and leaves 1 look after its answer', async () => {
    const the = await signed();
    const status = { id: 'D', of: 'investor', name: 'status' } as const;
    expect(await the.plan.fact({ by: 'operations', ...status, value: 'deceased' })).toBe(
      'accepted',
    );
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1, left: 1 });
    expect(await on.letters(the)).toEqual(['acknowledgement D 1 held', 'acknowledgement E 1 sent']);
    expect(await on.wanted(the)).toEqual(['letters/acknowledgement/D customer-success']);
    expect(await the.plan.fact({ by: 'operations', ...status, value: 'active' })).toBe('accepted');
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1 });
    expect(await on.wanted(the)).toEqual([]);
  });

  it('refused for good goes to the new address as soon as somebody gives 1', async () => {
    const the = await signed();
    on.mail.tricks.set(d, 'refuse');
    await on.send(the, acknowledgement);
    const email = { id: 'D', of: 'investor', name: 'email', value: 'D@elsewhere.example' } as const;
    expect(await the.plan.fact({ by: 'operations', ...email })).toBe('accepted');
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1 });
    expect(on.mail.to('D@elsewhere.example')).toHaveLength(1);
    expect(await on.wanted(the)).toEqual([]);
  });

  it('whose payment turns out not to be settled after it was booked stays here', async () => {
    const the = await on.on.approved(agreedDeals);
    await on.signs(the, 'advice');
    await on.settles(the);
    const { letters } = on.ports;
    const using = {
      letters: wrapped(letters, {
        book: async (given) => {
          await letters.book(given);
          await on.on.desk.intruder.query(
            `UPDATE payments SET state = 'returned' WHERE incident_id = $1 AND investor_id = 'E'`,
            [the.incidentId],
          );
        },
      }),
    };
    expect(await on.send(the, { stage: 'advice', using })).toEqual({ ...none, sent: 1, left: 1 });
    expect(await on.letters(the)).toEqual(['advice D 1 sent', 'advice E 1 queued']);
    expect(on.mail.to(e)).toEqual([]);
  });
});

describe('a letter nobody knows of', () => {
  /** D's letter was taken, and the line went dead before anybody said so. */
  async function unclear(): Promise<SettlementCase> {
    const the = await signed();
    on.mail.tricks.set(d, 'silent');
    await on.send(the, acknowledgement);
    on.mail.tricks.clear();
    return the;
  }
  const says = (
    { incidentId }: SettlementCase,
    word: { by?: string; row?: string; sent: boolean },
  ) =>
    on.on.desk.tell({
      incidentId,
      by: word.by ?? 'carla',
      kind: 'resolve-letter',
      body: { row: word.row ?? 'acknowledgement/D/1', sent: word.sent },
    });

  it('counts as sent on the word of 1 person of customer success, and of nobody else', async () => {
    const the = await unclear();
    expect(await says(the, { by: 'legal', sent: true })).toBe('ROLE_MISSING');
    expect(await says(the, { row: 'acknowledgement/D/2', sent: true })).toBe('NOT_FOUND');
    expect(await says(the, { row: 'acknowledgement/E/1', sent: false })).toBe('ALREADY_DONE');
    expect(await says(the, { sent: true })).toBe('accepted');
    expect(await says(the, { sent: false })).toBe('ALREADY_DONE');
    expect(await on.send(the, acknowledgement)).toEqual(none);
    expect(on.mail.to(d)).toHaveLength(1);
    expect(await on.wanted(the)).toEqual([]);
    expect(await on.on.desk.verify(the.incidentId)).toMatchObject({ holds: true });
  });

  it('that never left goes a second time with the very Message-ID of the 1st', async () => {
    const the = await unclear();
    const [first] = on.mail.to(d);
    const row = first?.messageId ?? '';
    expect(await says(the, { row, sent: false })).toBe('accepted');
    expect(await on.wanted(the)).toEqual([]);
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1 });
    expect(on.mail.to(d).map(({ messageId }) => messageId)).toEqual([row, row]);
    expect(await on.letters(the)).toContain('acknowledgement D 1 sent');
    expect(await on.on.desk.verify(the.incidentId)).toMatchObject({ holds: true });
  });

  it('resolved while the others are read is left, and goes on the 2nd look', async () => {
    const the = await unclear();
    const { letterCases } = on.ports;
    const using = {
      letterCases: wrapped(letterCases, {
        page: async (of) => {
          const page = await letterCases.page(of);
          expect(await says(the, { sent: false })).toBe('accepted');
          return page;
        },
      }),
    };
    const first = await on.send(the, { stage: acknowledgement, using });
    expect(first).toEqual({ ...none, left: 1 });
    expect(await on.send(the, acknowledgement)).toEqual({ ...none, sent: 1 });
  });
});
