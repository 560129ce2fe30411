import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../../activities/ports';

/** The figures of the judge. */
export type Figure = 'lost' | 'doubled' | 'untrue' | 'unbalanced' | 'orphaned' | 'unexplained';

/**
 * One protection taken away, the fault it protects from, and what the judge has to see then.
 *
 * `ports` takes it away inside the worker, `sql` in the database; `fault` is played either way, so
 * that with the protection in place nothing may be seen.
 */
export type Mutant = {
  readonly without: string;
  readonly figure: Figure;
  /** In the words of the finding, so that no other red is taken for this one. */
  readonly seen: RegExp;
  readonly ports?: (ports: Ports) => Ports;
  readonly sql?: string;
  readonly fault?: (ports: Ports, death: Death) => Ports;
};

/** Ends this worker by SIGKILL, the first time it is asked to on a state folder. */
export type Death = () => void;

/** A death that comes once on a state folder, however often its worker is started again. */
export function deathOn(stateDir: string): Death {
  const path = join(stateDir, 'run', 'died');
  return () => {
    if (existsSync(path)) return;
    writeFileSync(path, '');
    process.kill(process.pid, 'SIGKILL');
  };
}

/** A port with some methods in the place of its own. */
function overriding<P extends object>(port: P, methods: Partial<P>): P {
  return new Proxy(port, {
    get(target, name) {
      const own: unknown = Reflect.get(name in methods ? methods : target, name);
      if (typeof own !== 'function') return own;
      return (...given: unknown[]): unknown => Reflect.apply(own, target, given);
    },
  });
}

const afterPaying = (ports: Ports, die: Death): Ports => ({
  ...ports,
  rail: overriding(ports.rail, {
    async pay(order, options) {
      const answer = await ports.rail.pay(order, options);
      die();
      return answer;
    },
  }),
});

const afterMailing =
  (stage: string) =>
  (ports: Ports, die: Death): Ports => ({
    ...ports,
    mailer: overriding(ports.mailer, {
      async send(mail) {
        const outcome = await ports.mailer.send(mail);
        if (mail.headers['X-Makewhole-Letter'] === stage) die();
        return outcome;
      },
    }),
  });

const afterMoving = (ports: Ports, die: Death): Ports => ({
  ...ports,
  service: overriding(ports.service, {
    async transfer(instrument) {
      const answer = await ports.service.transfer(instrument);
      die();
      return answer;
    },
  }),
});

const afterQueueing =
  (stage: string) =>
  (ports: Ports, die: Death): Ports => ({
    ...ports,
    letters: overriding(ports.letters, {
      async book(given) {
        await ports.letters.book(given);
        if (given.stage === stage && given.letters.length > 0) die();
      },
    }),
  });

/** Somebody with the namespace makes up what a tally came to. */
const forgedTally =
  (gate: string) =>
  (ports: Ports): Ports => ({
    ...ports,
    gates: overriding(ports.gates, {
      async tally(of) {
        const counted = await ports.gates.tally(of);
        return of.gateId === gate ? { state: 'passed', missing: [] } : counted;
      },
    }),
  });

const withoutVerifying = (ports: Ports): Ports => ({
  ...ports,
  approvals: {
    standing: async () => ({ approved: true, opening: 1 }),
    require: async () => undefined,
  },
});

/** The rail as one that knows no keys: each order is another payment to it. */
function withoutKeys(ports: Ports): Ports {
  const { rail } = ports;
  const meant = new Map<string, string>();
  return {
    ...ports,
    rail: overriding(rail, {
      async pay(order, options) {
        const fresh = randomUUID();
        meant.set(fresh, order.key);
        return rail.pay({ ...order, key: fresh }, options);
      },
      async statement(request, options) {
        const page = await rail.statement(request, options);
        const entries = page.entries.map((entry) => {
          const key = entry.key === undefined ? undefined : meant.get(entry.key);
          return key === undefined ? entry : { ...entry, key };
        });
        return { ...page, entries };
      },
    }),
  };
}

const withoutIntent = (ports: Ports): Ports => ({
  ...ports,
  payments: overriding(ports.payments, {
    markSending: async ({ rows }) => rows.map(({ key }) => key),
  }),
});

/** What the bank did not answer for is taken for refused, and its statement is not read. */
function withoutLookingUp(ports: Ports): Ports {
  const { rail } = ports;
  return {
    ...ports,
    rail: overriding(rail, {
      async pay(order, options) {
        const answer = await rail.pay(order, options);
        return answer.kind === 'unknown' ? { kind: 'refused', reason: answer.cause } : answer;
      },
      async statement(request, options) {
        const page = await rail.statement(request, options);
        if (request.limit === 1) return page;
        return { ...page, lastSeq: request.afterSeq, entries: [] };
      },
    }),
  };
}

const lostAnswer = (ports: Ports): Ports => {
  let left = 1;
  return {
    ...ports,
    rail: overriding(ports.rail, {
      async pay(order, options) {
        const answer = await ports.rail.pay(order, options);
        left -= 1;
        return left < 0 ? answer : { kind: 'unknown', cause: 'the answer got lost' };
      },
    }),
  };
};

const withoutClaim = (ports: Ports): Ports => ({
  ...ports,
  letters: overriding(ports.letters, { claim: async () => true }),
});

const withoutInstrument = (ports: Ports): Ports => ({
  ...ports,
  signer: overriding(ports.signer, {
    signInstrument: (payload) => {
      return ports.signer.signInstrument({ ...payload, key: randomUUID() });
    },
  }),
});

/** Every payment is told as settled before it was sent, and is sent only once it was told. */
function withoutTruth(ports: Ports): Ports {
  const { letterCases, rail, mailer } = ports;
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const now = () => new Date().toISOString();
  return {
    ...ports,
    letterCases: overriding(letterCases, {
      async page(of) {
        const subjects = await letterCases.page(of);
        return subjects.map(({ one, letters }) => {
          const settled = { state: 'settled', bookedOn: now().slice(0, 10), settledAt: now() };
          const payments = one.payments.map((payment) => ({ ...payment, ...settled }));
          return { one: { ...one, payments }, letters };
        });
      },
    }),
    mailer: overriding(mailer, {
      async send(mail) {
        const outcome = await mailer.send(mail);
        if (mail.headers['X-Makewhole-Letter'] === 'advice') tell();
        return outcome;
      },
    }),
    rail: overriding(rail, {
      async pay(order, options) {
        await told;
        return rail.pay(order, options);
      },
    }),
  };
}

/** A trigger by which rows of a kind are said to be written, and are not. */
const vanishing = ({ table, when }: { table: string; when: string }): string => `
  CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
  CREATE TRIGGER vanish BEFORE INSERT ON ${table} FOR EACH ROW WHEN (${when})
    EXECUTE FUNCTION vanish()`;

/** Every protection that can be taken away, by the name it is asked for. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'payment-key': {
    without: 'idempotency key at the bank',
    figure: 'doubled',
    seen: /was paid 2 times/,
    ports: withoutKeys,
    fault: afterPaying,
  },
  'payment-intent': {
    without: 'intent booked before paying',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    ports: withoutIntent,
    fault: afterPaying,
  },
  'payment-look-up': {
    without: 'looking up an answer that got lost',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    ports: withoutLookingUp,
    fault: lostAnswer,
  },
  'plan-approval': {
    without: 'votes verified again before paying',
    figure: 'orphaned',
    seen: /bank line .* before it was approved|approved by nobody/,
    ports: withoutVerifying,
    fault: forgedTally('plan'),
  },
  'unfreeze-approval': {
    without: 'votes verified again before unfreezing',
    figure: 'orphaned',
    seen: /went live unsigned|let go unsigned/,
    ports: withoutVerifying,
    fault: forgedTally('unfreeze'),
  },
  'letter-approval': {
    without: 'votes verified again before writing',
    figure: 'orphaned',
    seen: /in words nobody had approved/,
    ports: withoutVerifying,
    fault: forgedTally('letters/acknowledgement'),
  },
  'letter-claim': {
    without: 'claim of a letter before it is handed over',
    figure: 'doubled',
    seen: /letter .* arrived 2 times/,
    ports: withoutClaim,
    fault: afterMailing('advice'),
  },
  'letter-index': {
    without: 'unique index on letters',
    figure: 'lost',
    seen: /never got advice/,
    sql: `ALTER TABLE letters DROP CONSTRAINT letters_pkey,
      DROP CONSTRAINT letters_message_id_key`,
    fault: afterQueueing('advice'),
  },
  'letter-truth': {
    without: 'letters read from what is settled',
    figure: 'untrue',
    seen: /was not at the bank yet/,
    ports: withoutTruth,
  },
  'transfer-key': {
    without: 'one key for a transfer of units',
    figure: 'doubled',
    seen: /transfer-out.* moved 2 times/,
    ports: withoutInstrument,
    fault: afterMoving,
  },
  posting: {
    without: 'posting with the outcome',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    sql: vanishing({ table: 'entries', when: `NEW.posting_rule = 'payment-settled'` }),
  },
  evidence: {
    without: 'evidence with the outcome',
    figure: 'unexplained',
    seen: /no evidence of payment-outcome/,
    sql: vanishing({ table: 'evidence', when: `NEW.kind = 'payment-outcome'` }),
  },
};
