import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { carriedOutBy, type LetterCase } from '../domain/letter-case';
import { isDone } from '../domain/letter-due';
import type { PlanLine } from '../domain/plan-line';
import { parseInput } from './fail';
import { matchVersion, type MatchingPorts } from './match-receipts';
import type { LetterCases } from './ports/letter-ledger';
import type { PersonCalls } from './ports/notices';
import type { ApprovedVersion, Settlements } from './ports/settlements';

const pageSize = 1_000;

/**
 * Proves everybody affected done: each line of theirs paid, called in, transferred or let stand by
 * an approved plan; whoever is not stands on the incident by name, with what is open.
 *
 * Order: the statements are read once more first, since what was paid may have come back.
 * Retry: safe. Ensures: approvals are verified again; a deal without an approved line is open.
 */
export const proveTerminal = (
  ports: MatchingPorts & {
    letterCases: LetterCases;
    settlements: Pick<Settlements, 'approvedVersions'>;
    calls: PersonCalls;
  },
) =>
  async function proveTerminal(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const versions = await ports.settlements.approvedVersions(incidentId);
    const returned: number[] = [];
    for (const { version } of versions) {
      const found = await matchVersion(ports, { incidentId, version, at });
      if (found.returned !== undefined) returned.push(version);
    }
    const lines = linesByInvestor(versions);
    const open: { id: string; question: string }[] = [];
    let affected = 0;
    for (let after: string | undefined; ;) {
      const from = after === undefined ? {} : { after };
      const page = await ports.letterCases.page({ incidentId, take: pageSize, ...from });
      for (const { one: rows } of page) {
        const one = { ...rows, lines: lines.get(rows.investor.id) ?? [] };
        if (!isDone(one)) open.push({ id: one.investor.id, question: openOf(one) });
      }
      affected += page.length;
      after = page.at(-1)?.one.investor.id;
      if (after === undefined || page.length < pageSize) break;
    }
    await ports.calls.nameOpen({ incidentId, at, open });
    return { affected, open: open.length, ...(returned.length === 0 ? {} : { returned }) };
  } satisfies Activities['proveTerminal'];

function linesByInvestor(versions: readonly ApprovedVersion[]): Map<string, PlanLine[]> {
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

function openOf(one: LetterCase): string {
  const unplanned = one.deals
    .filter(({ deal }) => !one.lines.some((line) => line.deal === deal))
    .map(({ deal }) => `${deal} has no approved remedy`);
  const undone = one.lines
    .filter((line) => line.when === 'always' && !carriedOutBy(one, line).done)
    .map(({ leg, deal, amount, currency }) => `${leg} of ${amount} ${currency} in ${deal}`);
  return `Open for ${one.investor.id}: ${[...unplanned, ...undone].join('; ')}.`;
}
