import type { AllocationService } from '../contracts/allocation-service';
import type { PlanLine } from '../domain/plan-line';
import { settlementOf } from '../domain/settlement-order';
import { transferKey } from '../proof/payment-key';
import { failAbout } from './fail';
import type { OpenPayment } from './ports/payment-ledger';

/**
 * Asks the register itself whether the units behind these refunds have moved: our row that says so
 * can be changed behind our back.
 *
 * @throws RECEIPT_MISMATCH (bug) when the register knows nothing of a transfer our books confirm.
 */
export async function unitsHaveMoved(
  { service }: { service: Pick<AllocationService, 'transferByKey'> },
  given: { incidentId: string; rows: readonly OpenPayment[]; lines: readonly PlanLine[] },
): Promise<void> {
  const { incidentId, rows, lines } = given;
  const refunds = rows.filter(({ transfer }) => transfer === 'confirmed');
  if (refunds.length === 0) return;
  const moves = settlementOf(lines).transfers;
  for (const { deal, investor, sequence } of refunds) {
    const behind = moves.filter((move) => {
      return move.deal === deal && move.from === investor && move.sequence === sequence;
    });
    for (const move of behind) {
      const key = transferKey(incidentId, move);
      if ((await service.transferByKey(key)) !== undefined) continue;
      const message =
        `our books say that the register has moved the units of ${deal} from ${move.from} to ` +
        `${move.to}, and the register does not know of it. Nothing was refunded; find out who ` +
        'changed the row.';
      throw failAbout({ code: 'RECEIPT_MISMATCH', message, details: { key } });
    }
    if (behind.length > 0) continue;
    const message = `no approved transfer of ${deal} stands behind the refund to ${investor}`;
    throw failAbout({ code: 'RECEIPT_MISMATCH', message, details: { deal } });
  }
}
