import { randomUUID } from 'node:crypto';
import type { Ports } from '../../activities/ports';

/** The figures of the judge. */
export type Figure = 'lost' | 'doubled' | 'untrue' | 'unbalanced' | 'orphaned' | 'unexplained';

/**
 * One protection taken away, the faults it protects from, and what the judge has to see then.
 *
 * `ports` takes it away inside the worker, `sql` in the database.
 */
export type Mutant = {
  readonly without: string;
  readonly figure: Figure;
  /** In the words of the finding, so that no other red is taken for this one. */
  readonly seen: RegExp;
  readonly ports?: (ports: Ports) => Ports;
  readonly sql?: string;
  readonly faults: readonly string[];
};

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

/** What a forged tally comes to where nobody verifies the votes again. */
const withoutVerifying =
  (gate: string) =>
  (ports: Ports): Ports => ({
    ...forgedTally(gate)(ports),
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
    faults: ['payChunk/rail.pay:after#1'],
  },
  'payment-intent': {
    without: 'intent booked before paying',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    ports: withoutIntent,
    faults: ['payChunk/rail.pay:after#1'],
  },
  'payment-look-up': {
    without: 'looking up an answer that got lost',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    ports: withoutLookingUp,
    faults: ['net:bank:swallow#1'],
  },
  'plan-approval': {
    without: 'votes verified again before paying',
    figure: 'orphaned',
    seen: /bank line .* before it was approved|approved by nobody/,
    ports: withoutVerifying('plan'),
    faults: [],
  },
  'unfreeze-approval': {
    without: 'votes verified again before unfreezing',
    figure: 'orphaned',
    seen: /went live unsigned|let go unsigned/,
    ports: withoutVerifying('unfreeze'),
    faults: [],
  },
  'letter-approval': {
    without: 'votes verified again before writing',
    figure: 'orphaned',
    seen: /in words nobody had approved/,
    ports: withoutVerifying('letters/acknowledgement'),
    faults: [],
  },
  'letter-claim': {
    without: 'claim of a letter before it is handed over',
    figure: 'doubled',
    seen: /letter .* arrived 2 times/,
    ports: withoutClaim,
    faults: ['sendDueLetters/mailer.send:after#1'],
  },
  'letter-index': {
    without: 'unique index on letters',
    figure: 'lost',
    seen: /never got acknowledgement/,
    sql: `ALTER TABLE letters DROP CONSTRAINT letters_pkey,
      DROP CONSTRAINT letters_message_id_key`,
    faults: ['sendDueLetters/letters.book:after#1'],
  },
  'letter-truth': {
    without: 'letters read from what is settled',
    figure: 'untrue',
    seen: /was not at the bank yet/,
    ports: withoutTruth,
    faults: [],
  },
  'transfer-key': {
    without: 'one key for a transfer of units',
    figure: 'doubled',
    seen: /transfer-out.* moved 2 times/,
    ports: withoutInstrument,
    faults: ['transferUnits/service.transfer:after#1'],
  },
  posting: {
    without: 'posting with the outcome',
    figure: 'unbalanced',
    seen: /the bank moved .* the ledger has/,
    sql: vanishing({ table: 'entries', when: `NEW.posting_rule = 'payment-settled'` }),
    faults: [],
  },
  evidence: {
    without: 'evidence with the outcome',
    figure: 'unexplained',
    seen: /no evidence of payment-outcome/,
    sql: vanishing({ table: 'evidence', when: `NEW.kind = 'payment-outcome'` }),
    faults: [],
  },
};

/** A mutant by its name; nothing when none was asked for. */
export function mutantNamed(name: string | undefined): Mutant | undefined {
  const mutant = name === undefined ? undefined : mutants[name];
  if (mutant === undefined && name !== undefined) throw new Error(`there is no mutant ${name}`);
  return mutant;
}
