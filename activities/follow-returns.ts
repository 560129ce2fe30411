import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { readableMoney } from '../domain/grouped';
import { parseInput } from './fail';
import { incidentOf, mailNotice, type NoticePorts } from './mail-notice';
import { matchVersion, type MatchingPorts } from './match-receipts';
import type { PaymentLedger, PaymentRow } from './ports/payment-ledger';
import type { Settlements } from './ports/settlements';

const rowsShownMax = 20;

/**
 * Looks whether money that was paid out has come back since. While the incident is open that is the
 * runbook's to put right; of what comes back afterwards finance and management are told, each once.
 *
 * Retry: safe; what has left is not sent again.
 */
export const followReturns = (
  ports: MatchingPorts &
    NoticePorts & {
      payments: Pick<PaymentLedger, 'named' | 'list'>;
      settlements: Pick<Settlements, 'approvedVersions'>;
    },
) =>
  async function followReturns(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    let returned = 0;
    for (const { version } of await ports.settlements.approvedVersions(incidentId)) {
      returned += (await matchVersion(ports, { incidentId, version, at })).returned ?? 0;
    }
    const { closedAt } = await incidentOf(ports, incidentId);
    if (closedAt !== null && returned > 0) await tell(ports, { incidentId, at });
    return { returned, closedAt };
  } satisfies Activities['followReturns'];

async function tell(
  ports: Parameters<typeof followReturns>[0],
  { incidentId, at }: { incidentId: string; at: string },
): Promise<void> {
  const all = await ports.payments.list(incidentId);
  const back = all.filter(({ state }) => state === 'returned');
  const round = (await ports.invoices.returnsOf(incidentId)).length; // One more each time.
  const owners = await ports.notices.recipients({ roles: ['finance', 'management'] });
  const people = owners.length > 0 ? owners : await ports.notices.recipients({ roles: ['admin'] });
  const subject = `${String(back.length)} payments came back after the end`;
  const text = `
${incidentId} is closed, and these payments are back on the account they were paid from:

${back.slice(0, rowsShownMax).map(lineOf).join('\n')}

Nothing is paid by itself any more: whoever they were for is not whole again until somebody has
seen to it. Have the payee's account put right and pay it from that account, under the same
reference, or open a new incident for it.

  ./makewhole payments ${incidentId}
  ./makewhole incident status ${incidentId}
`;
  await mailNotice(ports, { incidentId, kind: 'returned', round, at, people, subject, text });
}

function lineOf({ amount, currency, payee, payer, reference }: PaymentRow): string {
  const money = readableMoney(amount, currency);
  return `- ${money} to ${payee}, from ${payer}: ${reference}`;
}
