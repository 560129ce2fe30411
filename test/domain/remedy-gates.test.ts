import type { Gate, RemedyId } from '../../domain/remedy';
import { optionsFor } from '../../domain/remedy-options';
import { dealCase, holder, redistributable, rules } from './deal-cases';

const escrow = { stage: 'escrow', opt_out_offered: 'yes' };
const room = {
  ...redistributable,
  company_grants_room: 'yes',
  holders: '98',
  holders_cap: '100',
  non_accredited: '35',
};

/** remedy, gate, fact, value that passes, value that fails ('' for none), facts around it */
const factGates: [RemedyId, string, string, string, string, Record<string, string>][] = [
  ['R1', 'escrow', 'stage', 'escrow', 'closed', escrow],
  ['R1', 'opt-out', 'opt_out_offered', 'yes', '', escrow],
  ['R2', 'closed', 'stage', 'closed', 'exited', redistributable],
  ['R2', 'clause', 'error_clause', 'redistribution', 'none', redistributable],
  ['R2', 'clause', 'error_clause', 'redistribution', 'return-of-distributions', redistributable],
  ['R2', 'residual-commitment', 'residual_commitment', 'yes', 'no', redistributable],
  ['R2', 'tax', 'tax_filed', 'no', '', redistributable],
  ['R2', 'tax', 'tax_amendment_accepted', 'yes', 'no', { ...redistributable, tax_filed: 'yes' }],
  ['R2', 'price', 'mark', '1.05', '1.0501', redistributable],
  ['R2', 'price', 'mark', '0.95', '0.9499', redistributable],
  ['R7', 'room', 'company_grants_room', 'yes', 'no', room],
  ['R7', 'price-known', 'mark', '7', '', room],
  ['R7', 'holders-cap', 'holders', '100', '101', room],
  ['R7', 'non-accredited', 'non_accredited', '35', '36', room],
  ['R8', 'mark-known', 'mark', '0', '', redistributable],
  ['R8', 'mark-sourced', 'mark_source', 'Valuer Ltd', '', redistributable],
  [
    'R8',
    'mark-accepted',
    'mark_accepted',
    'yes',
    'no',
    { ...redistributable, mark_source: 'firm' },
  ],
];

const gateOf = (remedy: RemedyId, gates: { gate: string; deal: ReturnType<typeof dealCase> }) =>
  optionsFor(gates.deal)[remedy].gates.find(({ gate }) => gate === gates.gate)!;

describe.each(factGates)('gate %s %s', (remedy, gate, fact, good, bad, around) => {
  const read = (value: string): Gate =>
    gateOf(remedy, { gate, deal: dealCase({ ...around, [fact]: value }) });

  it(`passes with ${fact} ${good}, fails with ${bad}`, () => {
    expect(read(good)).toMatchObject({ result: 'pass', fact, found: good });
    if (bad !== '') expect(read(bad)).toMatchObject({ result: 'fail', fact, found: bad });
  });

  it(`asks the owner of ${fact} when nobody has said, or said something unreadable`, () => {
    for (const value of ['', 'unknown']) {
      const { result, question, owner } = read(value);
      expect(result).toBe('unknown');
      expect(question).toContain(`It would open ${remedy}.`);
      expect(['legal', 'finance', 'operations']).toContain(owner);
    }
    if (fact === 'mark_source') return; // Any text names a source.
    expect(read('perhaps')).toMatchObject({ result: 'unknown', found: 'perhaps' });
    expect(read('perhaps').question).toContain('Given was "perhaps".');
  });
});

describe('gates of people', () => {
  const both = (facts: Record<string, string>) => [
    holder('D', 354_064n, { facts }),
    holder('E', -354_064n),
  ];
  const result = (remedy: RemedyId, given: { gate: string; facts: Record<string, string> }) => {
    const deal = dealCase(
      { ...redistributable, ...(remedy === 'R1' ? escrow : {}) },
      { holders: both(given.facts) },
    );
    return gateOf(remedy, { gate: given.gate, deal });
  };

  it('pass for active, and for the dead whose payee is of record', () => {
    expect(result('R2', { gate: 'can-act', facts: { status: 'active' } }).result).toBe('pass');
    const represented = { status: 'deceased', payee_of_record: 'Executor of D' };
    expect(result('R1', { gate: 'can-act', facts: represented }).result).toBe('pass');
  });

  it.each(['deceased', 'dissolved', 'unreachable'])(
    'ask who acts for the %s, by name',
    (status) => {
      expect(result('R2', { gate: 'can-act', facts: { status } })).toMatchObject({
        result: 'unknown',
        fact: 'payee_of_record',
        investor: 'D',
        owner: 'operations',
      });
    },
  );

  it('ask for a status that nobody gave, by name', () => {
    const asked = result('R1', { gate: 'can-act', facts: { status: '' } });
    expect(asked).toMatchObject({ result: 'unknown', fact: 'status', investor: 'D' });
  });

  it('leave the excess with a class that the pack protects', () => {
    const kept = { ...rules, redistribution: { retail: false, professional: true } };
    const read = (investorClass: string) => {
      const holders = both({ class: investorClass });
      const deal = dealCase(redistributable, { holders, rules: kept });
      return gateOf('R2', { gate: 'class', deal });
    };
    expect(read('professional').result).toBe('pass');
    expect(read('retail')).toMatchObject({ result: 'fail', investor: 'D' });
    expect(read('')).toMatchObject({ result: 'unknown', investor: 'D', owner: 'operations' });
  });

  it('do not ask for the class of those who have too little', () => {
    const holders = [holder('D', 1n), holder('E', -1n, { facts: { class: '' } })];
    const deal = dealCase(redistributable, { holders });
    expect(gateOf('R2', { gate: 'class', deal }).result).toBe('pass');
  });

  it('of R8 look only at those who are owed something', () => {
    const facts = { ...redistributable, mark: '3.00' };
    const dead = { facts: { status: 'deceased' } };
    const keeps = [holder('D', 354_064n, dead), holder('E', -354_064n)];
    const read = (holders: typeof keeps) =>
      gateOf('R8', { gate: 'can-act', deal: dealCase(facts, { holders }) });
    expect(read(keeps).result).toBe('pass');
    const owed = [holder('D', 354_064n), holder('E', -354_064n, dead)];
    expect(read(owed)).toMatchObject({ result: 'unknown', investor: 'E', rowOnly: true });
  });
});

describe('gates computed from rows', () => {
  it('stop R2 by one cent that some have too much and nobody lacks', () => {
    const holders = [holder('D', 354_065n), holder('E', -354_064n)];
    const read = (each: typeof holders) =>
      gateOf('R2', { gate: 'conserved', deal: dealCase(redistributable, { holders: each }) });
    expect(read(holders)).toMatchObject({ result: 'fail', found: '0.01' });
    expect(read([holder('D', 1n), holder('E', -1n)]).result).toBe('pass');
  });

  it('ask for the hold that R1 needs while the closing is not on hold', () => {
    const read = (held: boolean) =>
      gateOf('R1', { gate: 'closing-held', deal: dealCase(escrow, { held }) });
    expect(read(true).result).toBe('pass');
    expect(read(false)).toMatchObject({ result: 'unknown', owner: 'operations' });
  });

  it('count short holders without units towards the holders’ cap of R7', () => {
    const facts = { ...room, holders: '99' };
    const newcomers = [
      holder('D', 2n),
      holder('E', -1n, { recorded: 0n }),
      holder('F', -1n, { recorded: 0n }),
    ];
    const read = (holders: typeof newcomers) =>
      gateOf('R7', { gate: 'holders-cap', deal: dealCase(facts, { holders }) });
    expect(read(newcomers).result).toBe('fail');
    expect(read(newcomers.slice(0, 2)).result).toBe('pass');
  });

  it('keep R7 from being chosen until answers can be taken', () => {
    expect(gateOf('R7', { gate: 'answers', deal: dealCase(room) }).result).toBe('fail');
    expect(optionsFor(dealCase(room)).R7.standing).toBe('blocked');
  });

  it('open R2 outside the tolerance where the firm pays the difference', () => {
    const facts = { ...redistributable, mark: '1.50', firm_pays_difference: 'yes' };
    expect(gateOf('R2', { gate: 'price', deal: dealCase(facts) }).result).toBe('pass');
  });
});
