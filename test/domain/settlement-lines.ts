import type { PlanLine } from '../../domain/plan-line';

/** The refund of the demonstration, or a line that differs from it as said. */
export function line(changes: Partial<PlanLine> = {}): PlanLine {
  const money = { amount: '3540.64', currency: 'USD', payer: 'spv:FRESH', payee: 'investor:D' };
  const what = {
    deal: 'FRESH',
    investor: 'D',
    leg: 'refund',
    when: 'always',
    sequence: 1,
  } as const;
  return { ...what, ...money, computed: 'transfer 1', ...changes };
}

const units = { payer: '', payee: '' };
const call = { investor: 'E', payer: 'investor:E', payee: 'spv:FRESH' };
const paid = { payer: 'firm', payee: 'investor:E' };

/** The 7 lines of the demonstration. */
export const demonstration: readonly PlanLine[] = [
  line({ leg: 'transfer-out', ...units }),
  line({ leg: 'transfer-in', investor: 'E', ...units }),
  line({ leg: 'call', ...call }),
  line(),
  line({ leg: 'interest', amount: '10.86', payer: 'firm' }),
  line({ deal: 'OLD', leg: 'compensation', investor: 'E', amount: '7081.28', ...paid }),
  line({ deal: 'OLD', leg: 'let-stand', ...units }),
];
