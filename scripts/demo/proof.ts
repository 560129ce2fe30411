import { CommandError } from '../command-io';
import type { Reconciliation } from './close-act';
import type { Drill } from './drill';

/** What the drill came to, for scripts; shapes of the command's documentation. */
export type Proof = {
  freeze: unknown;
  impact: unknown;
  plan: { version: number; digest: string };
  payments: { settled: number; unknown: number; refused: number; total: Record<string, string> };
  letters: { sent: Record<string, number> };
  reconciliation: Reconciliation;
  evidence: { holds: boolean; entries: number; head: string };
};

/** The worked table: what must have moved, to the cent, and which letters must have left. */
const expected = {
  out: { owed: '10632.78', booked: '10632.78', moved: '10632.78', difference: '0.00' },
  in: { owed: '3540.64', booked: '3540.64', moved: '3540.64', difference: '0.00' },
  letters: { acknowledgement: 2, call: 1, advice: 2, resolution: 2 },
};

/** Reads everything once more when all is over, as an auditor would. */
export async function prove(drill: Drill): Promise<Proof> {
  const { hands, incident } = drill;
  const status = (await hands.run(['incident', 'status', incident])) as {
    freeze: unknown;
    plan: { version: number; digest: string };
  };
  const payments = await hands.lines(['payments', incident]);
  const reconciliation = (await hands.run(['reconcile', incident])) as Reconciliation;
  return {
    freeze: status.freeze,
    impact: await hands.run(['impact', incident]),
    plan: { version: status.plan.version, digest: status.plan.digest },
    payments: {
      settled: payments.filter(({ state }) => state === 'settled').length,
      unknown: payments.filter(({ state }) => state === 'unknown').length,
      refused: payments.filter(({ state }) => state === 'refused').length,
      total: Object.fromEntries(
        Object.entries(reconciliation.out).map(([currency, { moved }]) => [currency, moved]),
      ),
    },
    letters: { sent: countByStage(await hands.lines(['letters', incident])) },
    reconciliation,
    evidence: (await hands.run(['evidence', 'verify', incident])) as Proof['evidence'],
  };
}

function countByStage(rows: readonly Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stage, state } of rows) {
    if (state === 'sent' && typeof stage === 'string') counts[stage] = (counts[stage] ?? 0) + 1;
  }
  return counts;
}

/**
 * Holds the proof against the worked table.
 *
 * @throws UNEXPECTED (bug) naming every figure that is not as worked.
 */
export function holdAgainstWorkedTable(proof: Proof): void {
  const { reconciliation, letters, evidence, payments } = proof;
  const wrong = [
    ...differing({ what: 'out', found: reconciliation.out['USD'], wanted: expected.out }),
    ...differing({ what: 'in', found: reconciliation.in['USD'], wanted: expected.in }),
    ...differing({ what: 'letters', found: letters.sent, wanted: expected.letters }),
    ...differing({ what: 'payments', found: payments, wanted: { unknown: 0, refused: 0 } }),
    ...differing({ what: 'evidence', found: evidence, wanted: { holds: true } }),
  ];
  if (wrong.length === 0) return;
  const message = `The drill did not end as worked: ${wrong.join('; ')}`;
  throw new CommandError({ code: 'UNEXPECTED', kind: 'bug', message });
}

type Compared = { what: string; found: object | undefined; wanted: object };

function differing({ what, found, wanted }: Compared): string[] {
  const got: Record<string, unknown> = { ...found };
  return Object.entries(wanted)
    .filter(([name, value]) => got[name] !== value)
    .map(([name, value]) => `${what}.${name} is ${String(got[name])}, expected ${String(value)}`);
}
