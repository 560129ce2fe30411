/** Not known yet: what is missing and who finds it out, with the day by which they will. */
export type Unknown = { readonly unknown: string; readonly by: string };

/** No impact, said by somebody who looked: what was looked at, and who looked. */
export type NoImpact = { readonly noImpact: string; readonly lookedBy: string };

/** An answer to one question: something known, or that it is not known, or that there is none. */
export type Answered<T> = T | Unknown | NoImpact;

/** Wrong deals by their ids, or how many where they are too many to list. */
export type NamedDeals = readonly string[] | { readonly count: number };

/** What a customer has said. */
export type Complaint = {
  readonly investor: string;
  readonly deal?: string | undefined;
  readonly on: string;
  readonly said: string;
};

/** The answers of a form that can be held against others and against the records. */
export type Claims = {
  readonly deals?: Answered<NamedDeals>;
  readonly firstKnown?: Answered<{ readonly on: string; readonly through: string }>;
  readonly since?: Answered<{
    readonly ruleVersion?: string | undefined;
    readonly on?: string | undefined;
  }>;
  readonly complaints?: Answered<readonly Complaint[]>;
  readonly customersMoney?: Answered<string>;
  readonly customersRights?: Answered<string>;
  readonly serviceDown?: Answered<boolean>;
};

/** Whether an answer says that something is not known yet. */
export const isUnknown = (answer: unknown): answer is Unknown => has(answer, 'unknown');

/** Whether an answer says that there is no impact. */
export const isNoImpact = (answer: unknown): answer is NoImpact => has(answer, 'noImpact');

const has = (answer: unknown, member: string): boolean =>
  typeof answer === 'object' && answer !== null && Object.hasOwn(answer, member);

/** What is known by an answer; undefined where it is unknown, none, or was not given. */
export function known<T>(answer: Answered<T> | undefined): T | undefined {
  return isUnknown(answer) || isNoImpact(answer) ? undefined : answer;
}
