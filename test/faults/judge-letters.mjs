import { finding, grouped } from './judge-basics.mjs';
import { untrueWords } from './judge-words.mjs';

/** Letters in the inbox against who was to get which, when, and what they say. */
export function judgeLetters(state, given) {
  const letters = state.mails.filter(({ letter }) => letter !== null);
  const cases = casesOf(state, given.lines);
  const arrived = letters.map((mail) => ({ mail, ...caseOf({ state, mail, cases }) }));
  return [
    ...strangers(state),
    ...judgeDelivered(state, { ...given, arrived }),
    ...toldTwice(arrived),
    ...bookedTwice(state.tables),
    ...missing(state, { ...given, arrived, cases }),
  ];
}

/** Every affected investor of every incident, with what is theirs. */
function casesOf({ tables }, lines) {
  return tables.incidents.flatMap((incident) => {
    const { incident_id: id, basis, snapshot_id: snapshot } = incident;
    const wrong = tables.impacts
      .filter(({ incident_id: of }) => of === id)
      .map((row) => {
        const asRecorded = basis === 'asRecorded';
        const right = asRecorded ? row.as_recorded_minor : row.as_should_have_been_minor;
        const isDeal = ({ snapshot_id: of, deal_id: deal }) =>
          of === snapshot && deal === row.deal_id;
        return { ...row, right, deal: tables.deals.find(isDeal) };
      })
      .filter(({ right, recorded_minor: recorded }) => right !== recorded);
    return [...grouped(wrong, ({ investor_id: investor }) => investor)].map(
      ([investor, shares]) => {
        const person = tables.investors.find(({ snapshot_id: of, investor_id: one }) => {
          return of === snapshot && one === investor;
        });
        const own = lines.filter((line) => {
          return line.incident_id === id && line.investor_id === investor;
        });
        return { incident, investor, person, shares, lines: own };
      },
    );
  });
}

/** Whose letter it is, by the address it went to, and the row it was booked under. */
function caseOf({ state, mail, cases }) {
  const row = state.tables.letters.find(({ message_id: id }) => id === mail.messageId);
  const one = cases.find(({ incident, person }) => {
    return incident.incident_id === mail.incident && mail.to.join() === person?.email;
  });
  return { row, one };
}

/** A mail that stands in none of our books. */
function strangers({ mails, tables }) {
  const known = new Set([...tables.letters, ...tables.notices].map(({ message_id: id }) => id));
  return mails
    .filter(({ messageId }) => !known.has(messageId))
    .map(({ subject, to }) =>
      finding('orphaned', `mail "${subject}" to ${to.join()} is in no book`),
    );
}

function judgeDelivered(state, { approvals, lines, arrived }) {
  return arrived.flatMap(({ mail, row, one }) => {
    if (row === undefined) return [];
    const name = `${mail.letter} to ${mail.to.join()}`;
    const isOwn = one?.investor === row.investor_id && row.stage === mail.letter;
    if (!isOwn) return [finding('orphaned', `${name} was due to somebody else, or to nobody`)];
    const { incident_id: incident, template_digest: subject } = row;
    const gate = `letters/${row.stage}`;
    const since = approvals.approvedAt({ incident, gate, subject });
    const early = since === undefined || mail.deliveredAt < since;
    return [
      ...(early ? [finding('orphaned', `${name} left in words nobody had approved`)] : []),
      ...untrueWords(state, { mail, row, one, approvals, lines }).map((what) => {
        return finding('untrue', `${name}: ${what}`);
      }),
    ];
  });
}

/** The same mail twice, or a deal told twice to one person at one stage. */
function toldTwice(arrived) {
  const byId = grouped(arrived, ({ mail }) => mail.messageId);
  const again = [...byId].filter(([, same]) => same.length > 1);
  const subjects = [...byId.values()].flatMap(([first]) => {
    const { row, mail } = first;
    if (row === undefined) return [];
    const deals = ['acknowledgement', 'resolution'].includes(row.stage) ? [''] : row.deals;
    return deals.map((deal) => `${row.incident_id} ${row.stage} ${deal} to ${mail.to.join()}`);
  });
  return [
    ...again.map(([id, same]) => finding('doubled', `letter ${id} arrived ${same.length} times`)),
    ...[...grouped(subjects, (each) => each)]
      .filter(([, same]) => same.length > 1)
      .map(([what, same]) => finding('doubled', `${what} was told in ${same.length} letters`)),
  ];
}

/** Two rows of one letter: whoever claims one has not claimed the other. */
function bookedTwice({ letters }) {
  const names = letters.map(({ incident_id: incident, stage, investor_id: investor, revision }) => {
    return `${incident} ${stage}/${investor}/${revision}`;
  });
  return [...grouped(names, (name) => name)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) => finding('doubled', `letter ${name} is booked ${same.length} times`));
}

/** Letters that were due and did not come; those a person was asked about are listed elsewhere. */
function missing({ tables }, { approvals, arrived, cases }) {
  const asked = tables.letters.filter(({ state }) => ['unknown', 'failed', 'held'].includes(state));
  const mayLeave = (incident, stage) =>
    tables.gates
      .filter(
        ({ incident_id: of, gate_id: gate }) => of === incident && gate === `letters/${stage}`,
      )
      .some(({ subject, gate_id: gate }) => approvals.approvedAt({ incident, gate, subject }));
  return cases.flatMap(({ incident, investor, lines }) => {
    const { incident_id: id, closed_at: closed } = incident;
    return dueTo(lines)
      .filter(({ stage, deal }) => {
        const isIt = (row) =>
          row?.incident_id === id &&
          row.investor_id === investor &&
          row.stage === stage &&
          (deal === undefined || row.deals.includes(deal));
        const isDue = closed !== null || mayLeave(id, stage);
        return isDue && !arrived.some(({ row }) => isIt(row)) && !asked.some(isIt);
      })
      .map(({ stage, deal = 'all deals' }) => {
        return finding('lost', `${investor} of ${id} never got ${stage} about ${deal}`);
      });
  });
}

/** By the lines that are approved: all but the first letter wait for them. */
function dueTo(lines) {
  const calls = lines.filter(({ leg }) => leg === 'call');
  const paid = lines.filter(({ payee, investor_id: one }) => payee === `investor:${one}`);
  const dealsOf = (some) => [...new Set(some.map(({ deal_id: deal }) => deal))];
  return [
    { stage: 'acknowledgement' },
    ...dealsOf(calls).map((deal) => ({ stage: 'call', deal })),
    ...dealsOf(paid).map((deal) => ({ stage: 'advice', deal })),
    ...(lines.length > 0 ? [{ stage: 'resolution' }] : []),
  ];
}

/** Letters of which nobody knew, or knows, whether they had left; with what the inbox says. */
export function unknownLetters({ tables, mails }) {
  const ever = tables.evidence
    .filter(({ kind }) => kind === 'letter-unknown')
    .map(({ entry }) => JSON.parse(entry).body)
    .flatMap(({ unknown, keys }) => (unknown > 0 ? keys : []));
  const now = tables.letters
    .filter(({ state }) => ['sending', 'unknown'].includes(state))
    .map(({ message_id: id }) => id);
  return [...new Set([...ever, ...now])].map((id) => {
    const row = tables.letters.find(({ message_id: of }) => of === id);
    const { stage = null, investor_id: investor = null, state = null } = row ?? {};
    const deliveredAt = mails
      .filter(({ messageId }) => messageId === id)
      .map((mail) => new Date(mail.deliveredAt).toISOString());
    return { messageId: id, stage, investor, state, deliveredAt };
  });
}
