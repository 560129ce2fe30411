import { carriedOutBy, letterStages, type LetterCase } from '../domain/letter-case';
import { isDone } from '../domain/letter-due';
import type { PlanLine } from '../domain/plan-line';
import { linesByInvestor, lookAt } from './letter-desk';
import type { LetterCases, LetterLedger, LetterSubject } from './ports/letter-ledger';
import type { ApprovedVersion } from './ports/settlements';

const pageSize = 1_000;

/** What is read to prove that nobody is left. */
export type ProvingPorts = {
  letterCases: LetterCases;
  letters: Pick<LetterLedger, 'unsettled'>;
};

/** Somebody who is not done, with what is open for them in words. */
export type OpenPerson = { id: string; question: string };

type Proof = { incidentId: string; at: string; versions: readonly ApprovedVersion[] };

/**
 * Everybody affected who is not done: a line of theirs not carried out, a share without an approved
 * line, or a letter that is still due to them.
 *
 * Order: letters are looked at once all else is done, since they follow it.
 * Ensures: read from rows and votes as they are now, whatever anybody said before.
 */
export async function whoIsOpen(
  ports: ProvingPorts,
  { incidentId, at, versions }: Proof,
): Promise<{ affected: number; open: OpenPerson[] }> {
  const lines = linesByInvestor(versions);
  const open: OpenPerson[] = [];
  let affected = 0;
  for await (const { one: rows } of subjects(ports, { incidentId })) {
    affected += 1;
    const one = { ...rows, lines: lines.get(rows.investor.id) ?? [] };
    if (!isDone(one)) open.push({ id: one.investor.id, question: openOf(one) });
  }
  if (open.length > 0 || affected === 0) return { affected, open };
  return { affected, open: await unwritten(ports, { incidentId, at, lines }) };
}

/** Letters that are due, held, or wait for something, and those nobody knows the fate of. */
async function unwritten(
  ports: ProvingPorts,
  given: { incidentId: string; at: string; lines: ReadonlyMap<string, PlanLine[]> },
): Promise<OpenPerson[]> {
  const { incidentId, at, lines: linesOf } = given;
  const setting = await ports.letterCases.setting({ incidentId, at });
  const stagesOf = new Map<string, string[]>();
  const stillDue = (to: string, stage: string) => {
    stagesOf.set(to, [...(stagesOf.get(to) ?? []), stage]);
  };
  for (const stage of letterStages) {
    for await (const subject of subjects(ports, { incidentId, stage })) {
      const { due, one } = lookAt({ stage, setting, linesOf }, subject);
      if (due.kind !== 'never') stillDue(one.investor.id, stage);
    }
    const unsettled = await ports.letters.unsettled({ incidentId, stage });
    if (unsettled > 0) stillDue(`letters/${stage}`, stage);
  }
  return [...stagesOf].map(([id, stages]) => {
    return { id, question: `Still to be written to ${id}: ${stages.join(', ')}.` };
  });
}

async function* subjects(
  { letterCases }: ProvingPorts,
  of: { incidentId: string; stage?: (typeof letterStages)[number] },
): AsyncGenerator<LetterSubject> {
  for (let after: string | undefined; ;) {
    const from = after === undefined ? {} : { after };
    const page = await letterCases.page({ ...of, take: pageSize, ...from });
    yield* page;
    after = page.at(-1)?.one.investor.id;
    if (after === undefined || page.length < pageSize) return;
  }
}

function openOf(one: LetterCase): string {
  const unplanned = one.deals
    .filter(({ deal }) => !one.lines.some((line) => line.deal === deal))
    .map(({ deal }) => `${deal} has no approved remedy`);
  const undone = one.lines
    .filter((line) => line.when === 'always' && !carriedOutBy(one, line).done)
    .map(({ leg, deal, amount, currency }) => `${leg} of ${amount} ${currency} in ${deal}`);
  return `Open for ${one.investor.id}: ${[...unplanned, ...undone].join('; ')}.`;
}
