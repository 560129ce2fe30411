import { finding, grouped, sha256, time } from './judge-basics.mjs';

/** The chain by itself, what it must tell, what is still open, and what let the service go. */
export function judgeEvidence(state, { approvals, lines }) {
  const chains = chainsOf(state.tables);
  return [
    ...chains.flatMap(brokenAt),
    ...untold(state.tables, chains),
    ...stillOpen(state.tables),
    ...liftedTooSoon(state.tables, { approvals, lines }),
  ];
}

function chainsOf({ evidence }) {
  return [...grouped(evidence, ({ chain }) => chain)].map(([chain, rows]) => ({
    chain,
    rows: rows.sort((one, other) => one.seq - other.seq),
  }));
}

/** Where a chain first says something else than it hashed. */
function brokenAt({ chain, rows }) {
  let previous = '0'.repeat(64);
  for (const [index, { seq, entry, prev_hash: before, hash }] of rows.entries()) {
    const holds = seq === index + 1 && before === previous && hash === sha256(previous + entry);
    if (!holds) return [finding('unexplained', `the chain ${chain} breaks at entry ${index + 1}`)];
    previous = hash;
  }
  return [];
}

/** Rows of our tables of which the evidence does not tell. */
function untold(tables, chains) {
  const told = new Map(chains.map(({ chain, rows }) => [chain, wordsOf(rows)]));
  const lacks = (incident, word) => !(told.get(incident)?.has(word) ?? false);
  const wanted = (rows, wordOf) =>
    rows.flatMap((row) => {
      const words = [wordOf(row)].flat();
      return words
        .filter((word) => lacks(row.incident_id, word))
        .map((word) => finding('unexplained', `${row.incident_id}: no evidence of ${word}`));
    });
  const { payments, invoices, unit_transfers: transfers, letters, votes, gates } = tables;
  return [
    ...wanted(payments, ({ payment_key: key, state }) => {
      const isOver = ['settled', 'refused'].includes(state);
      return [`payment-intent ${key}`, ...(isOver ? [`payment-outcome ${key}`] : [])];
    }),
    ...wanted(invoices, ({ invoice_key: key }) => `invoice ${key}`),
    ...wanted(transfers, ({ transfer_key: key, state }) => {
      const moved = state === 'confirmed' ? [`register-change ${key}`] : [];
      return [`payment-intent ${key}`, ...moved];
    }),
    ...wanted(letters, ({ message_id: id, state }) => {
      return [`letter-queued ${id}`, ...(state === 'sent' ? [`letter-sent ${id}`] : [])];
    }),
    ...wanted(votes, ({ jti }) => `vote ${jti}`),
    ...wanted(gates, ({ gate_id: gate, opening, state }) => {
      const passed = state === 'passed' ? [`gate-passed ${gate} ${opening}`] : [];
      return [`gate-opened ${gate} ${opening}`, ...passed];
    }),
    ...wanted(tables.stages, ({ stage }) => `stage ${stage}`),
    ...wanted(tables.plans, ({ digest }) => `plan-drafted ${digest}`),
    ...wanted(tables.holds, ({ kind, deal_id: deal, state }) => {
      const hold = kind === 'service' ? 'service' : `deal:${deal}`;
      return [`held ${hold}`, ...(state === 'lifted' ? [`lifted ${hold}`] : [])];
    }),
    ...uncounted(tables, chains),
  ];
}

/** Everything an incident's evidence tells of, one word each. */
function wordsOf(rows) {
  const words = rows.flatMap(({ kind, entry }) => {
    const { body } = JSON.parse(entry);
    switch (kind) {
      case 'vote':
        return [`vote ${body.jti}`];
      case 'gate-opened':
      case 'gate-passed':
        return [`${kind} ${body.gate} ${body.opening}`];
      case 'stage':
        return [`stage ${body.stage}`];
      case 'plan-drafted':
        return [`plan-drafted ${body.digest}`];
      case 'frozen':
        return ['held service'];
      case 'held':
        return body.deals.map((deal) => `held deal:${deal}`);
      case 'lifted':
        return body.holds.map((hold) => `lifted ${hold}`);
      default:
        return (body.keys ?? []).map((key) => `${kind} ${key}`);
    }
  });
  return new Set(words);
}

/** Receipts are told in counts. */
function uncounted({ incidents, receipts }, chains) {
  return incidents.flatMap(({ incident_id: id }) => {
    const rows = chains.find(({ chain }) => chain === id)?.rows ?? [];
    const told = rows
      .filter(({ kind }) => kind === 'receipt-matched')
      .reduce((sum, { entry }) => sum + JSON.parse(entry).body.count, 0);
    const booked = receipts.filter(({ incident_id: of }) => of === id).length;
    if (told === booked) return [];
    return [finding('unexplained', `${id}: ${booked} receipts, evidence tells of ${told}`)];
  });
}

/** At the end nobody waits, nothing is held, everything is closed. */
function stillOpen(tables) {
  const closed = new Set(
    tables.incidents.filter(({ closed_at: at }) => at !== null).map(({ incident_id: id }) => id),
  );
  const { incidents, waits } = tables;
  return [
    ...incidents
      .filter(({ incident_id: id }) => !closed.has(id))
      .map(({ incident_id: id, stage }) => finding('unexplained', `${id} is open at ${stage}`)),
    ...waits
      .filter(({ over_at: over }) => over === null)
      .map(({ incident_id: id, waiting_for: what, wait_id: of }) => {
        return finding('unexplained', `${id} still waits for ${what} ${of}`);
      }),
    ...tables['allocator.holds']
      .filter(({ incident_id: id, lifted_at: at }) => at === null && closed.has(id))
      .map(({ incident_id: id, kind, deal_id: deal }) => {
        return finding('unexplained', `${id} is closed and still holds ${kind} ${deal}`);
      }),
  ];
}

/** A rule went live, the service or a deal was let go, without the signatures that allow it. */
function liftedTooSoon(tables, { approvals, lines }) {
  const reports = new Set(tables.fixes.map(({ report_digest: digest }) => digest));
  const isSigned = ({ incident_id: incident, at, subjects = () => true }) =>
    tables.gates
      .filter(({ incident_id: of, gate_id: gate }) => of === incident && gate === 'unfreeze')
      .filter(({ subject }) => subjects(subject))
      .map(({ subject }) => approvals.approvedAt({ incident, gate: 'unfreeze', subject }))
      .some((since) => since !== undefined && since <= time(at));
  // Nobody harmed: the report of the scan is signed, not that of a fix, and lets the deals go too.
  const isClean = (hold) => isSigned({ ...hold, subjects: (subject) => !reports.has(subject) });
  const isPlanned = ({ incident_id: incident, at }) =>
    lines.some((line) => line.incident_id === incident && line.since <= time(at));
  const lifted = tables['allocator.holds']
    .filter(({ lifted_at: at }) => at !== null)
    .map((hold) => ({ ...hold, at: hold.lifted_at }));
  const deployed = tables['allocator.deployments']
    .filter(({ incident_id: id }) => id !== null)
    .map((row) => ({ ...row, at: row.deployed_at }));
  return [
    ...deployed
      .filter((row) => !isSigned(row))
      .map(({ rule_version: rule }) => finding('orphaned', `${rule} went live unsigned`)),
    ...[...grouped(deployed, ({ rule_version: rule }) => rule)]
      .filter(([, same]) => same.length > 1)
      .map(([rule, same]) => finding('doubled', `${rule} went live ${same.length} times`)),
    ...lifted
      .filter(
        (hold) => !(hold.kind === 'service' ? isSigned(hold) : isPlanned(hold) || isClean(hold)),
      )
      .map(({ kind, deal_id: deal }) => finding('orphaned', `${kind} ${deal} let go unsigned`)),
  ];
}
