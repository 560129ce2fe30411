import { bookedMoves, money, time } from './judge-basics.mjs';

const amount = /\b([A-Z]{3})\s([\d,]+(?:\.\d+)?)/g;
const amountsIn = (text) =>
  [...text.matchAll(amount)].map(([, currency, digits]) => {
    return `${currency} ${digits.replaceAll(',', '')}`;
  });

/** What a letter says that is not so: a sentence for each, read as its recipient would. */
export function untrueWords(state, given) {
  const { mail, one } = given;
  const text = mail.text.replaceAll('\u00a0', ' ');
  const known = { ...given, text, state, seen: seenAt(state, given) };
  const words = {
    acknowledgement: () => amountsIn(text).map((each) => `it names ${each}`),
    call: () => untrueCall(known),
    advice: () => untrueAdvice(known),
    resolution: () => untrueResolution(known),
  };
  return [
    ...ofOthers(state, { mail, one }),
    ...notOwnAmounts(one, text),
    ...(words[mail.letter]?.() ?? []),
  ];
}

/** What had happened when a letter arrived, at the bank, in the register and in our evidence. */
function seenAt(state, { mail, row }) {
  const { evidence } = state.tables;
  const own = evidence.filter(({ chain }) => chain === row.incident_id);
  const bodies = own.map(({ seq, kind, entry }) => ({ seq, kind, body: JSON.parse(entry).body }));
  const left = bodies.find(({ kind, body }) => {
    return /^letter-(sent|unknown)$/.test(kind) && body.keys.includes(row.message_id);
  });
  const before = bodies.filter(({ seq }) => left === undefined || seq < left.seq);
  const isThere = (at) => time(at) <= mail.deliveredAt;
  return {
    moves: bookedMoves(state).filter(({ at }) => isThere(at)),
    transfers: state.tables['allocator.transfers'].filter((one) => isThere(one.confirmed_at)),
    deployments: state.tables['allocator.deployments'].filter((one) => isThere(one.deployed_at)),
    isFrozen: state.tables['allocator.holds'].some((hold) => {
      const lifted = hold.lifted_at !== null && isThere(hold.lifted_at);
      const isOwn = hold.kind === 'service' && hold.incident_id === row.incident_id;
      return isOwn && isThere(hold.placed_at) && !lifted;
    }),
    isProbed: before.some(({ kind, body }) => kind === 'probed' && body.holds === true),
    booked: new Set(
      before
        .filter(({ kind }) => ['payment-outcome', 'register-change'].includes(kind))
        .flatMap(({ body }) => body.keys),
    ),
  };
}

function ofOthers({ tables }, { mail, one }) {
  const text = [mail.subject, mail.text, mail.page].join('\n');
  return tables.investors
    .filter(({ investor_id: id, email }) => id !== one.investor && email !== one.person.email)
    .filter(({ name, email }) => text.includes(name) || text.includes(email))
    .map(({ investor_id: id }) => `it names ${id}`);
}

function notOwnAmounts({ shares, lines }, text) {
  const own = new Set([
    ...shares.flatMap(({ recorded_minor: recorded, right, currency }) => {
      const all = [recorded, right, Math.abs(recorded - right)];
      return all.map((minor) => `${currency} ${money(minor, currency)}`);
    }),
    ...lines.map(({ amount_minor: minor, currency }) => `${currency} ${money(minor, currency)}`),
  ]);
  return amountsIn(text)
    .filter((each) => !own.has(each))
    .map((each) => `${each} is no figure of theirs`);
}

/** Each call named with its amount, account and reference is one that was invoiced. */
function untrueCall({ text, one, row, state }) {
  const invoices = state.tables.invoices.filter(({ incident_id: of, investor_id: who }) => {
    return of === row.incident_id && who === one.investor;
  });
  const quoted = [...text.matchAll(/^- Quoting: (.+)$/gm)].map(([, reference]) => reference);
  const asked = [...text.matchAll(/^- To pay: ([A-Z]{3}) ([\d,.]+)$/gm)];
  const accounts = [...text.matchAll(/^- To the account: (.+)$/gm)].map(([, account]) => account);
  if (quoted.length === 0) return ['it calls for nothing'];
  return quoted.flatMap((reference, index) => {
    const invoice = invoices.find((each) => each.reference === reference);
    if (invoice === undefined) return [`there is no invoice ${reference}`];
    const [, currency, digits = ''] = asked[index] ?? [];
    const isSame =
      currency === invoice.currency &&
      digits.replaceAll(',', '') === money(invoice.amount_minor, currency) &&
      accounts[index] === invoice.payee;
    return isSame ? [] : [`it asks for something else than invoice ${reference}`];
  });
}

/** Each payment told stands on the bank's statement and in our evidence before the letter. */
function untrueAdvice({ text, one, seen }) {
  const told = [...text.matchAll(/^- ([A-Z]{3}) ([\d,.]+), booked on .+?: .*statement: (.+)$/gm)];
  if (told.length === 0) return ['it tells of no payment'];
  return told.flatMap(([, currency, digits, reference]) => {
    const said = `${currency} ${digits.replaceAll(',', '')} under ${reference}`;
    const move = seen.moves.find((each) => {
      return each.reference === reference && each.to === `investor:${one.investor}`;
    });
    if (move === undefined) return [`${said} was not at the bank yet`];
    const isSame = `${currency} ${digits.replaceAll(',', '')}` === inWords(move);
    if (!isSame) return [`${said} was ${inWords(move)} at the bank`];
    return seen.booked.has(move.key) ? [] : [`${said} was not in the books yet`];
  });
}

const inWords = ({ currency, amountMinor }) => `${currency} ${money(amountMinor, currency)}`;

/** What each deal's paragraph says, and whether the cause was what the letter says it was. */
function untrueResolution(known) {
  const { text, one, seen, row } = known;
  const live = seen.deployments.some(({ incident_id: of }) => of === row.incident_id);
  const cause = [
    /cause is fixed/i.test(text) && !(live && seen.isProbed) ? ['"fixed" before it was'] : [],
    /until .*proven/i.test(text) && !seen.isFrozen ? ['"stopped" while it was not'] : [],
  ].flat();
  const paragraphs = one.shares.map((share) => ({ share, lines: paragraphOf(text, share) }));
  return [...cause, ...paragraphs.flatMap((each) => untrueStory({ ...known, ...each }))];
}

/** The lines below a deal's heading: its company and the day of its closing. */
function paragraphOf(text, { deal }) {
  const day = new Date(`${deal.closed_on}T00:00:00Z`);
  const months = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
  const date = `${day.getUTCDate()} ${months.format(day)} ${day.getUTCFullYear()}`;
  const lines = text.split('\n');
  const from = lines.indexOf(`${deal.company}, invested on ${date}`);
  if (from < 0) return undefined;
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => !line.startsWith('- '));
  return rest.slice(0, to < 0 ? rest.length : to);
}

function untrueStory({ share, lines, one, seen }) {
  const { deal, currency, recorded_minor: recorded, right } = share;
  if (lines === undefined) return [`it says nothing of ${deal.deal_id}`];
  const sum = (minor) => `${currency} ${money(minor, currency)}`;
  const side = recorded > right ? 'much' : 'little';
  const figures = [
    [/^- Recorded for you: (.+)$/, sum(recorded)],
    [/^- Your right share: (.+)$/, sum(right)],
    [/^- Difference: (.+)$/, `${sum(Math.abs(recorded - right))} too ${side}`],
  ];
  const wrong = figures.flatMap(([form, wanted]) => {
    const [said] = lines.flatMap((line) => form.exec(line.replaceAll(',', ''))?.[1] ?? []);
    return said === wanted ? [] : [`${deal.deal_id}: "${String(said)}" should be "${wanted}"`];
  });
  const own = one.lines.filter(({ deal_id: of }) => of === deal.deal_id);
  return [...wrong, ...lines.flatMap((line) => untrueDeed({ line, own, one, seen }))];
}

const deeds = [
  { form: /^- We paid you .* as compensation/, leg: 'compensation' },
  { form: /^- We paid you .* of interest/, leg: 'interest' },
  { form: /^- We refunded you /, leg: 'refund' },
  { form: /^- We received your payment of /, leg: 'call' },
  { form: /^- Units .* were redistributed to you/, leg: 'transfer-in' },
  { form: /^- Units .* were redistributed under/, leg: 'transfer-out' },
];

/** A deed told was an approved line, and had been done when the letter arrived. */
function untrueDeed({ line, own, one, seen }) {
  const deed = deeds.find(({ form }) => form.test(line));
  if (deed === undefined) return [];
  const [said] = amountsIn(line);
  const ofLeg = own.filter(({ leg }) => leg === deed.leg);
  const match = ofLeg.find(({ currency, amount_minor: minor }) => {
    return said === `${currency} ${money(minor, currency)}`;
  });
  if (match === undefined) return [`"${line}" stands in no approved line`];
  return isDone({ match, one, seen }) ? [] : [`"${line}" had not happened yet`];
}

function isDone({ match, one, seen }) {
  const { leg, key, reference, deal_id: deal, amount_minor: minor } = match;
  if (leg.startsWith('transfer-')) {
    const side = leg === 'transfer-in' ? 'to_holder' : 'from_holder';
    return seen.transfers.some((each) => {
      const isThis = each.deal_id === deal && each[side] === one.investor;
      return isThis && each.units_minor === minor && seen.booked.has(each.transfer_key);
    });
  }
  return seen.moves.some((move) => {
    const isThis = move.reference === reference && move.amountMinor === String(minor);
    if (leg === 'call') return isThis && move.from === match.payer;
    return isThis && move.to === match.payee && seen.booked.has(key);
  });
}
