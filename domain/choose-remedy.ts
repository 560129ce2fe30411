import { markOf, markText, nearCost } from './mark';
import { formatMinor } from './money';
import type { DealCase, Gate, RemedyId, RemedyOption } from './remedy';
import type { Options } from './remedy-options';

/** What a deal's facts lead to: a remedy, or the gates that have to be answered first. */
export type Choice = {
  readonly remedy: RemedyId | null;
  /** Each step that was taken or passed over, in order. */
  readonly reasons: readonly string[];
  /** Gates whose facts the chosen path reads and nobody has given. */
  readonly open: readonly Gate[];
};

type Step =
  | { readonly take: RemedyOption; readonly because: string }
  | { readonly ask: readonly Gate[]; readonly because: string }
  | { readonly pass: string };

/**
 * Chooses a deal's remedy by one fixed order, so that the same facts always lead to the same one.
 *
 * Order: part already approved, a redraft, below the floor, still in escrow, exited, a clause,
 * near cost, else cash compensation.
 * Ensures: every step taken or passed over is a reason; a remedy with a failed gate is never taken,
 * whoever asks for it; an unknown fact on the path holds the deal.
 * Source: docs/remedies.md, the default.
 */
export function chooseRemedy(deal: DealCase, options: Options): Choice {
  const reasons: string[] = [];
  for (const step of stepsFor(deal, options)) {
    if ('pass' in step) {
      reasons.push(step.pass);
      continue;
    }
    reasons.push(step.because);
    return 'take' in step
      ? { remedy: step.take.remedy, reasons, open: openGates(step.take) }
      : { remedy: null, reasons, open: step.ask };
  }
  return { remedy: null, reasons, open: [] };
}

function* stepsFor(deal: DealCase, options: Options): Generator<Step> {
  if (deal.begunAs !== undefined) {
    yield takeOrAsk(options[deal.begunAs], 'part of this deal was approved with it');
    return;
  }
  if (deal.redraft !== undefined) yield forced(deal.redraft, options);
  yield* countedUp(deal);
  yield belowFloor(options.R9);
  yield* byStage(deal, options);
  yield* nearCostSteps(deal, options);
  yield lastResort(deal, options.R8);
}

/** Asked for by name: its gates hold all the same. */
function forced(redraft: { remedy: string; reason: string }, options: Options): Step {
  const { remedy, reason } = redraft;
  const option = Object.hasOwn(options, remedy) ? options[remedy as RemedyId] : undefined;
  const blocked = (why: string): Step => ({
    pass: `OPTION_BLOCKED: ${remedy} was asked for (${reason}), but ${why}; the default stands.`,
  });
  if (option === undefined) return blocked('no remedy has that id');
  if (option.standing === 'notYetOffered')
    return blocked(option.notYetOffered ?? 'it is not offered');
  if (option.standing === 'blocked') return blocked(failuresOf(option));
  return takeOrAsk(option, `asked for: ${reason}`);
}

function* countedUp({ imbalance, currency }: DealCase): Generator<Step> {
  if (imbalance === 0n) return;
  const amount = formatMinor(imbalance < 0n ? -imbalance : imbalance, currency);
  const side = imbalance < 0n ? 'left unallocated' : 'allocated beyond what there was';
  yield { pass: `${amount} was ${side}, so only R1, R7, R8 and R9 can put it right.` };
}

function belowFloor(option: RemedyOption): Step {
  if (option.standing !== 'open') return { pass: 'The differences are not below the floor.' };
  return { take: option, because: 'R9: all differences together are below the floor.' };
}

function* byStage({ facts }: DealCase, options: Options): Generator<Step> {
  switch (facts.stage.value) {
    case 'unknown':
      yield { ask: stageGates(options), because: 'The stage decides the path and is unknown.' };
      return;
    case 'escrow':
      if (options.R1.standing === 'blocked') yield passOver(options.R1);
      else yield takeOrAsk(options.R1, 'the money is still held');
      return;
    case 'exited':
      yield { pass: 'The vehicle has exited: no units are left to move.' };
      return;
    case 'closed':
      if (options.R2.standing === 'blocked') yield passOver(options.R2);
      else yield takeOrAsk(options.R2, 'the agreement has a clause for it');
  }
}

function* nearCostSteps(deal: DealCase, options: Options): Generator<Step> {
  const mark = markOf(deal);
  if (deal.facts.stage.value !== 'closed' || mark === 'unknown' || deal.imbalance !== 0n) return;
  if (!nearCost(mark, deal.rules.markTolerance)) return;
  const [R3, R4] = [options.R3.notYetOffered ?? '', options.R4.notYetOffered ?? ''];
  const near = `The mark ${markText(mark)} is near cost`;
  const first = `${near}, where R3, else R4 and R6, would come first.`;
  const lawful = 'R8 is lawful too: nobody is asked to give up value.';
  yield { pass: `${first} R3: ${R3}. R4: ${R4}. ${lawful}` };
}

/** Cash compensation is always lawful; only a missing or refused mark can stop it. */
function lastResort(deal: DealCase, option: RemedyOption): Step {
  if (option.standing !== 'blocked') return takeOrAsk(option, closingReason(deal));
  const gates = option.gates.filter(({ result }) => result === 'fail');
  const because = `R8 is the last resort and cannot go ahead: ${failuresOf(option)}.`;
  return { ask: gates.map((gate) => askAgain(deal, gate)), because };
}

function closingReason(deal: DealCase): string {
  const mark = markOf(deal);
  if (mark === 'unknown') return 'positions stand, and what they cost depends on the mark';
  return `positions stand at the mark ${markText(mark)}, and the firm makes up what was lost`;
}

/** The firm's own mark was refused: another one is the way on, so that is what is asked for. */
function askAgain({ facts }: DealCase, gate: Gate): Gate {
  const { asks, owner, name } = facts.mark;
  const question = `${asks} Another mark is needed, with its source. It would open R8.`;
  return { ...gate, result: 'unknown', fact: name, owner, question };
}

function takeOrAsk(option: RemedyOption, why: string): Step {
  const because = `${option.remedy}: ${why}.`;
  if (option.standing === 'open') return { take: option, because };
  const ask = openGates(option);
  const missing = [...new Set(ask.map(({ fact }) => fact))].join(', ');
  const stopped = option.standing === 'blocked' ? failuresOf(option) : `it waits for ${missing}`;
  return { ask, because: `${because} Now ${stopped}.` };
}

function passOver(option: RemedyOption): Step {
  return { pass: `${option.remedy} is out: ${failuresOf(option)}.` };
}

function openGates({ gates }: RemedyOption): Gate[] {
  return gates.filter(({ result }) => result === 'unknown');
}

function stageGates(options: Options): Gate[] {
  return options.R1.gates.filter(({ fact }) => fact === 'stage');
}

function failuresOf({ gates }: RemedyOption): string {
  const said = gates.filter(({ result }) => result === 'fail').map(({ says }) => says);
  return [...new Set(said)].map((text) => text.replace(/[.]$/, '')).join('; ');
}
