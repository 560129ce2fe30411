import { sha256 } from './file-forger.mjs';

/** Something else in the signed text and in the entry alike. */
const everywhere = (file, entry, said) => {
  Object.assign(entry.body, said);
  const payload = file.commands.get(entry.body.jti);
  for (const [name, value] of Object.entries(said)) {
    Object.assign(Object.hasOwn(payload.body, name) ? payload.body : payload, { [name]: value });
  }
};
const atPlan = ({ body }) => body.gate === 'plan';
const voteAtPlan = (file) => file.of('vote').find(atPlan);
const passedPlan = (file) => file.of('gate-passed').find(atPlan);
/** A command that says something else than its entry. */
const signedElse = (kind, change) => (file) => {
  const [entry] = file.of(kind);
  change(file.commands.get(entry.body.jti), entry);
};
const saw = (head) => (file) => {
  file.saw.set(voteAtPlan(file).body.jti, head);
};
/** One row of the first entry of a kind. */
const row = (kind, change) => (file) => {
  const { root } = file.of(kind)[0].body;
  file.rows.set(root, file.rows.get(root).map(change));
};

/** What somebody signed under, by the registry's chain. */
const underRegistry = (file) => file.entries.filter(({ body }) => body.registryHead !== undefined);
const hoursBefore = (at, hours) => new Date(Date.parse(at) - hours * 3_600_000).toISOString();
/** Whoever has this key: every signature holds. */
const orderOne = {
  crv: 'Ed25519',
  kty: 'OKP',
  x: Buffer.alloc(32).fill(1, 0, 1).toString('base64url'),
};
const inAll = (kinds, change) => (file) => {
  for (const kind of kinds) for (const { body } of file.of(kind)) change(body);
};

/**
 * What nobody but the maker of a whole file can do, everybody's key being one of theirs: each
 * breaks one sentence of docs/evidence-format.md, and all else in the file fits.
 */
export const forgeries = {
  'a vote that saw no head': (file) => {
    delete file.commands.get(voteAtPlan(file).body.jti).body.evidenceHead;
  },
  'a vote that saw a head of no chain': saw(() => ({ seq: 44, hash: 'ab'.repeat(32) })),
  'a vote that saw the chain before its gate was opened': saw((own) => {
    return { seq: 3, hash: own[3] };
  }),
  'a receipt that saw no head': signedElse('receipt', ({ body }) => delete body.evidenceHead),
  'a vote behind the verdict': (file) => {
    const late = file.again(voteAtPlan(file));
    file.behind(passedPlan(file), late);
  },
  'a second verdict': (file) => {
    file.behind(passedPlan(file), structuredClone(passedPlan(file)));
  },
  'a verdict on what had lapsed': (file) => {
    const { gate, opening, subject } = passedPlan(file).body;
    const { expiresAt: at } = file.of('gate-opened').find(atPlan).body;
    const lapsed = { ...file.of('gate-passed')[0], kind: 'gate-expired', at };
    file.behind(voteAtPlan(file), { ...lapsed, body: { gate, opening, subject } });
  },
  'money on a verdict that was taken back': (file) => {
    const { gate, opening, subject } = passedPlan(file).body;
    const back = { ...passedPlan(file), kind: 'gate-opened', body: { gate, opening, subject } };
    file.behind(passedPlan(file), back);
  },
  'a second opening that no first one comes before': (file) => {
    for (const entry of [...file.of('gate-opened'), ...file.of('gate-passed')]) {
      if (atPlan(entry)) entry.body.opening = 2;
    }
    for (const vote of file.of('vote').filter(atPlan)) everywhere(file, vote, { opening: 2 });
  },
  'a vote signed by another command': signedElse('vote', (payload) => {
    payload.kind = 'receipt';
  }),
  'a take that was signed as something else': signedElse('taken', (payload) => {
    payload.kind = 'halt';
  }),
  'a fix that nobody signed so': signedElse('fix-proposed', ({ body }) => {
    body.rule = 'prorate@9';
  }),
  'a signed text with one member more': signedElse('vote', (payload) => {
    payload.note = 'x';
  }),
  'a vote whose text is kept back': (file) => file.withheld.add(voteAtPlan(file).body.jti),
  'a receipt of no dossier': (file) => {
    const [receipt] = file.of('receipt');
    everywhere(file, receipt, { subject: 'cd'.repeat(32) });
  },
  'payments without their rows': (file) => {
    const [intent] = file.of('payment-intent');
    file.rows.delete(intent.body.root);
    delete intent.body.root;
  },
  'money that came in for no invoice': row('receipt-matched', (text) => {
    return text.replace(/\w{64}$/, 'ab'.repeat(32));
  }),
  'money that came in and is matched in a way of its own': row('receipt-matched', (text) => {
    return text.replace('exact', 'lovely');
  }),
  'an amount written with a zero more': row('receipt-matched', (text) => {
    return text.replace('.64 ', '.640 ');
  }),
  'a payment settled under no reference': row('payment-outcome', (text) => {
    return text.replace(/BANK-\d+$/, '');
  }),
  'a field more in a row': row('letter-queued', (text) => `${text} more`),
  'a vote by the registry of before the last one': (file) => {
    voteAtPlan(file).body.registryHead.seq -= 1;
  },
  'acts by a registry that lacks who was enrolled hours before': (file) => {
    for (const entry of file.of('person')) entry.at = hoursBefore(entry.at, 2);
    const before = underRegistry(file).filter(({ seq }) => seq < file.of('receipt')[0].seq);
    for (const { body } of before) body.registryHead.seq = 7;
  },
  'a gate that waits for a thousand years': (file) => {
    file.of('gate-opened').find(atPlan).body.expiresAt = '3026-01-01T00:00:00.000Z';
  },
  'a plan drafted when its gate had been opened': (file) => {
    const [drafted] = file.of('plan-drafted');
    const opened = file.of('gate-opened').find(atPlan);
    file.entries.splice(file.entries.indexOf(drafted), 1);
    file.behind(opened, drafted);
  },
  'a fix deployed that did not hold': inAll(['fix-verified'], (body) => {
    body.holds = false;
  }),
  'a fix under another attempt than it was': inAll(
    ['fix-proposed', 'fix-verified', 'deployed'],
    (body) => {
      body.attempt = 2;
    },
  ),
  'a closing on no post-mortem': inAll(['post-mortem'], (body) => {
    body.digest = 'ab'.repeat(32);
  }),
  'a resumption that nobody signed': (file) => file.last('resumed', { run: 1, after: 0 }),
  'money begun behind the closing': (file) => {
    const { digest, version } = file.of('payment-intent')[0].body;
    file.last('payment-intent', { digest, version, root: sha256('').toString('hex') });
  },
  'an opening that lapsed before its time': (file) => {
    const { gate, opening, subject } = passedPlan(file).body;
    file.last('gate-expired', { gate, opening, subject });
  },
  'a vote to reject that the next opening takes away': (file) => {
    const [{ body }] = file.of('gate-opened');
    const no = file.again(file.of('vote').find((vote) => vote.body.gate === body.gate));
    everywhere(file, no, { opening: 2, decision: 'reject' });
    file.last('gate-opened', { ...body, opening: 2, expiresAt: hoursBefore(no.at, -1) });
    file.entries.push(no);
    file.last('gate-opened', { ...body, opening: 3 });
  },
  'a letter queued at another stage than it was sent': inAll(['letter-queued'], (body) => {
    body.stage = 'another';
  }),
  'the service lifted under another name': inAll(['lifting', 'lifted'], (body) => {
    body.holds = ['all'];
  }),
  'somebody enrolled as makewhole': (file) => file.enrol('makewhole'),
  'somebody with the instance’s own key': (file) => file.enrol('ivy', file.instance),
  'somebody with a key of small order': (file) => {
    const { crv, kty, x } = orderOne;
    const kid = sha256(JSON.stringify({ crv, kty, x })).toString('base64url');
    file.enrol('sam', { kid, jwk: orderOne });
  },
  'no signed heads at all': (file) => {
    file.heads = [];
  },
  'a head signed twice': (file) => file.heads.splice(1, 0, file.heads[0]),
};
