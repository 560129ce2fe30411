import { canonical, finding, isAsked, sha256, summed, time, told } from './judge-basics.mjs';

/** Invoices and units against approved lines and the register. */
export function judgeUnits(state, lines) {
  return [
    ...judgeInvoices(state, lines),
    ...judgeTransfers(state, lines),
    ...judgeRegister(state.tables),
  ];
}

function judgeInvoices(state, lines) {
  const calls = lines.filter(({ leg }) => leg === 'call');
  const { invoices } = state.tables;
  const ofLine = (line) => (row) =>
    ['incident_id', 'deal_id', 'investor_id', 'sequence'].every((name) => row[name] === line[name]);
  return [
    ...calls.flatMap((line) => {
      const times = invoices.filter(ofLine(line)).length;
      if (times > 1) return [finding('doubled', `${told(line)} was invoiced ${times} times`)];
      return times === 1 || isAsked(state, line)
        ? []
        : [finding('lost', `${told(line)} was approved and never invoiced`)];
    }),
    ...invoices
      .filter((row) => {
        const line = calls.find((one) => ofLine(one)(row));
        return line?.amount_minor !== row.amount_minor || line.payee !== row.payee;
      })
      .map(({ reference }) => finding('orphaned', `invoice ${reference} was approved by nobody`)),
  ];
}

function judgeTransfers(state, lines) {
  const made = state.tables['allocator.transfers'];
  const outs = lines.filter(({ leg }) => leg === 'transfer-out');
  const wanted = outs.map((out) => {
    const into = lines.find(({ incident_id: incident, deal_id: deal, leg, sequence }) => {
      const isHere = incident === out.incident_id && deal === out.deal_id;
      return isHere && leg === 'transfer-in' && sequence === out.sequence;
    });
    const { incident_id: incident, deal_id: deal, investor_id: from, sequence } = out;
    const to = into?.investor_id;
    const key = sha256(canonical({ deal, from, incident, leg: 'transfer', sequence, to }));
    return { ...out, key, from, to };
  });
  const isOf = (want, move) =>
    move.deal_id === want.deal_id &&
    move.from_holder === want.from &&
    move.to_holder === want.to &&
    move.units_minor === want.amount_minor;
  return [
    ...wanted.flatMap((want) => {
      const times = made.filter((move) => isOf(want, move)).length;
      if (times > 1) return [finding('doubled', `${told(want)} moved ${times} times`)];
      if (times === 1 || isAsked(state, want)) return [];
      return [finding('lost', `${told(want)} was approved and never moved`)];
    }),
    ...made
      .filter((move) => {
        const want = wanted.find((one) => isOf(one, move));
        return want === undefined || time(move.confirmed_at) < want.since;
      })
      .map(({ transfer_no: number, deal_id: deal }) => {
        return finding('orphaned', `register change ${number} of ${deal} was approved by nobody`);
      }),
  ];
}

/** What a register began with, and every change of it, give what it holds. */
function judgeRegister(tables) {
  const holdings = tables['allocator.holdings'];
  return tables['allocator.registers'].flatMap(
    ({ deal_id: deal, filled, issued_minor: issued }) => {
      const units = new Map(filled.map(([holder, minor]) => [holder, Number(minor)]));
      for (const move of tables['allocator.transfers'].filter((one) => one.deal_id === deal)) {
        const { from_holder: from, to_holder: to, units_minor: minor } = move;
        units.set(from, (units.get(from) ?? 0) - minor);
        units.set(to, (units.get(to) ?? 0) + minor);
      }
      const held = holdings.filter((one) => one.deal_id === deal);
      const total = held.reduce((all, { units_minor: minor }) => all + minor, 0);
      return [
        ...(total === issued
          ? []
          : [finding('unbalanced', `${deal}: ${total} held, ${issued} issued`)]),
        ...held
          .filter(({ holder, units_minor: minor }) => (units.get(holder) ?? 0) !== minor)
          .map(({ holder }) =>
            finding('unbalanced', `${deal}: what ${holder} holds came from nowhere`),
          ),
        ...unequalUnits(tables, deal),
      ];
    },
  );
}

function unequalUnits({ postings, ...tables }, deal) {
  const moved = tables['allocator.transfers']
    .filter((one) => one.deal_id === deal)
    .flatMap(({ from_holder: from, to_holder: to, units_minor: minor }) => [
      { account: `units:${deal}:${from}`, minor: -minor },
      { account: `units:${deal}:${to}`, minor },
    ]);
  const posted = postings
    .filter(({ account }) => account.startsWith(`units:${deal}:`))
    .map(({ account, amount_minor: minor }) => ({ account, minor: -minor }));
  const sums = summed([...moved, ...posted], {
    keyOf: ({ account }) => account,
    amountOf: ({ minor }) => minor,
  });
  return [...sums]
    .filter(([, minor]) => minor !== 0)
    .map(([account, minor]) => finding('unbalanced', `${account} is ${minor} off the register`));
}
