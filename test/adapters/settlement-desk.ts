import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withCodedFailures } from '../../activities/coded-failures';
import { issueInvoices } from '../../activities/issue-invoices';
import { matchReceipts } from '../../activities/match-receipts';
import { payChunk } from '../../activities/pay-chunk';
import { prepareSettlement } from '../../activities/prepare-settlement';
import { reconcilePlan } from '../../activities/reconcile-plan';
import { settlementState } from '../../activities/settlement-state';
import { transferUnits } from '../../activities/transfer-units';
import { HttpAllocationService } from '../../adapters/allocator/http-allocation-service';
import { SandboxRail } from '../../adapters/bank/sandbox-rail';
import { postgresDocuments } from '../../adapters/postgres/documents';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresInvoices } from '../../adapters/postgres/invoices';
import { postgresLedger } from '../../adapters/postgres/ledger';
import { postgresPaymentLedger } from '../../adapters/postgres/payments';
import { postgresPlans } from '../../adapters/postgres/plans';
import { postgresSettlements } from '../../adapters/postgres/settlement';
import { postgresUnitTransfers } from '../../adapters/postgres/unit-transfers';
import { openInstanceSigner } from '../../adapters/signing/instance-signer';
import { writeDatabaseStack } from '../support/database-stack';
import { listeningBank, removeStore, usd } from '../bank/open-bank';
import { openAllocator, type OpenAllocator } from '../allocator/allocator-fixture';
import { DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk, type ImportedDeal } from './plan-desk';
import { ActivityContext } from '../support/activity-context';

/** The ports of settlement over real Postgres, a real bank and a real register. */
function portsOf(given: { desk: DecisionDesk; bank: string; allocator: string; key: string }) {
  const { desk, bank, allocator, key } = given;
  const { pool } = desk;
  return {
    plans: postgresPlans(pool),
    approvals: desk.approvals(),
    documents: postgresDocuments(pool),
    incidents: postgresIncidents(pool),
    settlements: postgresSettlements(pool),
    payments: postgresPaymentLedger(pool),
    invoices: postgresInvoices(pool),
    transfers: postgresUnitTransfers(pool),
    ledger: postgresLedger(pool),
    rail: new SandboxRail({ bankUrl: bank }),
    service: new HttpAllocationService(allocator),
    signer: openInstanceSigner(key),
  };
}
export type Ports = ReturnType<typeof portsOf>;

const activitiesOf = (ports: Ports) =>
  withCodedFailures({
    prepareSettlement: prepareSettlement(ports),
    payChunk: payChunk(ports),
    issueInvoices: issueInvoices(ports),
    matchReceipts: matchReceipts(ports),
    transferUnits: transferUnits(ports),
    settlementState: settlementState(ports),
    reconcilePlan: reconcilePlan(ports),
  });
type All = ReturnType<typeof activitiesOf>;
type Ask<N extends keyof All> = Omit<Parameters<All[N]>[0], 'incidentId' | 'at' | 'version'>;

/** Ports that take the place of the real ones, and the worker's side of an activity. */
export type Using = Partial<Ports> & { env?: ActivityContext };

/** One plan of one incident, on deals of its own, that can be approved and settled. */
export class SettlementCase {
  readonly old: string;
  readonly fresh: string;

  readonly on: SettlementDesk;
  readonly plan: PlanDesk;

  constructor(given: { on: SettlementDesk; plan: PlanDesk; deals: readonly ImportedDeal[] }) {
    const { on, plan, deals } = given;
    [this.on, this.plan] = [on, plan];
    const named = (stem: string) => deals.find(({ deal }) => deal.startsWith(stem))?.deal ?? '';
    this.old = named('OLD');
    this.fresh = named('FRESH');
  }

  get incidentId(): string {
    return this.plan.incidentId;
  }

  /** Passes the plan's gate with real votes and a real receipt of the dossier. */
  async approve(version = 1): Promise<void> {
    const { desk } = this.on;
    const { incidentId } = this;
    const stored = await this.plan.plans.readPlan({ incidentId, version });
    const subject = stored!.digest;
    const { opening } = await desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    await desk.receipt(incidentId, 'mary');
    for (const by of ['legal', 'finance', ...((await this.letsStand(version)) ? ['carla'] : [])]) {
      const said = await desk.vote({ incidentId, by, gate: 'plan', opening, subject });
      if (said !== 'accepted') throw new Error(`${by}: ${said}`);
    }
    const { state } = await desk.gates().tally({ incidentId, gateId: 'plan', opening, at: noon });
    if (state !== 'passed') throw new Error(`the gate is ${state}`);
  }

  /** Whether customer success signs the plan too. */
  private async letsStand(version: number): Promise<boolean> {
    const { incidentId } = this;
    const lines = await this.plan.plans.planLines({ incidentId, version });
    return lines.some(({ leg }) => leg === 'let-stand');
  }

  /** Runs an activity as a worker does; ports given in `using` take the place of the real ones. */
  run<N extends keyof All>(
    name: N,
    { using = {}, ...ask }: Ask<N> & { at?: string; version?: number; using?: Using },
  ): ReturnType<All[N]> {
    const { env = new ActivityContext(), ...ports } = using;
    const activity = activitiesOf({ ...this.on.ports, ...ports })[name];
    const input = { at: noon, version: 1, ...ask, incidentId: this.incidentId };
    return env.run(activity as never, input) as ReturnType<All[N]>;
  }

  pay(payer: string, using: Using = {}) {
    return this.run('payChunk', { payer, limit: 100, using });
  }

  /** Pays the open invoice of `investor` from outside, or another amount with its reference. */
  async payIn(investor: string, amount?: string): Promise<void> {
    const { rows } = await this.on.desk.pool.query<{
      reference: string;
      payee: string;
      minor: string;
    }>(
      `SELECT reference, payee, amount_minor AS minor FROM invoices
       WHERE incident_id = $1 AND investor_id = $2`,
      [this.incidentId, investor],
    );
    const { reference, payee, minor } = rows[0]!;
    const whole = `${minor.slice(0, -2)}.${minor.slice(-2)}`;
    await this.on.incoming({
      from: `investor:${investor}`,
      to: payee,
      amount: amount ?? whole,
      reference,
    });
  }

  /** One row per payment: leg, investor, state, attempts. */
  async payments(): Promise<string[]> {
    const rows = await this.on.ports.payments.list(this.incidentId);
    return rows.map(
      ({ leg, investor, state, attempts }) => `${leg} ${investor} ${state} ${attempts}`,
    );
  }

  async waits(): Promise<string[]> {
    const { rows } = await this.on.desk.pool.query<{ wait: string }>(
      `SELECT wait_id || ' ' || role AS wait FROM waits WHERE incident_id = $1
         AND waiting_for = 'payment' AND over_at IS NULL ORDER BY wait_id COLLATE "C"`,
      [this.incidentId],
    );
    return rows.map(({ wait }) => wait);
  }

  /** Balances of the incident's accounts, by name. */
  async ledger(): Promise<Record<string, bigint>> {
    const balances = await this.on.ports.ledger.balances(this.incidentId);
    return Object.fromEntries(balances.map(({ account, balance }) => [account, balance]));
  }

  /** Payments the bank has booked out of an account under this incident's references. */
  async booked(account: string): Promise<string[]> {
    const page = await this.on.ports.rail.statement({ account, afterSeq: 0, limit: 1000 });
    const ours = page.entries.filter(({ reference }) => reference.startsWith(this.incidentId));
    return ours.map(({ direction, amountMinor, counterparty }) => {
      return `${direction} ${amountMinor} ${counterparty}`;
    });
  }
}

/** The same port, with one verb that behaves otherwise; the rest is the real one. */
export function wrapped<P extends object>(port: P, verbs: Partial<P>): P {
  return new Proxy(port, {
    get: (target, name) => {
      const verb: unknown = name in verbs ? verbs[name as keyof P] : target[name as keyof P];
      return typeof verb === 'function' ? (verb.bind(target) as unknown) : verb;
    },
  });
}

type Parts = {
  desk: DecisionDesk;
  ports: Ports;
  bank: Awaited<ReturnType<typeof listeningBank>>;
  allocator: OpenAllocator;
  folder: string;
};

/** A bank, a register, a registry of people, and as many incidents as a test wants. */
export class SettlementDesk {
  #count = 0;

  readonly desk: DecisionDesk;
  readonly ports: Ports;

  private constructor(private readonly parts: Parts) {
    [this.desk, this.ports] = [parts.desk, parts.ports];
  }

  static async open(): Promise<SettlementDesk> {
    const desk = await DecisionDesk.open();
    for (const [id, role] of [
      ['oncall', 'on-call'],
      ['legal', 'legal'],
      ['finance', 'finance'],
    ]) {
      await desk.enrol(id!, role!);
    }
    await desk.enrol('mary', 'management');
    await desk.enrol('carla', 'customer-success');
    const bank = await listeningBank();
    const allocator = await openAllocator();
    const folder = mkdtempSync(join(tmpdir(), 'makewhole-money-'));
    const key = join(folder, 'instance.pem');
    const pem = allocator.instanceKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(key, pem, { mode: 0o600 });
    const ports = portsOf({ desk, bank: bank.url, allocator: allocator.url, key });
    const settlement = new SettlementDesk({ desk, ports, bank, allocator, folder });
    await settlement.account('firm', '1000000.00');
    return settlement;
  }

  async close(): Promise<void> {
    await Promise.all([
      this.desk.close(),
      this.parts.allocator.close(),
      this.parts.bank.app.close(),
    ]);
    removeStore(this.parts.bank.storePath);
    rmSync(this.parts.folder, { recursive: true });
  }

  async account(account: string, opening: string): Promise<void> {
    await this.post('/accounts', { account, currency: 'USD', opening: usd(opening) });
  }

  async incoming(given: {
    from: string;
    to: string;
    amount: string;
    reference: string;
  }): Promise<void> {
    await this.post('/incoming', { ...given, amount: usd(given.amount) });
  }

  async fault(fault: object): Promise<void> {
    await this.post('/faults', fault);
  }

  async endFaults(): Promise<void> {
    await this.parts.bank.app.inject({ method: 'DELETE', url: '/faults' });
  }

  private async post(url: string, payload: object): Promise<void> {
    const reply = await this.parts.bank.app.inject({ method: 'POST', url, payload });
    if (reply.statusCode >= 300) throw new Error(`${url}: ${reply.body}`);
  }

  /** Notes in a state folder where bank, register and database are, as a running stack does. */
  writeStack(stateDir: string): void {
    const { desk, bank, allocator, folder } = this.parts;
    writeDatabaseStack(stateDir, {
      database: desk.database,
      there: {
        ...{ allocatorUrl: allocator.url, bankUrl: bank.url },
        instanceKeyPath: join(folder, 'instance.pem'),
        instancePublicKeyPath: join(folder, 'instance.pub.pem'),
      },
    });
  }

  /** As a platform asks the service, past every port of ours. */
  askService: OpenAllocator['ask'] = (...request) => this.parts.allocator.ask(...request);

  register = (deal: string) => this.ports.service.register(deal);

  /** A drafted plan on the demonstration's deals, or on others, under names of its own. */
  async planned(deals: readonly ImportedDeal[] = [oldDeal, freshDeal]): Promise<SettlementCase> {
    const number = (this.#count += 1);
    const own = deals.map((deal) => ({ ...deal, deal: `${deal.deal}-${String(number)}` }));
    const plan = await PlanDesk.open(this.desk);
    await plan.imports(own);
    await this.commitments(plan.incidentId, own);
    for (const { deal } of own) {
      await this.account(`spv:${deal}`, '0.00');
      await this.account(`escrow:${deal}`, '1000000.00');
      await this.desk.pool.query(
        `INSERT INTO holds (incident_id, kind, deal_id, state, asked_at)
         VALUES ($1, 'deal', $2, 'held', $3)`,
        [plan.incidentId, deal, noon],
      );
    }
    await plan.draft();
    return new SettlementCase({ on: this, plan, deals: own });
  }

  /** As `planned`, approved. */
  async approved(deals?: readonly ImportedDeal[]): Promise<SettlementCase> {
    const given = await this.planned(deals);
    await given.approve();
    return given;
  }

  private async commitments(incidentId: string, deals: readonly ImportedDeal[]): Promise<void> {
    for (const { deal, shares } of deals) {
      for (const [index, [investor, recorded]] of shares.entries()) {
        await this.desk.pool.query(
          `INSERT INTO commitments (snapshot_id, deal_id, investor_id, row_number, requested_minor,
             allocated_minor) SELECT snapshot_id, $2, $3, $4, $5, $5 FROM incidents
           WHERE incident_id = $1`,
          [incidentId, deal, investor, index + 1, recorded.toString()],
        );
      }
    }
  }
}
