import { judgeReconciliation, type JudgedReconciliation } from '../activities/read-reconciliation';
import type { Incidents } from '../activities/ports/incidents';
import type { PaymentLedger } from '../activities/ports/payment-ledger';
import type { Settlements } from '../activities/ports/settlements';
import type { UnitTransfers } from '../activities/ports/unit-transfers';
import { HttpAllocationService } from '../adapters/allocator/http-allocation-service';
import { SandboxRail } from '../adapters/bank/sandbox-rail';
import { postgresApprovals } from '../adapters/postgres/approvals';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { postgresInvoices } from '../adapters/postgres/invoices';
import { postgresLedger } from '../adapters/postgres/ledger';
import { postgresPaymentLedger } from '../adapters/postgres/payments';
import { openPool } from '../adapters/postgres/pool';
import { postgresSettlements } from '../adapters/postgres/settlement';
import { postgresUnitTransfers } from '../adapters/postgres/unit-transfers';
import type { AllocationService } from '../contracts/allocation-service';

/** What commands that show payments, units and the reconciliation need of the world. */
export type SettlementReading = {
  readonly incidents: Incidents;
  readonly payments: PaymentLedger;
  readonly transfers: UnitTransfers;
  readonly settlements: Settlements;
  readonly service: Pick<AllocationService, 'register'>;
  reconciliation(incidentId: string): Promise<JudgedReconciliation>;
  close(): Promise<void>;
};

/** Connects to the books, the bank and the register; close it in the end. */
export function wireSettlement(addresses: {
  databaseUrl: string;
  bankUrl: string;
  allocatorUrl: string;
}): SettlementReading {
  const pool = openPool(addresses.databaseUrl, { max: 2, name: 'makewhole-command' });
  const [payments, settlements] = [postgresPaymentLedger(pool), postgresSettlements(pool)];
  const reconciling = {
    settlements,
    payments,
    approvals: postgresApprovals(pool),
    invoices: postgresInvoices(pool),
    ledger: postgresLedger(pool),
    rail: new SandboxRail({ bankUrl: addresses.bankUrl }),
  };
  return {
    incidents: postgresIncidents(pool),
    payments,
    transfers: postgresUnitTransfers(pool),
    settlements,
    service: new HttpAllocationService(addresses.allocatorUrl),
    reconciliation: (incidentId) => judgeReconciliation(reconciling, incidentId),
    close: () => pool.end(),
  };
}
