import type { BoardCounts } from '../../contracts/activities';
import { boardPage, type Shown } from '../../workflows/board-page';
import { incidentStart } from '../support/played-world';

const incident = incidentStart('INC-2026-0001');
const noon = '2026-11-21T12:00:00.000Z';

const counts: BoardCounts = {
  severity: 'Sev 1',
  taken: true,
  service: 'frozen',
  dealsHeld: 2,
  fix: 'none proposed',
  dealsScanned: 15,
  affectedDeals: 2,
  affectedInvestors: 2,
  over: { USD: '7081.28' },
  under: { USD: '7081.28', JPY: '900' },
  planned: { out: { USD: '10632.78' }, in: {} },
  moved: { out: { USD: '0.00' }, in: {} },
  letters: { sent: 2, unknown: 1 },
  nextUpdate: '2026-11-22T12:00:00.000Z',
  waitingFor: [
    {
      ...{ for: 'gate', id: 'plan', role: 'legal, finance' },
      since: noon,
      next: '2026-11-23T09:00:00.000Z',
      deadline: '2026-12-05T17:00:00.000Z',
    },
    { for: 'take', id: 'take', role: 'on-call', since: noon, next: null, deadline: null },
  ],
};

const board = (changes: Partial<Shown> = {}) =>
  boardPage(incident, {
    ...{ stage: 'deciding', since: noon, counts },
    entered: new Map([
      ['freezing', '2026-11-21T11:00:00.000Z'],
      ['deciding', noon],
    ]),
    ...changes,
  });

describe('boardPage', () => {
  it('says whom it waits for, what they have to do, since when, and until when', () => {
    expect(board()).toContain(
      '- **legal, finance** to approve or reject the plan: since 21 Nov 12:00 UTC, ' +
        'next reminder 23 Nov 09:00 UTC, until **5 Dec 17:00 UTC**',
    );
    expect(board()).toContain('- **on call** to say that they have it: since 21 Nov 12:00 UTC\n');
  });

  it('says how many people and how much money, per currency, thousands apart', () => {
    expect(board()).toContain('- **People:** 2 investors affected, in 2 of 15 deals');
    expect(board()).toContain('too much 7,081.28 USD, too little 7,081.28 USD, 900 JPY');
    expect(board()).toContain('- **Paid out:** 0.00 of 10,632.78 USD');
    expect(board()).toContain('- **Letters:** 2 sent, 1 unknown');
  });

  it('ticks each page that was turned, with its time, and marks the one it is on', () => {
    expect(board()).toContain('✓ Freeze the allocation service and the reported deals (21 Nov');
    expect(board()).toContain('▶ **Wait for legal and finance to decide** (21 Nov 12:00 UTC)');
    expect(board()).toContain('- · Move money and units, once');
  });

  it('cries out as long as nobody has taken it, and when the freeze lapsed', () => {
    const bare = board({ counts: { ...counts, taken: false, service: 'lapsed' } });
    expect(bare).toContain('NOBODY HAS TAKEN IT');
    expect(bare).toContain('FREEZE LAPSED');
  });

  it('claims no figure before the scan, and waits for nobody once closed', () => {
    expect(board({ counts: { ...counts, dealsScanned: null } })).toContain('not known before');
    expect(board({ stage: 'closed' })).not.toContain('Waiting for');
    expect(board({ counts: null })).toContain('**Now:** Wait for legal');
  });
});
