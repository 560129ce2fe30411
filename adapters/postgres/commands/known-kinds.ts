import type { CommandKind } from '../../../contracts/command';
import { lookAtAnswer } from './answer';
import { lookAtAskAgain } from './ask-again';
import { lookAtCorrectFact } from './correct-fact';
import { lookAtDecide } from './decide';
import { lookAtDelegateForm } from './delegate-form';
import { lookAtExplainContradiction } from './explain-contradiction';
import { lookAtHalt } from './halt';
import { lookAtLowerSeverity } from './lower-severity';
import { lookAtMeetClock } from './meet-clock';
import { lookAtProposeFix } from './propose-fix';
import { lookAtReceipt } from './receipt';
import { lookAtRedraft } from './redraft';
import { lookAtResolveLetter } from './resolve-letter';
import { lookAtResolvePayment } from './resolve-payment';
import { lookAtSubmitLetter } from './submit-letter';
import { lookAtTake } from './take';
import { lookAtUpdated } from './updated';
import type { Look } from './verified-command';
import { lookAtWithdrawVote } from './withdraw-vote';

/** Kinds that can be signed already and are refused until their part of the runbook is there. */
const notOffered: Look = async (_, { kind }) => ({
  facts: { found: { code: 'NOT_FOUND', message: `${kind} is not offered yet; nothing was done` } },
});

/** Kinds that never come to a desk: they have an entrance of their own. */
export const elsewhere: Look = async (_, { kind }) => ({
  facts: { found: { code: 'NOT_FOUND', message: `${kind} is not taken at an incident's desk` } },
});

/** How each kind of command is looked at once its signature and incident have been checked. */
export const looks: Readonly<Record<CommandKind, Look>> = {
  take: lookAtTake,
  updated: lookAtUpdated,
  answer: lookAtAnswer,
  'delegate-form': lookAtDelegateForm,
  'explain-contradiction': lookAtExplainContradiction,
  receipt: lookAtReceipt,
  decide: lookAtDecide,
  'withdraw-vote': lookAtWithdrawVote,
  'ask-again': lookAtAskAgain,
  'propose-fix': lookAtProposeFix,
  redraft: lookAtRedraft,
  'correct-fact': lookAtCorrectFact,
  'submit-letter': lookAtSubmitLetter,
  'lower-severity': lookAtLowerSeverity,
  'meet-clock': lookAtMeetClock,
  elect: notOffered,
  halt: lookAtHalt,
  'resolve-letter': lookAtResolveLetter,
  'resolve-payment': lookAtResolvePayment,
  open: elsewhere,
  resume: elsewhere,
  'people-add': elsewhere,
  'people-change': elsewhere,
  'people-add-key': elsewhere,
  'people-revoke-key': elsewhere,
  'people-revoke': elsewhere,
  'people-stand-in': elsewhere,
};
