import type { Ports } from '../../activities/ports';

/**
 * What a call of a port does: `effect` changes something that outlives the caller, `read` does not,
 * `people` is called by commands on somebody's machine and never by a worker.
 */
type Nature = 'effect' | 'read' | 'people';
type MethodsOf<P> = {
  [M in keyof P as P[M] extends (...given: never[]) => unknown ? M : never]: Nature;
};

/**
 * Every method of every port. A new one that nobody has classed is an error of types, so that no
 * effect comes without its boundaries.
 */
export const natures: { [P in keyof Ports]: MethodsOf<Ports[P]> } = {
  commandInbox: { answer: 'effect', foresee: 'read', open: 'people', resume: 'people' },
  commandBacklog: { keep: 'effect', answerOldest: 'effect' },
  gates: {
    ...{ open: 'effect', tally: 'effect', expire: 'effect', withdraw: 'effect' },
    ...{ content: 'read', changes: 'read', awaited: 'read', view: 'read', views: 'read' },
  },
  approvals: { standing: 'read', require: 'read' },
  incidents: { find: 'read', list: 'read', dossierOf: 'read', pages: 'read' },
  runs: { newest: 'read', halt: 'read', live: 'read', closed: 'read', noteStarted: 'people' },
  stages: { turn: 'effect', board: 'read', close: 'effect' },
  heads: { now: 'read', keep: 'effect' },
  updates: { owed: 'read' },
  severities: { weigh: 'effect', lastRise: 'read', standing: 'read' },
  sizings: { size: 'effect' },
  clocks: { read: 'read', note: 'effect', keepTold: 'effect' },
  holds: {
    ...{ ask: 'effect', open: 'read', placed: 'effect', lapsed: 'effect', verified: 'effect' },
    ...{ lifting: 'effect', lifted: 'effect', onlineAfter: 'read' },
  },
  forms: { open: 'effect', missing: 'effect', awaited: 'read', read: 'read' },
  fixes: {
    ...{ latest: 'read', awaited: 'effect', cleanScan: 'read', deals: 'read' },
    ...{ affectedDeals: 'read', restatements: 'read', reported: 'effect', report: 'read' },
    ...{ moved: 'effect', checkedLive: 'effect' },
  },
  imports: {
    ...{ latestSnapshot: 'read', snapshotOf: 'read', bindSnapshot: 'effect' },
    ...{ dealsInOrder: 'read', openHistory: 'read' },
  },
  impacts: {
    ...{ checked: 'read', saveChecked: 'effect', recomputation: 'read', recomputed: 'read' },
    ...{ saveRecomputed: 'effect', concludeRecomputation: 'effect' },
    ...{ summary: 'read', rows: 'read' },
    ...{ affectedDeals: 'read', affectedInvestors: 'read' },
  },
  secondOpinions: { agreed: 'read', ask: 'effect', differs: 'read' },
  plans: {
    ...{ sources: 'read', save: 'effect', readPlan: 'read', planLines: 'read' },
    ...{ verifyPlan: 'read', options: 'read', changedSince: 'read', unsigned: 'read' },
    waitingDeals: 'read',
  },
  settlements: {
    ...{ prepare: 'effect', outdate: 'effect', verifiedLines: 'read', state: 'read' },
    ...{ openAmong: 'read' },
    ...{ approvedVersions: 'read', dealStates: 'read' },
  },
  payments: {
    ...{ open: 'read', markSending: 'effect', record: 'effect', noteFunding: 'effect' },
    ...{ stopped: 'read', reissue: 'effect', ask: 'effect', named: 'read', list: 'read' },
  },
  invoices: {
    ...{ particulars: 'read', issuedAmong: 'read', issue: 'effect', accounts: 'read' },
    ...{ cursor: 'read', named: 'read', receiptsOf: 'read', returnsOf: 'read' },
    ...{ openReturns: 'read', store: 'effect' },
  },
  transfers: {
    ...{ open: 'read', recordedHoldings: 'read', noteInstrument: 'effect', record: 'effect' },
    list: 'read',
  },
  ledger: { bankMovements: 'read', balances: 'read', noteReconciliation: 'effect' },
  letters: {
    ...{ texts: 'read', keepStandard: 'effect', exclusively: 'read', abandon: 'effect' },
    ...{ book: 'effect', hold: 'effect', release: 'effect', claim: 'effect', record: 'effect' },
    ...{ unsettled: 'read', list: 'read' },
  },
  letterCases: { setting: 'read', page: 'read' },
  standardLetters: { wording: 'read' },
  notices: {
    ...{ recipients: 'read', everybody: 'read', wasBegun: 'read' },
    ...{ claim: 'effect', record: 'effect' },
  },
  calls: {
    ...{ call: 'effect', particulars: 'read', end: 'effect', nameOpen: 'effect' },
    escalated: 'effect',
  },
  documents: {
    ...{ dossierFacts: 'read', postMortemFacts: 'read', keep: 'effect', newest: 'read' },
    ...{ read: 'read', previous: 'read', bytes: 'read' },
  },
  mailer: { send: 'effect' },
  service: {
    ...{ state: 'read', hold: 'effect', holdStanding: 'read', lift: 'effect', preview: 'read' },
    ...{ probe: 'effect', deploy: 'effect', allocationsSince: 'read', fillRegister: 'people' },
    ...{ register: 'read', transfer: 'effect', transferByKey: 'read', exportFolder: 'people' },
  },
  rail: { capabilities: 'read', pay: 'effect', lookup: 'read', statement: 'read' },
  signer: { sign: 'read' },
};

/** Every effect a worker may have, as `port.method`. */
export const effects: readonly string[] = Object.entries(natures).flatMap(([port, methods]) =>
  Object.entries(methods)
    .filter(([, nature]) => nature === 'effect')
    .map(([method]) => `${port}.${method}`),
);

/** Just before the call, or just after it was answered and before anything else knows of it. */
export type Side = 'before' | 'after';

/** A place to die at: `activity/port.method:before`; in another activity it is another place. */
export type Boundary = `${string}/${string}.${string}:${Side}`;
