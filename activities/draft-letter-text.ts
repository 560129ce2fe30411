import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { letterStages, type LetterStage } from '../domain/letter-case';
import { LetterIncomplete, renderLetter } from '../templates/letter-template';
import { letterWords, type LetterTold } from '../templates/letter-words';
import { fail, parseInput } from './fail';
import type { Approvals } from './ports/approvals';
import type { LetterLedger, LetterText, StandardLetters } from './ports/letter-ledger';

const drafting = ofIncident.extend({ stage: z.enum(letterStages) });

/**
 * Lays the text of a stage before its gate: the newest submitted one, else the standard one.
 *
 * Retry: safe; the same text has the same digest.
 * @throws INPUT_INVALID (rejected) when the text asks for something that no letter of its stage
 * knows, so that nobody signs what cannot be filled.
 */
export const draftLetterText = (ports: {
  letters: Pick<LetterLedger, 'texts' | 'keepStandard'>;
  approvals: Pick<Approvals, 'standing'>;
  standardLetters: StandardLetters;
}) =>
  async function draftLetterText(input) {
    const { incidentId, stage, at } = parseInput(drafting, input);
    const of = { incidentId, stage };
    const [newest] = await ports.letters.texts(of);
    const text = newest ?? ports.standardLetters.wording(stage);
    tryOut(stage, text);
    const { digest } = newest ?? (await ports.letters.keepStandard({ ...of, text, at }));
    const wanted = { incidentId, gateId: `letters/${stage}`, subject: digest };
    const standing = await ports.approvals.standing(wanted);
    return { digest, rejected: !standing.approved && standing.rejected };
  } satisfies Activities['draftLetterText'];

/** Fills the text with made-up words. */
function tryOut(stage: LetterStage, wording: LetterText): void {
  const contact = {
    name: 'Support',
    email: 'support@example.com',
    phone: '0',
    calendar: 'https://example.com',
    complaints: 'Write to us.',
  };
  const reader = { name: 'Reader', locale: 'en', incident: 'INC-2026-0001', contact };
  try {
    const words = letterWords({ told: sampleOf(stage), ...reader });
    renderLetter({ wording, words, drill: false });
  } catch (error) {
    if (!(error instanceof LetterIncomplete)) throw error;
    const next = 'Submit another text with ./makewhole letters submit.';
    throw fail('INPUT_INVALID', `the text of ${stage} cannot be filled: ${error.message}. ${next}`);
  }
}

const money = { amount: 100n, currency: 'USD' };
const day = '2026-01-31';
const deal = { company: 'Example Inc', investedOn: day };
const shares = { ...deal, recorded: money, right: money };

function sampleOf(stage: LetterStage): LetterTold {
  switch (stage) {
    case 'acknowledgement':
      return { stage, deals: [deal] };
    case 'call': {
      const called = { due: money, dueOn: day, payee: 'spv', reference: 'R-1', document: '' };
      return { stage, invoices: [{ ...shares, ...called }] };
    }
    case 'advice': {
      const paid = { paid: money, bookedOn: day, reference: 'R-1' };
      return { stage, payments: [{ ...deal, ...paid, leg: 'refund' }] };
    }
    case 'resolution': {
      const deeds = [
        { kind: 'refund', money, on: day },
        { kind: 'units-in', money, on: day, agreementOn: day },
        { kind: 'kept' },
      ] as const;
      const story = { ...shares, side: 'over', difference: money, deeds } as const;
      return { stage, stories: [story], fixed: true };
    }
  }
}
