import { composePlan } from '../../domain/plan';
import { planDeal } from '../../domain/plan-deal';
import { sealPlan } from '../../proof/plan-digest';
import { optionsText } from '../../scripts/options-text';
import { planText } from '../../scripts/plan-text';
import { compensable, dealCase, redistributable } from '../domain/deal-cases';

const old = planDeal(dealCase(compensable, { deal: 'OLD', closedOn: '2024-07-15' }));
const fresh = planDeal(dealCase(redistributable));
const sealed = sealPlan(
  composePlan(
    {
      incident: 'INC-2026-0042',
      version: 1,
      pack: 'demo',
      packVersion: '1',
      ruleVersion: 'prorate@1',
      basis: 'asRecorded',
      impactDigest: 'a'.repeat(64),
      payOn: '2026-07-15',
      goodThrough: '2026-07-29',
    },
    [old, fresh],
  ),
);
const text = planText({ ...sealed, version: 1, draftedAt: '2026-07-15', makers: ['oncall'] });
const columns = (shown: string) => Math.max(...shown.split('\n').map((line) => line.length));

describe('the text of a plan', () => {
  it('gives the digest in full, and every account’s total once: firm 7092.14', () => {
    expect(text).toContain(sealed.digest);
    expect(text).toMatch(/firm +│ 7,092[.]14 +│ 0[.]00 +│ USD/);
    expect(text).toMatch(/spv:FRESH +│ 3,540[.]64 +│ 3,540[.]64 +│ USD/);
  });

  it('says why each deal gets its remedy', () => {
    expect(text).toContain('Why FRESH gets R2:');
    expect(text).toContain('  - R2 is out: The agreement has no clause');
  });
});

describe('the text of options', () => {
  it('puts R2 and R7 beside each other with their risk, and stays within 150 columns', () => {
    const shown = optionsText('FRESH', fresh.options);
    expect(shown).toContain('Options of deal FRESH: R2 chosen');
    expect(shown).toContain('medium: may alienate');
    expect(shown).toContain('high: may hurt the');
    expect(columns(shown)).toBeLessThanOrEqual(150);
  });

  it('asks the owner in words for what nobody has said', () => {
    const waiting = planDeal(dealCase({ stage: 'closed', error_clause: 'none' }));
    const shown = optionsText('FRESH', waiting.options);
    expect(shown).toContain('none chosen yet');
    expect(shown.replace(/[│\s]+/g, ' ')).toContain('for finance: Who set the mark');
  });
});
