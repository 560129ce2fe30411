import { storyJson, storyText } from '../../scripts/investor-story';
import { caseOf, done } from '../domain/letter-cases';

const letter = {
  stage: 'advice',
  investor: 'E',
  revision: 1,
  deals: ['OLD'],
  template: 'a'.repeat(64),
  bodyDigest: 'b'.repeat(64),
  messageId: '<1@makewhole.invalid>',
  state: 'sent',
  attempts: 1,
  cause: null,
  queuedAt: '2026-11-21T12:00:00.000Z',
  sentAt: '2026-11-21T12:00:01.000Z',
} as const;
const letters = [{ ...letter, deals: [...letter.deals] }];
const incident = 'INC-2026-0001';

describe('the story of one investor', () => {
  it('gives shares, lines, money, units and letters with exact amounts as texts', () => {
    const story = storyJson({ incident, one: done, letters });
    expect(story).toMatchObject({
      incident,
      investor: 'E',
      done: true,
      deals: [
        { deal: 'OLD', recorded: '317887.93', shouldBe: '321428.57', delta: '-3540.64' },
        { deal: 'FRESH', recorded: '317887.93', shouldBe: '321428.57', delta: '-3540.64' },
      ],
      payments: [{ leg: 'compensation', amount: '7081.28', state: 'settled' }],
      invoices: [{ amount: '3540.64', state: 'paid' }],
      transfers: [{ side: 'in', amount: '3540.64', state: 'confirmed' }],
      letters: [{ stage: 'advice', state: 'sent' }],
    });
    expect(() => JSON.stringify(story)).not.toThrow();
  });

  it('reads as a page that leaves out what there is none of', () => {
    const text = storyText(storyJson({ incident, one: caseOf(), letters: [] }));
    expect(text).toContain('E, Eve (active), in INC-2026-0001: open');
    expect(text).not.toContain('Money and units');
    const full = storyText(storyJson({ incident, one: done, letters }));
    for (const said of ['done', 'compensation', 'units in', 'advice']) expect(full).toContain(said);
  });
});
