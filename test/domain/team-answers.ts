import { formAnswers } from '../../scripts/demo/form-answers';

const forms = formAnswers({ today: '2026-11-21', old: 'OLD', fresh: 'FRESH' });

/** Filled forms as of 21 November 2026: those of the demonstration, for the deals OLD and FRESH. */
export const filled = {
  'customer-success': forms['customer-success'].answers,
  engineering: forms.engineering.answers,
  operations: { ...forms.operations.answers, deals: ['OLD', 'FRESH'] },
};

/** No impact, as one says it. */
export const none = { noImpact: 'every ticket since 1 November', lookedBy: 'support' };
/** Not known yet, as one says it. */
export const unknown = { unknown: 'the bank answers on Monday', by: '2026-11-23' };
