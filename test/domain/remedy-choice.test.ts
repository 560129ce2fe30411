import { planDeal } from '../../domain/plan-deal';
import type { DealCase } from '../../domain/remedy';
import { compensable, dealCase, holder, redistributable, rules } from './deal-cases';

const escrow = { stage: 'escrow', opt_out_offered: 'yes' };
const remedyOf = (facts: Record<string, string>, given: Partial<Omit<DealCase, 'facts'>> = {}) =>
  planDeal(dealCase(facts, given)).remedy;
const asked = (facts: Record<string, string>, given: Partial<Omit<DealCase, 'facts'>> = {}) =>
  planDeal(dealCase(facts, given)).questions.map(({ fact, owner }) => `${fact} ${owner}`);
const reasons = (facts: Record<string, string>, given: Partial<Omit<DealCase, 'facts'>> = {}) =>
  planDeal(dealCase(facts, given)).reasons.join('\n');
const small = [holder('D', 2n), holder('E', -2n)];

describe('the default order', () => {
  it.each([
    ['below the floor, even in escrow', escrow, { holders: small }, 'R9'],
    ['in escrow', escrow, {}, 'R1'],
    ['closed under a clause, at cost', redistributable, {}, 'R2'],
    ['closed under a clause, at mark 3.00', { ...redistributable, mark: '3.00' }, {}, 'R8'],
    ['closed without a clause, far from cost', compensable, {}, 'R8'],
    ['closed without a clause, near cost', { ...compensable, mark: '1.02' }, {}, 'R8'],
    [
      'closed, tax filed and no amendment',
      { ...redistributable, tax_filed: 'yes', tax_amendment_accepted: 'no' },
      {},
      'R8',
    ],
    ['exited, although there is a clause', { ...redistributable, stage: 'exited' }, {}, 'R8'],
    [
      'stranded money in a closed deal',
      redistributable,
      { holders: [holder('E', -354_064n)] },
      'R8',
    ],
    ['stranded money in escrow', escrow, { holders: [holder('E', -354_064n)] }, 'R1'],
  ] as const)('%s: takes the one remedy that fits', (_when, facts, given, remedy) => {
    expect(remedyOf(facts, given)).toBe(remedy);
  });

  it('records every step it took or passed over', () => {
    expect(planDeal(dealCase(compensable)).reasons).toEqual([
      'The differences are not below the floor.',
      expect.stringMatching(
        /^R2 is out: The agreement has no clause under which .* would hurt[.]$/,
      ),
      'R8: positions stand at the mark 3.00, and the firm makes up what was lost.',
    ]);
  });

  it('says near cost that R3, R4 and R6 would come first and are not offered yet', () => {
    const said = reasons({ ...compensable, mark: '1.05' });
    expect(said).toContain(
      'The mark 1.05 is near cost, where R3, else R4 and R6, would come first.',
    );
    expect(reasons({ ...compensable, mark: '1.06' })).not.toContain('near cost');
  });

  it('says how much was stranded, and that only R1, R7, R8 and R9 can put it right', () => {
    const said = reasons(redistributable, { holders: [holder('E', -354_064n)] });
    expect(said).toContain('3540.64 was left unallocated, so only R1, R7, R8 and R9');
  });

  it('chooses the same on the same facts, whatever their order', () => {
    const reversed = Object.fromEntries(Object.entries(redistributable).reverse());
    expect(planDeal(dealCase(reversed))).toEqual(planDeal(dealCase(redistributable)));
  });

  it('marks exactly the one chosen option', () => {
    const { options } = planDeal(dealCase(redistributable));
    expect(options.filter(({ chosen }) => chosen).map(({ remedy }) => remedy)).toEqual(['R2']);
  });
});

describe('an unknown fact', () => {
  it.each([
    ['the stage', { ...redistributable, stage: '' }, 'stage operations'],
    ['the clause', { ...redistributable, error_clause: '' }, 'error_clause legal'],
    [
      'the residual commitment',
      { ...redistributable, residual_commitment: '' },
      'residual_commitment legal',
    ],
    ['whether tax is filed', { ...redistributable, tax_filed: '' }, 'tax_filed finance'],
    ['the mark, where R2 reads it', { ...redistributable, mark: '' }, 'mark finance'],
    ['the mark, where R8 reads it', { ...compensable, mark: '' }, 'mark finance'],
    ['the source of the mark', { ...compensable, mark_source: '' }, 'mark_source finance'],
    ['the opt-out', { stage: 'escrow' }, 'opt_out_offered operations'],
  ] as const)('%s holds the deal and asks its owner', (_what, facts, question) => {
    const { remedy, lines, questions } = planDeal(dealCase(facts));
    expect({ remedy, lines }).toEqual({ remedy: null, lines: [] });
    expect(questions.map(({ fact, owner }) => `${fact} ${owner}`)).toEqual([question]);
  });

  it('asks at once for all that the path reads', () => {
    const open = { stage: 'closed', error_clause: 'redistribution' };
    expect(asked(open)).toEqual(['residual_commitment legal', 'tax_filed finance', 'mark finance']);
  });

  it('asks nothing that could not change the answer: no clause, no questions about R2', () => {
    expect(asked({ stage: 'closed', error_clause: 'none' })).toEqual([
      'mark finance',
      'mark_source finance',
    ]);
    expect(asked(compensable)).toEqual([]);
  });

  it('asks legal to accept the firm’s own mark, and finance for another once legal refused', () => {
    const own = { ...compensable, mark_source: 'firm' };
    expect(asked(own)).toEqual(['mark_accepted legal']);
    expect(remedyOf({ ...own, mark_accepted: 'yes' })).toBe('R8');
    expect(remedyOf({ ...own, mark_accepted: 'no' })).toBeNull();
    expect(asked({ ...own, mark_accepted: 'no' })).toEqual(['mark finance']);
  });

  it('of an investor owed by R8 holds only that investor’s rows', () => {
    const dead = { facts: { status: 'deceased' } };
    const holders = [holder('D', 3n), holder('E', -2_000n, dead), holder('F', -1_000n)];
    const plan = planDeal(dealCase(compensable, { holders, imbalance: 0n }));
    expect(plan.remedy).toBe('R8');
    expect(plan.lines.map(({ investor }) => investor)).toEqual(['D', 'F']);
    expect(plan.questions).toEqual([
      expect.objectContaining({ investor: 'E', fact: 'payee_of_record', owner: 'operations' }),
    ]);
  });

  it('of the only investor owed holds the deal', () => {
    const holders = [holder('E', -2_000n, { facts: { status: '' } })];
    const plan = planDeal(dealCase(compensable, { holders, imbalance: 0n }));
    expect(plan).toMatchObject({ remedy: null, lines: [] });
  });
});

describe('a redraft', () => {
  const asking = (remedy: string) => ({ redraft: { remedy, reason: 'the founders agree' } });

  it('takes another remedy whose gates pass, with its reason', () => {
    expect(remedyOf(redistributable, asking('R8'))).toBe('R8');
    expect(reasons(redistributable, asking('R8'))).toContain('R8: asked for: the founders agree.');
  });

  it.each(['R1', 'R3', 'R7', 'R9', 'R99', 'toString'])(
    'to %s, whose gates fail, is blocked by name and the default stands',
    (remedy) => {
      expect(remedyOf(redistributable, asking(remedy))).toBe('R2');
      expect(reasons(redistributable, asking(remedy))).toContain(`OPTION_BLOCKED: ${remedy} was`);
    },
  );

  it('cannot force units away from those whom moving at cost would hurt', () => {
    const hurting = { ...redistributable, mark: '3.00' };
    expect(remedyOf(hurting, asking('R2'))).toBe('R8');
    const kept = { ...rules, redistribution: { retail: false, professional: false } };
    expect(remedyOf(redistributable, { ...asking('R2'), rules: kept })).toBe('R8');
  });

  it('waits for the facts that the remedy asked for reads', () => {
    const given = asking('R8');
    expect(asked({ ...redistributable, mark_source: '' }, given)).toEqual(['mark_source finance']);
  });
});

it('goes on with the remedy part of the deal was approved with, whatever is known since', () => {
  expect(remedyOf(redistributable, { begunAs: 'R8' })).toBe('R8');
  expect(remedyOf(redistributable, { begunAs: 'R8', redraft: { remedy: 'R2', reason: '' } })).toBe(
    'R8',
  );
});
