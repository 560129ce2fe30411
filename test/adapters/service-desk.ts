import { checkLiveAllocations } from '../../activities/check-live-allocations';
import { withCodedFailures } from '../../activities/coded-failures';
import { deployFix } from '../../activities/deploy-fix';
import { freezeAllocations } from '../../activities/freeze-allocations';
import { liftFreeze } from '../../activities/lift-freeze';
import { probeFix } from '../../activities/probe-fix';
import { readFix } from '../../activities/read-fix';
import { verifyFix } from '../../activities/verify-fix';
import { verifyFreeze } from '../../activities/verify-freeze';
import { postgresFixes } from '../../adapters/postgres/fixes';
import { postgresHolds } from '../../adapters/postgres/holds';
import { postgresSecondOpinions } from '../../adapters/postgres/second-opinion';
import { noon } from './decision-desk';
import type { ImportedDeal } from './plan-desk';
import type { SettlementDesk } from './settlement-desk';
import type { SettlementCase } from './settlement-desk';
import { ActivityContext } from '../support/activity-context';

const portsOf = ({ desk, ports }: SettlementDesk) => ({
  ...ports,
  fixes: postgresFixes(desk.pool),
  holds: postgresHolds(desk.pool),
  secondOpinions: postgresSecondOpinions(desk.pool),
});
/** The activities of the service track over their ports. */
export const serviceActivities = (ports: ReturnType<typeof portsOf>) =>
  withCodedFailures({
    freezeAllocations: freezeAllocations(ports),
    verifyFreeze: verifyFreeze(ports),
    readFix: readFix(ports),
    verifyFix: verifyFix(ports),
    deployFix: deployFix(ports),
    probeFix: probeFix(ports),
    liftFreeze: liftFreeze(ports),
    checkLiveAllocations: checkLiveAllocations(ports),
  });
type All = ReturnType<typeof serviceActivities>;
type Ask<N extends keyof All> = Omit<Parameters<All[N]>[0], 'incidentId' | 'at'>;

/** The service track of one incident on a real register, with real votes. */
export class ServiceDesk {
  readonly ports: ReturnType<typeof portsOf>;
  attempt = 0;
  digest = '';

  private constructor(
    readonly on: SettlementDesk,
    readonly the: SettlementCase,
  ) {
    this.ports = portsOf(on);
  }

  /** An incident that has frozen the service. */
  static async frozen(on: SettlementDesk, deals?: ImportedDeal[]): Promise<ServiceDesk> {
    const service = new ServiceDesk(on, await on.planned(deals));
    await service.run('freezeAllocations', {});
    return service;
  }

  get incidentId(): string {
    return this.the.incidentId;
  }

  /** Runs an activity as a worker does; ports given in `using` take the place of the real ones. */
  run<N extends keyof All>(
    name: N,
    { using = {}, ...ask }: Ask<N> & { using?: Partial<ServiceDesk['ports']> },
  ): ReturnType<All[N]> {
    const activity = serviceActivities({ ...this.ports, ...using })[name];
    const input = { ...ask, incidentId: this.incidentId, at: noon };
    return new ActivityContext().run(activity as never, input) as ReturnType<All[N]>;
  }

  async propose(averages: 'recorded' | 'corrected' = 'recorded'): Promise<void> {
    const { incidentId } = this;
    const body = { rule: 'prorate@1', averages };
    const said = { incidentId, by: 'oncall', kind: 'propose-fix' as const, body };
    const told = await this.on.desk.tell(said);
    if (told !== 'accepted') throw new Error(told);
    this.attempt += 1;
  }

  /** Proposes and verifies a fix, and has two people sign its report. */
  async approve(averages: 'recorded' | 'corrected' = 'recorded'): Promise<void> {
    const { desk } = this.on;
    const { incidentId } = this;
    await this.propose(averages);
    const { holds, reportDigest } = await this.run('verifyFix', { attempt: this.attempt });
    if (!holds) throw new Error('the fix does not hold');
    this.digest = reportDigest;
    const gate = { incidentId, gateId: 'unfreeze', subject: reportDigest };
    const { opening } = await desk.gates().open({ ...gate, at: noon });
    for (const by of ['erik', 'legal']) await desk.vote({ ...gate, by, gate: 'unfreeze', opening });
    await desk.gates().tally({ ...gate, opening, at: noon });
  }

  /** From the approved report to a service that is online. */
  async goLive(): Promise<void> {
    const { attempt, digest: reportDigest } = this;
    await this.run('deployFix', { attempt, reportDigest });
    await this.run('probeFix', { attempt });
    await this.lift();
  }

  lift = () => this.run('liftFreeze', { reportDigest: this.digest });

  async isFrozen(): Promise<boolean> {
    const { holds } = await this.ports.service.state();
    return holds.some(({ kind, incident }) => kind === 'service' && incident === this.incidentId);
  }

  /** Somebody else puts a rule live, or has a deal allocated, past every port of ours. */
  async deploy(rule: string): Promise<number> {
    const ruleVersion = `${rule}/${this.incidentId}`;
    return this.ask(['POST', '/deploy', { rule, ruleVersion, averages: 'recorded' }]);
  }

  async allocate(dealId: string): Promise<number> {
    const investors = [1, 2, 3].map((number) => ({
      ...{ investorId: `N${number}`, name: `N${number}`, email: `n${number}@example.com` },
      ...{ locale: 'en', class: 'retail', status: 'active' },
      ...{ historyTotal: `${number}0.00`, historyCount: 1, historyCurrency: 'USD' },
    }));
    await this.ask(['PUT', '/investors', investors]);
    const deal = {
      ...{ dealId, name: dealId, company: dealId, currency: 'USD', closedOn: '2026-11-20' },
      ...{ allocation: '100.01', stage: 'closed', policy: 'demo' },
    };
    const requests = investors.map(({ investorId }) => ({ investorId, requested: '90.00' }));
    return this.ask(['POST', '/allocations', { deal, requests }]);
  }

  private async ask(request: [string, string, unknown]): Promise<number> {
    return (await this.on.askService(...request)).status;
  }
}
