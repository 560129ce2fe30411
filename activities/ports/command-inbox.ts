import type { CommandAnswer } from '../../contracts/command';
import type { PolicyPack } from '../../contracts/pack';
import type { Refusal } from '../../domain/command-refusal';

/** A command as it came: signed by whoever, sent to the desk of `incidentId`. */
export type ReceivedCommand = { incidentId: string; jws: string; at: string };

/** The pack an incident is opened under, as its file stood then. */
export type OpeningPack = { pack: PolicyPack; digest: string };

/** What a command was answered, and the ids of the workflows that should look again. */
export type AnsweredCommand = { answer: CommandAnswer; nudge: string[] };

/**
 * Takes signed commands in, one at a time for each incident.
 *
 * Retry: the same bytes get the first answer again and change nothing twice.
 * Ensures: accepted or refused, the answer, the effect and the evidence commit together.
 */
export type CommandInbox = {
  /** Answers a command that was sent to an incident's desk. */
  answer(received: ReceivedCommand): Promise<AnsweredCommand>;
  /** Why a command would be refused, were it sent now; undefined where it would not. */
  foresee(unsent: ReceivedCommand): Promise<Refusal | undefined>;
  /** Answers `open`, which has no desk yet: accepted, the incident's id stands in the answer. */
  open(received: { jws: string; at: string; opening: OpeningPack }): Promise<AnsweredCommand>;
  /** Answers `resume`, whose incident may have no desk; accepted, the run stands in the answer. */
  resume(received: ReceivedCommand): Promise<AnsweredCommand>;
};
