import type { Activities } from '../contracts/activities';
import type { AllocationService } from '../contracts/allocation-service';
import type { PaymentRail } from '../contracts/payment-rail';
import { isCovered } from '../domain/match-receipt';
import { formatMinor } from '../domain/money';
import type { PlanLine } from '../domain/plan-line';
import { settlementOf, type Transfer } from '../domain/settlement-order';
import { transferKey } from '../proof/payment-key';
import { approvedLines, ofPlan } from './approved-plan';
import { callsArePaid } from './calls-are-paid';
import { failAbout, parseInput } from './fail';
import { asError } from './in-lanes';
import type { Approvals } from './ports/approvals';
import type { InstanceSigner } from './ports/instance-signer';
import type { Settlements } from './ports/settlements';
import type { OpenTransfer, TransferOutcome, UnitTransfers } from './ports/unit-transfers';

const transfersPerCall = 100;

type Ports = {
  settlements: Pick<Settlements, 'verifiedLines'>;
  approvals: Approvals;
  transfers: UnitTransfers;
  signer: InstanceSigner;
  service: Pick<AllocationService, 'register' | 'fillRegister' | 'transfer'>;
  rail: Pick<PaymentRail, 'statement'>;
};

/**
 * Has the register move the units whose calls are paid, each transfer once.
 *
 * Order: the call is covered, by our books and the bank's statement → the deal has its register →
 * the signed instrument is kept → sent → booked, restated and put into evidence together.
 * Retry: safe; the register answers the same key the same way. A refusal moved nothing and is tried
 * again next time, when somebody may have put right what it names.
 * @throws APPROVAL_MISSING (refused) when nobody approved exactly these lines.
 * @throws PLAN_MISMATCH (bug) when a row is not the transfer that was approved.
 * @throws RECEIPT_MISMATCH (bug) when an invoice looks paid, and the statement shows less.
 */
export const transferUnits = (ports: Ports) =>
  async function transferUnits(input) {
    const { incidentId, version, at } = parseInput(ofPlan, input);
    const limit = transfersPerCall;
    const { rows, total } = await ports.transfers.open({ incidentId, version, limit });
    const deals = [...new Set(rows.map(({ deal }) => deal))];
    const { lines } = await approvedLines(ports, { incidentId, version, deals });
    const open = approvedTransfers(rows, { incidentId, lines });
    const due = open.filter(({ call }) => isCovered(call));
    await callsArePaid(ports, { incidentId, rows: due, lines });
    const { outcomes, failure } = await sendAll(ports, { incidentId, at, due });
    const { confirmed, refused } = await ports.transfers.record({ incidentId, at, outcomes });
    if (failure !== undefined) throw failure;
    return { confirmed, refused, waiting: total - confirmed };
  } satisfies Activities['transferUnits'];

/** What the register confirmed before it fell silent counts all the same. */
async function sendAll(
  ports: Ports,
  { incidentId, at, due }: { incidentId: string; at: string; due: readonly OpenTransfer[] },
): Promise<{ outcomes: TransferOutcome[]; failure?: Error }> {
  const outcomes: TransferOutcome[] = [];
  try {
    for (const deal of new Set(due.map((row) => row.deal))) {
      await fillRegister(ports, { incidentId, deal });
    }
    for (const row of due) outcomes.push(await send(ports, { incidentId, at, row }));
  } catch (thrown) {
    return { outcomes, failure: asError(thrown) };
  }
  return { outcomes };
}

/** Rows that no line asks for are left alone, whoever wrote them. */
function approvedTransfers(
  rows: readonly OpenTransfer[],
  { incidentId, lines }: { incidentId: string; lines: readonly PlanLine[] },
): OpenTransfer[] {
  const { transfers } = settlementOf(lines);
  const moveOf = new Map(transfers.map((move) => [transferKey(incidentId, move), move]));
  return rows.filter((row) => {
    const move = moveOf.get(row.key);
    if (move === undefined) return false;
    if (isSame(row, move)) return true;
    const units = `${formatMinor(move.amount, move.currency)} of ${move.deal}`;
    const message =
      `transfer ${row.key} is not what was approved: expected ${units} from ${move.from} to ` +
      `${move.to}. No units were moved; find out who changed the row.`;
    throw failAbout({ code: 'PLAN_MISMATCH', message, details: { key: row.key } });
  });
}

function isSame(row: OpenTransfer, move: Transfer): boolean {
  const { deal, from, to, sequence, amount, currency } = move;
  const sameUnits = row.amount === amount && row.currency === currency;
  const sameMove = row.deal === deal && row.sequence === sequence;
  return sameUnits && sameMove && row.from === from && row.to === to;
}

/** A register that began otherwise is the register all the same: it is the administrator's. */
async function fillRegister(
  { service, transfers }: Ports,
  of: { incidentId: string; deal: string },
): Promise<void> {
  if ((await service.register(of.deal)) !== undefined) return;
  const recorded = await transfers.recordedHoldings(of);
  const filled = await service.fillRegister({ deal: of.deal, ...recorded });
  if (filled.kind === 'filled' || filled.code === 'REGISTER_EXISTS') return;
  const message =
    `the register of ${of.deal} could not be filled from the recorded allocations: ` +
    `${filled.code}, ${filled.reason}. No units were moved.`;
  throw failAbout({ code: 'TRANSFER_REFUSED', message, details: { deal: of.deal } });
}

async function send(
  { service, signer, transfers }: Ports,
  { incidentId, at, row }: { incidentId: string; at: string; row: OpenTransfer },
): Promise<TransferOutcome> {
  const { key, deal, from, to, currency } = row;
  const units = formatMinor(row.amount, currency);
  const iat = Math.floor(Date.parse(at) / 1000);
  const payload = { key, incident: incidentId, deal, from, to, units, currency, iat };
  const instrument = signer.sign('makewhole-instrument+jws', payload);
  await transfers.noteInstrument({ key, instrument });
  const answer = await service.transfer(instrument);
  if (answer.kind === 'refused') {
    return { key, kind: 'refused', cause: `${answer.code}: ${answer.reason}` };
  }
  const { reference, confirmedAt } = answer;
  return { key, kind: 'confirmed', reference, confirmedAt };
}
