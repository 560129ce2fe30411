import { CommandError } from '../command-io';
import type { DemoDeal, DemoHistory } from './history';

type Call = { method: 'PUT' | 'POST'; path: string; body: unknown; key?: string };

/** Sends one request to a service of the stack; anything but a yes ends the demonstration. */
async function call(baseUrl: string, { method, path, body, key }: Call): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const answer = await fetch(new URL(path, baseUrl), {
    method,
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  if (answer.ok) return;
  const message = `${method} ${path} answered ${String(answer.status)}: ${await answer.text()}`;
  throw new CommandError({ code: 'UNEXPECTED', kind: 'bug', message });
}

/** Lives three years of the platform through the allocator's own doors, in closing order. */
export async function liveHistory(allocatorUrl: string, history: DemoHistory): Promise<void> {
  await call(allocatorUrl, { method: 'PUT', path: '/investors', body: history.investors });
  for (const event of history.events) {
    if (event.kind === 'deploy') {
      const { rule, ruleVersion } = event;
      const body = { rule, ruleVersion, averages: 'recorded' };
      await call(allocatorUrl, { method: 'POST', path: '/deploy', body });
    } else {
      await allocate(allocatorUrl, event);
    }
  }
}

/** One deal through the allocator's own door. */
export async function allocate(
  allocatorUrl: string,
  given: { deal: DemoDeal; requests: { investorId: string; requested: string }[] },
): Promise<void> {
  const { deal, requests } = given;
  await call(allocatorUrl, { method: 'POST', path: '/allocations', body: { deal, requests } });
}

type Opening = { account: string; opening: string };

/** Opens the accounts that pay and are paid: the firm, the vehicle, the two investors. */
export async function openAccounts(bankUrl: string, freshDeal: string): Promise<void> {
  const accounts: Opening[] = [
    { account: 'firm', opening: '250000.00' },
    { account: `spv:${freshDeal}`, opening: '0.00' },
    { account: 'investor:D', opening: '12000.00' },
    { account: 'investor:E', opening: '12000.00' },
  ];
  for (const { account, opening } of accounts) {
    const body = { account, currency: 'USD', opening: { amount: opening, currency: 'USD' } };
    await call(bankUrl, { method: 'POST', path: '/accounts', body });
  }
}

/** The investor pays an invoice at the bank, quoting its reference. */
export async function payInvoice(
  bankUrl: string,
  invoice: { from: string; to: string; amount: string; reference: string },
): Promise<void> {
  const { from, to, amount, reference } = invoice;
  const body = { from, to, amount: { amount, currency: 'USD' }, reference };
  const order = {
    method: 'POST',
    path: '/payments',
    body,
    key: `drill-${reference.replaceAll(' ', '-')}`,
  } as const;
  await call(bankUrl, order);
}

const sample = (today: string, dealId: string) => ({
  deal: {
    dealId,
    name: 'Nimbus Storage SEED',
    company: 'Nimbus Storage',
    closedOn: today,
    currency: 'USD',
    allocation: '100000.00',
    stage: 'closed',
    policy: 'demo',
  },
  requests: [
    { investorId: 'N01', requested: '40000.00' },
    { investorId: 'N02', requested: '60000.00' },
    { investorId: 'N03', requested: '55000.00' },
  ],
});

/** Asks for an allocation while frozen, and gives the refusal's code; nothing when none answers. */
export async function tryToAllocate(
  allocatorUrl: string,
  today: string,
): Promise<string | undefined> {
  const asked = fetch(new URL('/allocations', allocatorUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sample(today, 'NIMBUS-SEED')),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = await asked.catch(() => undefined); // It may just be starting again.
  if (answer === undefined) return undefined;
  const { error } = (await answer.json()) as { error?: { code: string } };
  if (answer.status === 503 && error !== undefined) return `503 ${error.code}`;
  const message = `expected a frozen service, found an answer of ${String(answer.status)}`;
  throw new CommandError({ code: 'UNEXPECTED', kind: 'bug', message });
}

/** A new deal on the live service. */
export async function allocateLive(allocatorUrl: string, today: string): Promise<void> {
  await call(allocatorUrl, {
    method: 'POST',
    path: '/allocations',
    body: sample(today, 'NIMBUS-SEED'),
  });
}
