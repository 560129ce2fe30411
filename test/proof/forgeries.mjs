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
    const lapsed = { ...file.of('gate-passed')[0], kind: 'gate-expired' };
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
  'no signed heads at all': (file) => {
    file.heads = [];
  },
  'a head signed twice': (file) => file.heads.splice(1, 0, file.heads[0]),
};
