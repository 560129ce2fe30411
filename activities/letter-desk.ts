import type { PlanLine } from '../domain/plan-line';
import { letterDue, type LetterDue, type LetterSetting } from '../domain/letter-due';
import type { LetterCase, LetterStage } from '../domain/letter-case';
import { fail } from './fail';
import type { Approvals } from './ports/approvals';
import type { Documents } from './ports/documents';
import type { Incidents, IncidentView } from './ports/incidents';
import type {
  LetterCases,
  LetterLedger,
  LetterRow,
  LetterSubject,
  StageOf,
  StoredText,
} from './ports/letter-ledger';
import type { Mailer } from './ports/mailer';
import type { ApprovedVersion, Settlements } from './ports/settlements';

/** What sending letters needs of the world. */
export type LetterPorts = {
  incidents: Pick<Incidents, 'find'>;
  approvals: Approvals;
  settlements: Pick<Settlements, 'approvedVersions'>;
  letters: LetterLedger;
  letterCases: LetterCases;
  documents: Documents;
  mailer: Mailer;
};

/** One stage of one incident, ready to be looked at. */
export type LetterDesk = StageOf & {
  at: string;
  incident: IncidentView;
  text: StoredText;
  setting: LetterSetting;
  linesOf: ReadonlyMap<string, readonly PlanLine[]>;
};

/** An investor with what is to be done about their letter of the stage. */
export type Look = {
  one: LetterCase;
  due: LetterDue;
  revision: number;
  /** The letter that is booked and has not left. */
  pending: LetterRow | undefined;
};

/**
 * Lays ready what every letter of a stage needs.
 *
 * @throws APPROVAL_MISSING (refused) when no text of the stage is approved, or a plan's votes no
 * longer count.
 */
export async function openDesk(
  ports: LetterPorts,
  { incidentId, stage, at }: { incidentId: string; stage: LetterStage; at: string },
): Promise<LetterDesk> {
  const of = { incidentId, stage };
  const incident = await ports.incidents.find(incidentId);
  if (incident === undefined) throw fail('INCIDENT_UNKNOWN', `there is no incident ${incidentId}`);
  const text = await approvedText(ports, of);
  const linesOf = linesByInvestor(await approvedLines(ports, of));
  const setting = await ports.letterCases.setting({ incidentId, at });
  return { ...of, at, incident, text, setting, linesOf };
}

/** Every line of some approved versions, by whom it is about. */
export function linesByInvestor(versions: readonly ApprovedVersion[]): Map<string, PlanLine[]> {
  const byInvestor = new Map<string, PlanLine[]>();
  for (const { lines } of versions) {
    for (const line of lines) {
      const own = byInvestor.get(line.investor);
      if (own === undefined) byInvestor.set(line.investor, [line]);
      else own.push(line);
    }
  }
  return byInvestor;
}

/** What an acknowledgement says hangs on no plan. */
const approvedLines = async (ports: LetterPorts, { incidentId, stage }: StageOf) =>
  stage === 'acknowledgement' ? [] : ports.settlements.approvedVersions(incidentId);

/** The newest text whose very words were approved. */
async function approvedText(ports: LetterPorts, of: StageOf): Promise<StoredText> {
  const { incidentId, stage } = of;
  const gateId = `letters/${stage}`;
  const texts = await ports.letters.texts(of);
  for (const text of texts) {
    const wanted = { incidentId, gateId, subject: text.digest };
    if ((await ports.approvals.standing(wanted)).approved) return text;
  }
  const [newest] = texts;
  if (newest === undefined) throw fail('APPROVAL_MISSING', `there is no text of ${stage} yet`);
  await ports.approvals.require({ incidentId, gateId, subject: newest.digest });
  return newest;
}

/** Looks at one investor as they stand in the rows just read. */
export function lookAt(
  desk: Pick<LetterDesk, 'stage' | 'setting' | 'linesOf'>,
  { one: rows, letters }: LetterSubject,
): Look {
  const one = { ...rows, lines: desk.linesOf.get(rows.investor.id) ?? [] };
  const left = letters.filter(({ state }) => state === 'sent');
  const told = left.flatMap(({ deals }) => deals);
  const pending = letters.find(({ state }) => state === 'queued' || state === 'held');
  const due = letterDue({ stage: desk.stage, one, setting: desk.setting, told });
  return { one, due, pending, revision: pending?.revision ?? letters.length + 1 };
}
