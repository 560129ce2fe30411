import { readStackFile, type StackPorts } from '../../scripts/stack/stack-file';
import type { WorkerConfig } from '../../workers/config';
import { Proxy, type NetFault, type Passed } from './proxy';

/** What of the net can go wrong between the worker and another program. */
const trouble = {
  /** Committed, or never reached it. */
  postgres: { request: 'COMMIT', port: 'postgres' },
  /** An order to pay. */
  bank: { request: 'POST /payments', port: 'bank' },
  /** A letter: its headers come after the server asked for the mail, and before its last word. */
  smtp: { request: 'X-Makewhole-Letter', port: 'smtp' },
} as const satisfies Record<string, { request: string; port: keyof StackPorts }>;

/** The programs behind a proxy. */
export const netTargets = Object.keys(trouble) as (keyof typeof trouble)[];

/** At which of these requests things go wrong in a tour: a play sends 3 orders and 7 letters. */
export const netHits = {
  postgres: [20, 150, 300],
  bank: [1, 2, 3],
  smtp: [1, 4, 7],
} as const satisfies Record<keyof typeof trouble, readonly number[]>;

/** What happens at the `hit`th request of the kind that matters most there. */
export const netTroubles = ['cut', 'delay', 'swallow', 'limit'] as const;

/** One thing that goes wrong on the way to a program. */
export type NetTrouble = {
  target: keyof typeof trouble;
  does: (typeof netTroubles)[number];
  hit: number;
};

/** Longer than a heartbeat is waited for, so that somebody else tries meanwhile. */
const forMs = 6_000;
const bytes = 6;

function faultOf({ target, does, hit }: NetTrouble): NetFault {
  const { request: text } = trouble[target];
  switch (does) {
    case 'cut':
    case 'delay':
      return { text, hit, does, forMs };
    case 'swallow':
      return { text, hit, does };
    case 'limit':
      return { text, hit, does, bytes };
  }
}

/** The ways of one play from its worker to the programs it asks. */
export type Net = {
  /** Where the worker finds each program instead of where it is. */
  ports: Record<keyof typeof trouble, number>;
  /** What has come to pass so far. */
  passed(): (Passed & { trouble: NetTrouble })[];
  close(): Promise<void>;
};

/** Opens the ways, and has these things go wrong on them. */
export async function openNet(stateDir: string, troubles: readonly NetTrouble[]): Promise<Net> {
  const opened = await Promise.all(
    netTargets.map(async (target) => {
      const proxy = await Proxy.open(() => portOf(stateDir, target));
      const own = new Map(
        troubles.filter((one) => one.target === target).map((one) => [faultOf(one), one]),
      );
      for (const fault of own.keys()) proxy.add(fault);
      return { target, proxy, own };
    }),
  );
  const ports = Object.fromEntries(opened.map(({ target, proxy }) => [target, proxy.port]));
  return {
    ports: ports as Net['ports'],
    passed: () =>
      opened.flatMap(({ proxy, own }) =>
        proxy.passed.flatMap((passed) => {
          const found = own.get(passed.fault);
          return found === undefined ? [] : [{ ...passed, trouble: found }];
        }),
      ),
    async close() {
      await Promise.all(opened.map(({ proxy }) => proxy.close()));
    },
  };
}

/** Asked at each connection: before the stack has chosen its ports nobody connects. */
function portOf(stateDir: string, target: keyof typeof trouble): number {
  const port = readStackFile(stateDir).ports[trouble[target].port];
  if (port === undefined) throw new Error(`nobody knows yet where ${target} is`);
  return port;
}

/** A worker's configuration with the proxies in the place of the programs behind them. */
export function throughNet(config: WorkerConfig, ports: Net['ports']): WorkerConfig {
  const by = (url: string, port: number) => {
    const through = new URL(url);
    through.port = String(port);
    return through.toString();
  };
  return {
    ...config,
    databaseUrl: by(config.databaseUrl, ports.postgres),
    bankUrl: by(config.bankUrl, ports.bank),
    smtpUrl: by(config.smtpUrl, ports.smtp),
  };
}
