import type { PaymentRail, StatementEntry } from '../contracts/payment-rail';
import { formatMinor, parseMinor } from '../domain/money';
import { referenceOf, referencesIn } from '../domain/payment-key';
import type { PlanLine } from '../domain/plan-line';
import { reconcile, type Flow, type Parked, type Reconciliation } from '../domain/reconcile';
import { settlementOf } from '../domain/settlement-order';
import { sha256Hex } from '../proof/digest';
import { paymentKey } from '../proof/payment-key';
import { differenceText } from '../templates/difference';
import type { Approvals } from './ports/approvals';
import type { Invoices, IssuedInvoice } from './ports/invoices';
import type { Ledger } from './ports/ledger';
import type { PaymentLedger, PaymentRow } from './ports/payment-ledger';
import type { Settlements } from './ports/settlements';
import { statementEntries } from './statement-entries';

/** What a reconciliation is read from. */
export type ReconcilingPorts = {
  settlements: Pick<Settlements, 'approvedVersions'>;
  payments: Pick<PaymentLedger, 'list'>;
  invoices: Pick<Invoices, 'named' | 'receiptsOf' | 'returnsOf'>;
  ledger: Pick<Ledger, 'bankMovements' | 'balances'>;
  rail: Pick<PaymentRail, 'statement'>;
};

type Keyed = { line: PlanLine; key: string };
type Plan = { payments: Keyed[]; calls: Keyed[] };

/**
 * Owed from approved lines, booked from the ledger, moved from the bank's own statements.
 *
 * Ensures: what has moved is never read from our rows; a payment that bears this incident's
 * reference and stands in no plan counts as moved all the same.
 */
export async function readReconciliation(
  ports: ReconcilingPorts,
  incidentId: string,
): Promise<Reconciliation> {
  const plan = await plannedOf(ports, incidentId);
  const rows = await ports.payments.list(incidentId);
  const references = plan.calls.map(({ key }) => referenceOf(incidentId, key));
  const invoices = await ports.invoices.named(references);
  const booked = await bookedFlows(ports, incidentId);
  return reconcile({
    owed: owedFlows(plan),
    booked,
    moved: await movedFlows(ports, { incidentId, plan, booked }),
    parked: [
      ...openPayments(plan, rows),
      ...openCalls(plan, invoices),
      ...(await returned(ports, incidentId)),
      ...(await suspended(ports, incidentId)),
    ],
  });
}

/** A reconciliation; of a difference that it leaves, what people would sign, and if they did. */
export type JudgedReconciliation = Reconciliation & {
  readonly difference?: { text: string; digest: string; signedOff: boolean };
};

/**
 * As `readReconciliation`, and whether finance and operations have signed that exactly what differs
 * now stays so.
 *
 * Ensures: their votes are counted anew; with one amount another they are on another digest.
 */
export async function judgeReconciliation(
  ports: ReconcilingPorts & { approvals: Pick<Approvals, 'standing'> },
  incidentId: string,
): Promise<JudgedReconciliation> {
  const found = await readReconciliation(ports, incidentId);
  if (found.explained) return found;
  const text = differenceText(incidentId, found);
  const digest = sha256Hex(text);
  const wanted = { incidentId, gateId: 'difference', subject: digest };
  const { approved: signedOff } = await ports.approvals.standing(wanted);
  return { ...found, difference: { text, digest, signedOff } };
}

async function plannedOf({ settlements }: ReconcilingPorts, incidentId: string): Promise<Plan> {
  const versions = await settlements.approvedVersions(incidentId);
  // A line carried on into a later version is owed once.
  const [payments, calls] = [new Map<string, PlanLine>(), new Map<string, PlanLine>()];
  for (const { lines } of versions) {
    const settlement = settlementOf(lines);
    for (const line of settlement.payments) payments.set(paymentKey(incidentId, line), line);
    for (const line of settlement.calls) calls.set(paymentKey(incidentId, line), line);
  }
  const keyed = (lines: Map<string, PlanLine>) => [...lines].map(([key, line]) => ({ key, line }));
  return { payments: keyed(payments), calls: keyed(calls) };
}

const minorOf = ({ amount, currency }: PlanLine): bigint => parseMinor(amount, currency);

function owedFlows({ payments, calls }: Plan): Flow[] {
  const flow = (line: PlanLine, side: Pick<Flow, 'direction' | 'account'>): Flow => {
    return { ...side, currency: line.currency, amount: minorOf(line) };
  };
  return [
    ...payments.map(({ line }) => flow(line, { direction: 'out', account: line.payer })),
    ...calls.map(({ line }) => flow(line, { direction: 'in', account: line.payee })),
  ];
}

async function bookedFlows({ ledger }: ReconcilingPorts, incidentId: string): Promise<Flow[]> {
  const movements = await ledger.bankMovements(incidentId);
  return movements.flatMap(({ account, currency, ...sums }): Flow[] => [
    { direction: 'out', account, currency, amount: sums.out },
    { direction: 'in', account, currency, amount: sums.in },
  ]);
}

async function movedFlows(
  { rail, invoices }: ReconcilingPorts,
  { incidentId, plan, booked }: { incidentId: string; plan: Plan; booked: readonly Flow[] },
): Promise<Flow[]> {
  const keys = new Set(plan.payments.map(({ key }) => key));
  const stored = new Set(await invoices.receiptsOf(incidentId));
  const isOurs = (entry: StatementEntry, of: string): boolean => {
    if (entry.key !== undefined && keys.has(entry.key)) return entry.direction === 'out';
    const named = referencesIn(entry.reference).some((text) => text.startsWith(`${incidentId} `));
    return named || (entry.direction === 'in' && stored.has(`${of}#${String(entry.seq)}`));
  };
  const accounts = new Set(
    [...owedFlows(plan), ...booked].map(({ account, currency }) => `${currency}${account}`),
  );
  const flows: Flow[] = [];
  for (const name of accounts) {
    const [currency, account] = [name.slice(0, 3), name.slice(3)];
    for await (const entry of statementEntries(rail, { account, currency })) {
      const { direction, amountMinor } = entry;
      const amount = BigInt(amountMinor);
      if (isOurs(entry, `${currency} ${account}`))
        flows.push({ direction, account, currency, amount });
    }
  }
  return flows;
}

const owner = 'finance';

function openPayments({ payments }: Plan, rows: readonly PaymentRow[]): Parked[] {
  const stateOf = new Map(rows.map(({ key, state }) => [key, state]));
  return payments.flatMap(({ key, line }): Parked[] => {
    const state = stateOf.get(key) ?? 'planned';
    if (state === 'settled') return [];
    const { deal, investor, leg, amount, currency, payer } = line;
    const what = `${leg} of ${amount} ${currency} to ${investor}, deal ${deal}: ${state}`;
    const flow = { direction: 'out', account: payer, currency, amount: minorOf(line) } as const;
    return [{ ...flow, what, owner }];
  });
}

function openCalls({ calls }: Plan, invoices: readonly IssuedInvoice[]): Parked[] {
  const creditedOf = new Map(invoices.map(({ key, credited }) => [key, credited]));
  return calls.flatMap(({ key, line }): Parked[] => {
    const amount = minorOf(line) - (creditedOf.get(key) ?? 0n);
    if (amount === 0n) return [];
    const { deal, investor, currency, payee } = line;
    const money = `${formatMinor(amount, currency)} ${currency}`;
    const what = `call of ${money} from ${investor}, deal ${deal}: not paid`;
    return [{ direction: 'in', account: payee, currency, amount, what, owner }];
  });
}

/** What came back went out in vain: neither side of it is owed to anybody. */
async function returned({ invoices }: ReconcilingPorts, incidentId: string): Promise<Parked[]> {
  const returns = await invoices.returnsOf(incidentId);
  return returns.flatMap(({ account, currency, amount, reference }): Parked[] => {
    const what = `${formatMinor(amount, currency)} ${currency} of ${reference}: came back`;
    const of = { account, currency, amount: -amount, what, owner };
    return [
      { direction: 'out', ...of },
      { direction: 'in', ...of },
    ];
  });
}

/** What is in suspense is on the account and owed to nobody here, until somebody says whose. */
async function suspended({ ledger }: ReconcilingPorts, incidentId: string): Promise<Parked[]> {
  const balances = await ledger.balances(incidentId);
  return balances.flatMap(({ account, currency, balance }): Parked[] => {
    if (!account.startsWith('suspense:') || balance === 0n) return [];
    const held = account.slice('suspense:'.length);
    const what = `${formatMinor(-balance, currency)} ${currency} on ${held}: in suspense`;
    return [{ direction: 'in', account: held, currency, amount: balance, what, owner }];
  });
}
