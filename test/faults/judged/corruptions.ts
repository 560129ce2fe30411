/** A row of what the judge keeps. */
type Row = Record<string, unknown>;

/** What the judge keeps of a state folder, as far as it is spoilt here. */
export type Kept = {
  bank: Row[];
  mails: (Row & { text: string; deliveredAt: number })[];
  tables: Record<string, Row[]>;
};

/** What the judge says. */
export type Verdict = {
  figures: Figures;
  approvedLines: number;
  unknown: unknown[];
  findings: { figure: string; what: string }[];
};

type Figure = 'lost' | 'doubled' | 'untrue' | 'unbalanced' | 'orphaned' | 'unexplained';
type Figures = Record<Figure, number>;

/** One thing gone wrong, and the figures that have to show it; all others stay 0. */
type Corruption = { spoil: (kept: Kept) => void; figures: Partial<Figures> };

/** The figures of a drill in which nothing went wrong. */
export const undisturbed: Figures = {
  lost: 0,
  doubled: 0,
  untrue: 0,
  unbalanced: 0,
  orphaned: 0,
  unexplained: 0,
};

function the(rows: Row[] | undefined, wanted: Row): Row {
  const isIt = (row: Row) =>
    Object.entries(wanted).every(
      ([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value),
    );
  const found = rows?.find(isIt);
  if (found === undefined) throw new Error(`no row is ${JSON.stringify(wanted)}`);
  return found;
}

function drop(rows: Row[] | undefined, wanted: Row): void {
  rows?.splice(rows.indexOf(the(rows, wanted)), 1);
}

const table = (kept: Kept, name: string): Row[] => {
  const rows = kept.tables[name];
  if (rows === undefined) throw new Error(`there is no table ${name}`);
  return rows;
};

const letter = (kept: Kept, wanted: { stage: string; to: 'D' | 'E' }) => {
  const address = { D: 'dorothea.lindqvist', E: 'emeka.okafor' }[wanted.to];
  const to = [`${address}@investors.example`];
  return the(kept.mails, { letter: wanted.stage, to }) as Kept['mails'][number];
};

const compensation = { to: 'investor:E', kind: 'payment' };
const refund = { to: 'investor:D', from: 'spv:MARROW-SEED' };
const [long, late] = ['2000-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'];

/** By title, as a rule that somebody could break. */
export const corruptions: Record<string, Corruption> = {
  'a payment made twice under two keys': {
    spoil: ({ bank }) => bank.push({ ...the(bank, compensation), key: 'fresh', n: 99 }),
    figures: { doubled: 1, unbalanced: 1, unexplained: 1 },
  },
  'a payment that never left': {
    spoil: ({ bank }) => {
      drop(bank, refund);
    },
    figures: { lost: 1, unbalanced: 1, untrue: 2 },
  },
  'a payment to another person than approved': {
    spoil: ({ bank }) => Object.assign(the(bank, compensation), { to: 'investor:A' }),
    figures: { orphaned: 1, lost: 1, untrue: 2 },
  },
  'a payment of another amount than approved': {
    spoil: ({ bank }) => Object.assign(the(bank, compensation), { amountMinor: '708129' }),
    figures: { orphaned: 1, lost: 1, unbalanced: 1, untrue: 2 },
  },
  'a payment made before it was approved': {
    spoil: ({ bank }) => Object.assign(the(bank, compensation), { at: long }),
    figures: { orphaned: 1 },
  },
  'a payment that stands in no plan and no book': {
    spoil: ({ bank }) =>
      bank.push({ ...the(bank, compensation), key: 'x', reference: 'lunch', n: 99 }),
    figures: { orphaned: 1, unexplained: 1 },
  },
  'money that came in and stands in no receipt': {
    spoil: ({ bank }) => bank.push({ ...the(bank, { from: 'investor:E' }), reference: '?', n: 99 }),
    figures: { unexplained: 1 },
  },
  'a receipt that no bank entry bears out': {
    spoil: (kept) => {
      drop(kept.bank, { from: 'investor:E' });
    },
    figures: { unexplained: 1, untrue: 1 },
  },
  'a record of the bank that nobody can read': {
    spoil: ({ bank }) => bank.push({ kind: 'something', n: 99 }),
    figures: { unexplained: 1 },
  },
  'units that never moved': {
    spoil: (kept) => {
      drop(table(kept, 'allocator.transfers'), { deal_id: 'MARROW-SEED' });
    },
    figures: { lost: 1, unbalanced: 4, untrue: 2 },
  },
  'units moved twice': {
    spoil: (kept) => {
      const moves = table(kept, 'allocator.transfers');
      moves.push({ ...the(moves, { deal_id: 'MARROW-SEED' }), transfer_key: 'x' });
    },
    figures: { doubled: 1, unbalanced: 4 },
  },
  'units that came from nowhere': {
    spoil: (kept) => {
      const held = { deal_id: 'MARROW-SEED', holder: 'F' };
      Object.assign(the(kept.tables['allocator.holdings'], held), { units_minor: 10_000_001 });
    },
    figures: { unbalanced: 2 },
  },
  'a call invoiced twice': {
    spoil: (kept) => {
      const invoices = table(kept, 'invoices');
      invoices.push({ ...invoices[0], reference: 'another' });
    },
    figures: { doubled: 1 },
  },
  'a call never invoiced': {
    spoil: (kept) => {
      kept.tables['invoices'] = [];
    },
    figures: { lost: 1, untrue: 1 },
  },
  'a posting gone from the ledger': {
    spoil: (kept) => {
      drop(table(kept, 'postings'), { account: 'error:firm', amount_minor: 708_128 });
    },
    figures: { unbalanced: 1 },
  },
  'a payment settled and never posted': {
    spoil: (kept) => {
      kept.tables['entries'] = table(kept, 'entries').filter(({ entry_id: id }) => id !== 12);
      kept.tables['postings'] = table(kept, 'postings').filter(({ entry_id: id }) => id !== 12);
    },
    figures: { unbalanced: 2 },
  },
  'a change of state posted twice': {
    spoil: (kept) => {
      const [entries, postings] = [table(kept, 'entries'), table(kept, 'postings')];
      entries.push({ ...the(entries, { entry_id: 1 }), entry_id: 99 });
      for (const posting of postings.filter(({ entry_id: id }) => id === 1)) {
        postings.push({ ...posting, entry_id: 99 });
      }
    },
    figures: { doubled: 1, unbalanced: 1 },
  },
  'a letter that arrived twice': {
    spoil: (kept) => kept.mails.push(letter(kept, { stage: 'resolution', to: 'D' })),
    figures: { doubled: 1 },
  },
  'a deal told again in a further letter': {
    spoil: (kept) => {
      const again = { ...letter(kept, { stage: 'advice', to: 'D' }), messageId: '<again>' };
      const row = the(kept.tables['letters'], { stage: 'advice', investor_id: 'D' });
      kept.mails.push(again);
      table(kept, 'letters').push({ ...row, message_id: '<again>', revision: 2 });
    },
    figures: { doubled: 1, unexplained: 2 },
  },
  'a letter that is booked twice': {
    spoil: (kept) => {
      const letters = table(kept, 'letters');
      letters.push({ ...letters[0] });
    },
    figures: { doubled: 1 },
  },
  'a letter that never arrived': {
    spoil: (kept) => {
      kept.mails.splice(kept.mails.indexOf(letter(kept, { stage: 'resolution', to: 'D' })), 1);
    },
    figures: { lost: 1 },
  },
  'a letter that nobody knows to have left': {
    spoil: (kept) => {
      const wanted = { stage: 'resolution', investor_id: 'D' };
      const row = the(kept.tables['letters'], wanted);
      row['state'] = 'unknown';
      const mail = the(kept.mails, { messageId: row['message_id'] });
      kept.mails.splice(kept.mails.indexOf(mail as Kept['mails'][number]), 1);
    },
    figures: {},
  },
  'a letter that tells of a payment before it was made': {
    spoil: ({ bank }) => Object.assign(the(bank, compensation), { at: late }),
    figures: { untrue: 2 },
  },
  'a letter that tells of a payment before it was in the books': {
    spoil: (kept) => {
      const rows = table(kept, 'evidence').filter(({ kind }) => kind === 'payment-outcome');
      for (const row of rows) row['kind'] = 'something-else';
    },
    figures: { untrue: 6, unexplained: 3 },
  },
  'a letter with an amount that is not its reader’s': {
    spoil: (kept) => {
      const mail = letter(kept, { stage: 'resolution', to: 'D' });
      mail.text += '\nUSD 7,081.28';
    },
    figures: { untrue: 1 },
  },
  'a letter with the name of somebody else': {
    spoil: (kept) => {
      letter(kept, { stage: 'advice', to: 'D' }).text += '\nEmeka Okafor';
    },
    figures: { untrue: 1 },
  },
  'a first letter that names an amount': {
    spoil: (kept) => {
      letter(kept, { stage: 'acknowledgement', to: 'D' }).text += '\nUSD 3,540.64';
    },
    figures: { untrue: 1 },
  },
  'a letter that quotes another account than the invoice': {
    spoil: (kept) => {
      const mail = letter(kept, { stage: 'call', to: 'E' });
      mail.text = mail.text.replace('spv:MARROW-SEED', 'spv:ELSEWHERE');
    },
    figures: { untrue: 1 },
  },
  'a letter that says "fixed" before the rule is live': {
    spoil: (kept) => {
      const live = { incident_id: 'INC-2026-0001' };
      Object.assign(the(kept.tables['allocator.deployments'], live), { deployed_at: late });
    },
    figures: { untrue: 2 },
  },
  'a letter with a right share that is not the recomputed one': {
    spoil: (kept) => {
      const share = { deal_id: 'HALDEN-A', investor_id: 'D' };
      Object.assign(the(kept.tables['impacts'], share), { as_recorded_minor: 12_857_142 });
    },
    figures: { untrue: 2 },
  },
  'a mail that stands in none of our books': {
    spoil: (kept) => {
      const mail = letter(kept, { stage: 'advice', to: 'D' });
      kept.mails.push({ ...mail, messageId: '<stranger>' });
    },
    figures: { orphaned: 1 },
  },
  'a letter that went to somebody else': {
    spoil: (kept) => {
      letter(kept, { stage: 'advice', to: 'D' })['to'] = ['n01@investors.example'];
    },
    figures: { orphaned: 1 },
  },
  'letters in words that one person signed twice': {
    spoil: (kept) => {
      drop(table(kept, 'votes'), { gate_id: 'letters/advice', person_id: 'lena' });
    },
    figures: { orphaned: 2 },
  },
  'a plan whose second signature was made up': {
    spoil: (kept) => {
      const vote = the(kept.tables['votes'], { gate_id: 'plan', person_id: 'finn' });
      const command = the(kept.tables['commands'], { jti: vote['jti'] });
      const [header, body] = String(command['jws']).split('.');
      command['jws'] = `${String(header)}.${String(body)}.${'A'.repeat(86)}`;
    },
    figures: { orphaned: 7, untrue: 10 },
  },
  'a plan that lets something stand, unseen by customer success': {
    spoil: (kept) => {
      drop(table(kept, 'votes'), { gate_id: 'plan', person_id: 'carla' });
    },
    figures: { orphaned: 7, untrue: 10 },
  },
  'a plan signed with a key that nobody enrolled': {
    spoil: (kept) => {
      const enrolled = table(kept, 'evidence').filter(({ chain, entry }) => {
        return chain === 'registry' && String(entry).includes('"id":"finn"');
      });
      for (const row of enrolled) row['kind'] = 'something-else';
    },
    figures: { orphaned: 7, untrue: 10 },
  },
  'a plan line that is not what was signed': {
    spoil: (kept) => {
      const line = { deal_id: 'HALDEN-A', leg: 'compensation' };
      Object.assign(the(kept.tables['plan_lines'], line), { amount_minor: 1 });
    },
    figures: { orphaned: 1, untrue: 3 },
  },
  'a service let go before two people signed': {
    spoil: (kept) => {
      Object.assign(the(kept.tables['allocator.holds'], { kind: 'service' }), { lifted_at: long });
    },
    figures: { orphaned: 1 },
  },
  'a rule that went live twice': {
    spoil: (kept) => {
      const deployments = table(kept, 'allocator.deployments');
      deployments.push({ ...the(deployments, { deployment_no: 4 }), deployment_no: 5 });
    },
    figures: { doubled: 1 },
  },
  'a hold that stands after the incident is closed': {
    spoil: (kept) => {
      Object.assign(the(kept.tables['allocator.holds'], { kind: 'service' }), { lifted_at: null });
    },
    figures: { unexplained: 1 },
  },
  'a question that nobody has answered': {
    spoil: (kept) => {
      Object.assign(the(kept.tables['waits'], { wait_id: 'plan' }), { over_at: null });
    },
    figures: { unexplained: 1 },
  },
  'an incident that never closed': {
    spoil: (kept) => {
      Object.assign(the(kept.tables['incidents'], {}), { closed_at: null, stage: 'settling' });
    },
    figures: { unexplained: 1 },
  },
  'an entry of evidence that was edited': {
    spoil: (kept) => {
      const row = the(kept.tables['evidence'], { kind: 'severity' });
      row['entry'] = String(row['entry']).replace('Sev', 'Xev');
    },
    figures: { unexplained: 1 },
  },
  'a payment of which the evidence does not tell': {
    spoil: (kept) => {
      const rows = table(kept, 'evidence').filter(({ kind }) => kind === 'payment-intent');
      for (const row of rows) row['kind'] = 'something-else';
    },
    figures: { unexplained: 4 },
  },
};
