import { diagnose, type Diagnosis } from '../../domain/diagnose';
import { diagnosisText as inTerminal } from '../../scripts/impact-text';
import { diagnosisBlocks } from '../../templates/case-sections';
import { blocksMarkdown } from '../../templates/report-markdown';
import { opening, recordHistory, twoDeals } from './platform-history';

const averages = opening({ A: ['100', 1], B: ['50', 1], C: ['30', 1], D: ['20', 1] });

/** One label under which deals were right until one strands money, and right again at the end. */
const turning = (): Diagnosis[] => {
  const requests = { A: '40', B: '20', C: '16', D: '200' };
  const offers = ['prorate@1', 'single-redistribution', 'prorate@1'].map((rule, index) => {
    const closedOn = `2026-0${index + 1}-01`;
    return { dealId: `d${index}`, closedOn, rule, allocation: '100', requests };
  });
  return diagnose(offers.flatMap((offer) => recordHistory([offer], averages)));
};
const dossier = (diagnosis: Diagnosis[]) =>
  blocksMarkdown(diagnosisBlocks({ scan: { diagnosis }, incident: {} } as never));

describe('a diagnosis in words', () => {
  it('names 3 periods of a version that no single rule explains, in terminal and dossier', () => {
    const table = inTerminal(turning());
    expect(table).toContain('v1: no single rule explains it; nearest: prorate@1 2 of 3');
    expect(table).toMatch(/single-redistribution +│ 1 +│ d1, 2026-02-01 +│ d1, 2026-02-01/);
    const text = dossier(turning());
    expect(text).toContain(
      'the first of them d1, closed 1 February 2026; the last right one before it is d0, closed ' +
        '1 January 2026. No single known fault explains all of it.',
    );
    expect(text).toContain('d1 of 1 February 2026: the rule single-redistribution (1 deal)');
  });

  it('says of the two deals that drifting-weights explains 5 of 5, since 2024-11-01', () => {
    const found = diagnose(twoDeals().deals);
    expect(dossier(found)).toContain(
      'the first of them OLD, closed 1 November 2024. The known fault “drifting-weights” ' +
        'explains 5 of its 5 deals to the unit: from the second redistribution on',
    );
    expect(inTerminal(found)).toContain('OLD, 2024-11-01');
    expect(inTerminal(found)).not.toContain('no single rule');
  });
});
