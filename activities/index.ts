import type { Activities } from '../contracts/activities';
import { answerBacklog } from './answer-backlog';
import { answerCommand } from './answer-command';
import { askSecondOpinion } from './ask-second-opinion';
import { callForPerson } from './call-for-person';
import { checkLiveAllocations } from './check-live-allocations';
import { closeIncident } from './close-incident';
import { withCodedFailures } from './coded-failures';
import { declareSeverity } from './declare-severity';
import { deployFix } from './deploy-fix';
import { draftDossier } from './draft-dossier';
import { draftLetterText } from './draft-letter-text';
import { draftPlan } from './draft-plan';
import { draftPostMortem } from './draft-post-mortem';
import { expireGate } from './expire-gate';
import { fenced } from './fenced';
import { findApprovedPlans } from './find-approved-plans';
import { findSnapshot } from './find-snapshot';
import { followReturns } from './follow-returns';
import { freezeAllocations } from './freeze-allocations';
import { holdDeals } from './hold-deals';
import { issueInvoices } from './issue-invoices';
import { allBeating } from './keep-beating';
import { keepCommands } from './keep-commands';
import { liftDealHolds } from './lift-deal-holds';
import { liftFreeze } from './lift-freeze';
import { matchReceipts } from './match-receipts';
import { openForms } from './open-forms';
import { openGate } from './open-gate';
import { pagePeople } from './page-people';
import { payChunk } from './pay-chunk';
import type { Ports } from './ports';
import { prepareSettlement } from './prepare-settlement';
import { probeFix } from './probe-fix';
import { proveTerminal } from './prove-terminal';
import { publishPostMortem } from './publish-post-mortem';
import { readBoard } from './read-board';
import { readFix } from './read-fix';
import { readForms } from './read-forms';
import { recomputeShares } from './recompute-shares';
import { reconcilePlan } from './reconcile-plan';
import { remindGate } from './remind-gate';
import { remindTeams } from './remind-teams';
import { remindUpdate } from './remind-update';
import { scanDeals } from './scan-deals';
import { sendDossier } from './send-dossier';
import { sendDueLetters } from './send-due-letters';
import { withServerTime } from './server-time';
import { settlementState } from './settlement-state';
import { tallyGate } from './tally-gate';
import { tellClocks } from './tell-clocks';
import { thankPerson } from './thank-person';
import { transferUnits } from './transfer-units';
import { turnPage } from './turn-page';
import { verifyFix } from './verify-fix';
import { verifyFreeze } from './verify-freeze';
import { weighFacts } from './weigh-facts';
import { withdrawGate } from './withdraw-gate';

/**
 * All activities, each over the ports it needs; adapters' errors become failures of their kind.
 *
 * Ensures: a run of an incident in whose place a later one has been started is refused each, and
 * none goes by another time than the server's.
 */
export function createActivities(ports: Ports): Activities {
  const activities = withCodedFailures({
    answerCommand: answerCommand(ports),
    keepCommands: keepCommands(ports),
    answerBacklog: answerBacklog(ports),
    openGate: openGate(ports),
    tallyGate: tallyGate(ports),
    withdrawGate: withdrawGate(ports),
    expireGate: expireGate(ports),
    turnPage: turnPage(ports),
    readBoard: readBoard(ports),
    freezeAllocations: freezeAllocations(ports),
    verifyFreeze: verifyFreeze(ports),
    declareSeverity: declareSeverity(ports),
    weighFacts: weighFacts(ports),
    tellClocks: tellClocks(ports),
    findSnapshot: findSnapshot(ports),
    openForms: openForms(ports),
    readForms: readForms(ports),
    scanDeals: scanDeals(ports),
    recomputeShares: recomputeShares(ports),
    askSecondOpinion: askSecondOpinion(ports),
    holdDeals: holdDeals(ports),
    draftPlan: draftPlan(ports),
    findApprovedPlans: findApprovedPlans(ports),
    prepareSettlement: prepareSettlement(ports),
    payChunk: payChunk(ports),
    issueInvoices: issueInvoices(ports),
    matchReceipts: matchReceipts(ports),
    transferUnits: transferUnits(ports),
    settlementState: settlementState(ports),
    liftDealHolds: liftDealHolds(ports),
    reconcilePlan: reconcilePlan(ports),
    closeIncident: closeIncident(ports),
    readFix: readFix(ports),
    verifyFix: verifyFix(ports),
    deployFix: deployFix(ports),
    probeFix: probeFix(ports),
    liftFreeze: liftFreeze(ports),
    checkLiveAllocations: checkLiveAllocations(ports),
    proveTerminal: proveTerminal(ports),
    followReturns: followReturns(ports),
    draftPostMortem: draftPostMortem(ports),
    draftDossier: draftDossier(ports),
    publishPostMortem: publishPostMortem(ports),
    sendDueLetters: sendDueLetters(ports),
    draftLetterText: draftLetterText(ports),
    sendDossier: sendDossier(ports),
    remindTeams: remindTeams(ports),
    remindGate: remindGate(ports),
    remindUpdate: remindUpdate(ports),
    pagePeople: pagePeople(ports),
    thankPerson: thankPerson(ports),
    callForPerson: callForPerson(ports),
  });
  return allBeating(withServerTime(fenced(ports.runs, activities)));
}
