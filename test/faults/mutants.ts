import { randomUUID } from 'node:crypto';
import type { Ports } from '../../activities/ports';
import type { Mail } from '../../activities/ports/mailer';

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

/** Something that happens later, and whoever waits for it. */
function event(): { happen: () => void; happened: Promise<unknown> } {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happen, happened };
}

/** The same ports, one method of which says that it was called. */
function told<N extends keyof Ports>(
  ports: Ports,
  { port, method, happen }: { port: N; method: keyof Ports[N]; happen: (given: unknown) => void },
): Ports {
  const own = ports[port];
  const call = own[method] as unknown as (...given: unknown[]) => unknown;
  const telling = async (...given: unknown[]) => {
    const answer = await call.apply(own, given);
    happen(given[0]);
    return answer;
  };
  return { ...ports, [port]: overriding<object>(own, { [method]: telling }) };
}

/**
 * Nobody verifies votes again, and somebody with the namespace makes up that a gate has passed;
 * votes come only once that has had its effect, so that it is seen to have come before them.
 */
function withoutVerifying(
  ports: Ports,
  { gate, happened }: { gate: string; happened: Promise<unknown> },
): Ports {
  const { gates, commandInbox } = ports;
  let had = false;
  void happened.then(() => (had = true));
  return {
    ...ports,
    gates: overriding(gates, {
      async tally(of) {
        if (of.gateId !== gate || had) return gates.tally(of);
        return { state: 'passed', missing: [] };
      },
    }),
    commandInbox: overriding(commandInbox, {
      async answer(received) {
        const [, payload = ''] = received.jws.split('.');
        const said = Buffer.from(payload, 'base64url').toString('utf8');
        if (!said.includes(`"gate":"${gate}"`)) return commandInbox.answer(received);
        await happened;
        return commandInbox.answer({ ...received, at: new Date().toISOString() });
      },
    }),
    approvals: {
      standing: async () => ({ approved: true, opening: 1 }),
      require: async () => undefined,
    },
  };
}

function withoutPlanVotes(ports: Ports): Ports {
  const { happen, happened } = event();
  const spoilt = withoutVerifying(ports, { gate: 'plan', happened });
  return told(spoilt, { port: 'rail', method: 'pay', happen });
}

function withoutUnfreezeVotes(ports: Ports): Ports {
  const { happen, happened } = event();
  const spoilt = withoutVerifying(ports, { gate: 'unfreeze', happened });
  return told(spoilt, { port: 'service', method: 'deploy', happen });
}

function withoutLetterVotes(ports: Ports): Ports {
  const { happen, happened } = event();
  const spoilt = withoutVerifying(ports, { gate: 'letters/acknowledgement', happened });
  return told(spoilt, {
    port: 'mailer',
    method: 'send',
    happen: onLetter('acknowledgement', happen),
  });
}

/** `happen` when a letter of this stage has left. */
const onLetter = (stage: string, happen: () => void) => (mail: unknown) => {
  if ((mail as Mail).headers['X-Makewhole-Letter'] === stage) happen();
};

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
    sign: (typ, payload) => {
      const key = typ === 'makewhole-instrument+jws' ? { key: randomUUID() } : {};
      return ports.signer.sign(typ, { ...payload, ...key });
    },
  }),
});

/** Every payment is told as settled before it was sent, and is sent only once it was told. */
function withoutTruth(ports: Ports): Ports {
  const { letterCases, rail } = ports;
  const { happen, happened } = event();
  const now = () => new Date().toISOString();
  const spoilt: Ports = {
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
    rail: overriding(rail, {
      async pay(order, options) {
        await happened;
        return rail.pay(order, options);
      },
    }),
  };
  return told(spoilt, { port: 'mailer', method: 'send', happen: onLetter('advice', happen) });
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
    without: 'votes verified again before paying, nor a gate of their own',
    figure: 'orphaned',
    seen: /bank line .* before it was approved|approved by nobody/,
    ports: withoutPlanVotes,
    // What nobody voted on is not booked either while its gate's row says that it is open.
    sql: `CREATE FUNCTION passed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.state := 'passed'; RETURN NEW; END $$;
      CREATE TRIGGER passed BEFORE INSERT ON gates FOR EACH ROW
        WHEN (NEW.gate_id = 'plan') EXECUTE FUNCTION passed()`,
    faults: [],
  },
  'unfreeze-approval': {
    without: 'votes verified again before unfreezing',
    figure: 'orphaned',
    seen: /went live unsigned|let go unsigned/,
    ports: withoutUnfreezeVotes,
    faults: [],
  },
  'letter-approval': {
    without: 'votes verified again before writing',
    figure: 'orphaned',
    seen: /in words nobody had approved/,
    ports: withoutLetterVotes,
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
    figure: 'doubled',
    seen: /letter .* is booked \d+ times/,
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
