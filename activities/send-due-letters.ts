import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { letterStages } from '../domain/letter-case';
import { sha256Hex } from '../proof/digest';
import { LetterIncomplete } from '../templates/letter-template';
import { parseInput } from './fail';
import { keepBeating } from './keep-beating';
import { lookAt, openDesk, type LetterDesk, type LetterPorts, type Look } from './letter-desk';
import { stateAfter } from './mail-state';
import type { LetterOutcome, NewLetter } from './ports/letter-ledger';
import type { MailOutcome } from './ports/mailer';
import { asMail, letterMessageId, writeLetter, type WrittenLetter } from './write-letter';

const sending = ofIncident.extend({
  stage: z.enum(letterStages),
  limit: z.int().positive(),
});

const pageSize = 500;
const atOnce = 8;

type Counts = Awaited<ReturnType<Activities['sendDueLetters']>>;
type Due = Look & { due: { kind: 'due' } };

/**
 * Sends the letters of a stage that are true now, each once, at most `limit` of them.
 *
 * Order: booked with evidence, claimed, read and written again, given to the mail server, recorded.
 * Retry: safe; a letter that was being sent when somebody vanished is `unknown` and waits for a
 * person, whatever the mail server made of it.
 * Ensures: under an approved text only; a claim is sent only while the investor's own rows bear it.
 * @throws APPROVAL_MISSING (refused) when no text of this stage is approved.
 */
export const sendDueLetters = (ports: LetterPorts) =>
  async function sendDueLetters(input): Promise<Counts> {
    const { limit, ...of } = parseInput(sending, input);
    return keepBeating(async () => {
      const desk = await openDesk(ports, of);
      const counts = await ports.letters.exclusively(of, () => deliver({ ports, desk, limit }));
      // Somebody else is at it: look again later.
      return counts ?? { sent: 0, waiting: 1, unknown: 0, failed: 0, left: 1 };
    });
  } satisfies Activities['sendDueLetters'];

type Delivery = { ports: LetterPorts; desk: LetterDesk; limit: number };

async function deliver({ ports, desk, limit }: Delivery): Promise<Counts> {
  const abandoned = await ports.letters.abandon(desk);
  // Counted before anything is read: what somebody resolves meanwhile is due on the next look only.
  const unsettled = await ports.letters.unsettled(desk);
  const counts: Counts = { sent: 0, waiting: 0, unknown: 0, failed: 0, left: unsettled };
  let budget = limit;
  for (let after: string | undefined; ;) {
    const { incidentId, stage } = desk;
    const from = after === undefined ? {} : { after };
    const page = await ports.letterCases.page({ incidentId, stage, take: pageSize, ...from });
    const looks = page.map((subject) => lookAt(desk, subject));
    await holdThose({ ports, desk, looks });
    counts.waiting += looks.filter(({ due }) => due.kind === 'waits').length;
    counts.left += looks.filter(({ due }) => due.kind === 'held').length;
    const due = looks.filter((look): look is Due => look.due.kind === 'due');
    const now = due.slice(0, budget);
    counts.left += due.length - now.length;
    budget -= now.length;
    await sendAll({ ports, desk, due: now, counts });
    after = page.at(-1)?.one.investor.id;
    if (after === undefined || page.length < pageSize) break;
  }
  counts.left += counts.waiting + counts.unknown + counts.failed;
  return { ...counts, unknown: counts.unknown + abandoned };
}

/** Whoever cannot be written to is booked as held, with the question, once. */
async function holdThose(given: {
  ports: LetterPorts;
  desk: LetterDesk;
  looks: readonly Look[];
}): Promise<void> {
  for (const look of given.looks) {
    const { due, pending } = look;
    if (due.kind !== 'held' || pending?.state === 'held') continue;
    await hold({ ...given, look, deals: due.deals, question: due.question });
  }
}

async function hold(given: {
  ports: LetterPorts;
  desk: LetterDesk;
  look: Look;
  deals: readonly string[];
  question: string;
}): Promise<void> {
  const { ports, desk, look, deals, question } = given;
  const { revision, pending } = look;
  const investor = look.one.investor.id;
  if (pending !== undefined) return ports.letters.hold({ ...desk, investor, revision, question });
  const messageId = letterMessageId({ ...desk, investor, revision });
  const letter = { investor, revision, deals, messageId, bodyDigest: sha256Hex(''), question };
  await ports.letters.book({ ...desk, template: desk.text.digest, letters: [letter] });
}

/** A letter with what it would say now. */
type Ready = { look: Due; letter: NewLetter; written: WrittenLetter };

async function sendAll(given: {
  ports: LetterPorts;
  desk: LetterDesk;
  due: readonly Due[];
  counts: Counts;
}): Promise<void> {
  const { ports, desk, counts } = given;
  const ready: Ready[] = [];
  for (const look of given.due) {
    const one = await prepare({ ports, desk, look });
    if (one === undefined) counts.left += 1;
    else ready.push(one);
  }
  const letters = ready.map(({ letter }) => letter);
  await ports.letters.book({ ...desk, template: desk.text.digest, letters });
  for (let from = 0; from < ready.length; from += atOnce) {
    const group = ready.slice(from, from + atOnce);
    const { incidentId, stage, text } = desk;
    const wanted = { incidentId, gateId: `letters/${stage}`, subject: text.digest };
    await ports.approvals.require(wanted); // A key may have been revoked since the last group.
    await sendGroup({ ports, desk, group, counts });
  }
}

/** Writes the letter; one that lacks a word is held with what it lacks, and stops nobody else's. */
async function prepare(given: {
  ports: LetterPorts;
  desk: LetterDesk;
  look: Due;
}): Promise<Ready | undefined> {
  const { ports, desk, look } = given;
  const { deals } = look.due;
  const investor = look.one.investor.id;
  const { revision } = look;
  try {
    const written = await writeLetter(ports.documents, orderOf(desk, look));
    if (look.pending?.state === 'held') {
      await ports.letters.release({ ...desk, investor, revision });
    }
    const messageId = letterMessageId({ ...desk, investor, revision });
    const { bodyDigest } = written;
    return { look, written, letter: { investor, revision, deals, messageId, bodyDigest } };
  } catch (error) {
    if (!(error instanceof LetterIncomplete)) throw error;
    const question = `The letter to ${investor} cannot be written (${error.message}): what is it?`;
    await hold({ ports, desk, look, deals, question });
    return undefined;
  }
}

function orderOf(desk: LetterDesk, { one, due }: Due) {
  const { incident, stage, setting, text: wording } = desk;
  return { incident, stage, setting, wording, one, deals: due.deals };
}

async function sendGroup(given: {
  ports: LetterPorts;
  desk: LetterDesk;
  group: readonly Ready[];
  counts: Counts;
}): Promise<void> {
  const { ports, desk, group, counts } = given;
  const told = await Promise.all(group.map((ready) => tryOne({ ports, desk, ready })));
  const outcomes = told.flatMap((each) => (each.outcome === undefined ? [] : [each.outcome]));
  await ports.letters.record({ ...desk, outcomes });
  const count = (state: LetterOutcome['state']) =>
    outcomes.filter((outcome) => outcome.state === state).length;
  counts.sent += count('sent');
  counts.unknown += count('unknown');
  counts.failed += count('failed');
  counts.left += count('queued') + told.filter(({ outcome }) => outcome === undefined).length;
  // Only now: what became of the others is on file.
  const failed = told.find((each) => 'failure' in each);
  if (failed !== undefined) throw failed.failure;
  const unreachable = told.find(({ mailed }) => mailed?.kind === 'unreachable')?.mailed;
  if (unreachable?.kind !== 'unreachable') return;
  // Nobody's letter can leave: said as a fault, so that it is seen and tried again.
  throw new Error(`the mail server cannot be reached: ${unreachable.cause}`);
}

type Sent = { outcome?: LetterOutcome; mailed?: MailOutcome; failure?: unknown };
type One = { ports: LetterPorts; desk: LetterDesk; ready: Ready };

/** One letter's trouble must not lose what is known of those sent beside it. */
async function tryOne(given: One): Promise<Sent> {
  try {
    return await sendOne(given);
  } catch (failure) {
    return { failure };
  }
}

/** Reads the rows once more and sends what they bear now; what they no longer bear stays here. */
async function sendOne({ ports, desk, ready }: One): Promise<Sent> {
  const { incidentId, stage } = desk;
  const only = ready.letter.investor;
  const [subject] = await ports.letterCases.page({ incidentId, stage, take: 1, only });
  if (subject === undefined) return {};
  const setting = await ports.letterCases.setting({ incidentId, at: desk.at });
  const look = lookAt({ ...desk, setting }, subject);
  if (look.due.kind !== 'due') return {};
  const order = orderOf({ ...desk, setting }, { ...look, due: look.due });
  const written = await writeLetter(ports.documents, order);
  const { bodyDigest } = written;
  const { messageId, investor } = ready.letter;
  const letter = { ...ready.letter, deals: look.due.deals, bodyDigest };
  if (!(await ports.letters.claim({ letter, template: desk.text.digest }))) return {};
  const mailed = await ports.mailer.send(asMail({ order, written, messageId }));
  const cause = mailed.kind === 'sent' ? {} : { cause: mailed.cause };
  return {
    mailed,
    outcome: { messageId, investor, bodyDigest, state: stateAfter[mailed.kind], ...cause },
  };
}
