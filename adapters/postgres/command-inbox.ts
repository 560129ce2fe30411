import type { Pool } from 'pg';
import type { AnsweredCommand, CommandInbox } from '../../activities/ports/command-inbox';
import type { CommandAnswer } from '../../contracts/command';
import { failures } from '../../contracts/failures';
import { assert } from '../../domain/assert';
import {
  firstRefusal,
  type CommandFacts,
  type Refusal,
  type RefusalCode,
} from '../../domain/command-refusal';
import { decodeCommand, type DecodedCommand } from '../../proof/command-jws';
import { sha256Hex } from '../../proof/digest';
import { signingFacts, unsignedRefusal, type Signer } from './command-facts';
import { incidentOf, lookFor, seenBy, type Entrance } from './command-looks';
import { waitForTurn, type Turn } from './command-turn';
import type { Effect, Look, VerifiedCommand } from './commands/verified-command';
import { appending, type NewEvidence } from './evidence';
import { foresee } from './foreseen-refusal';
import { nudgesFor } from './nudges';
import { inTransaction } from './pool';
import { endingSeries, noteRefusals } from './refusal-series';
import { inFewTrips, literals, type Trips } from './trips';

const registry = 'registry';

/** A command on its way through the checks. */
type Arrival = Turn & { jws: string; digest: string; at: string; desk: string };

/** The inbox of signed commands in Postgres. */
export function postgresCommandInbox(pool: Pool): CommandInbox {
  const receive = (given: Received) => inFewTrips(pool, (trips) => takeIn(trips, given));
  return {
    answer: ({ incidentId, jws, at }) => receive({ desk: incidentId, jws, at }),
    foresee: ({ incidentId, jws, at }) =>
      inTransaction(pool, (tx) => foresee(tx, { desk: incidentId, jws, at })),
    open: (given) => receive({ ...given, desk: registry }),
    resume: ({ incidentId, jws, at }) => receive({ desk: incidentId, jws, at, resuming: true }),
  };
}

type Received = Entrance & { jws: string; at: string };

/**
 * Answers one command, in the transaction that keeps its answer, its effect and its evidence.
 *
 * Retry: the same bytes get the first answer again.
 */
export async function takeIn(trips: Trips, given: Received): Promise<AnsweredCommand> {
  const { desk, jws, at } = given;
  const read = decodeCommand(jws);
  const decoded = 'envelope' in read ? read : undefined;
  const turn = await waitForTurn(trips, { desk, decoded });
  const arrival: Arrival = { ...turn, jws, digest: sha256Hex(jws), at, desk };
  if ('malformed' in read) {
    return refuse(trips, { arrival, refusal: { code: 'MALFORMED', message: read.malformed } });
  }
  return check(trips, { ...arrival, look: lookFor(read, given), decoded: read });
}

type Checked = Arrival & { decoded: DecodedCommand; look: Look };

async function check(trips: Trips, arrival: Checked): Promise<AnsweredCommand> {
  const { decoded, desk, at, earlier, signer } = arrival;
  const { envelope } = decoded;
  const signing = signingFacts({ decoded, signer, at });
  const unsigned = unsignedRefusal(signing);
  if (unsigned !== undefined) return refuse(trips, { arrival, refusal: unsigned, decoded });
  assert(signer !== undefined, 'a command without a known key is refused');
  if (earlier?.digest === arrival.digest) {
    const nudge = earlier.answer.accepted ? nudgesFor(desk, envelope) : [];
    return { answer: earlier.answer, nudge };
  }
  const facts: CommandFacts = {
    ...signing,
    jtiTaken: earlier !== undefined,
    ...(desk === registry && envelope.kind === 'open' && envelope.incident === registry
      ? {}
      : { incident: incidentOf(arrival) }),
  };
  const refusal = firstRefusal(facts);
  if (refusal !== undefined) {
    const by = earlier === undefined ? { by: signer } : {};
    return refuse(trips, { arrival, refusal, decoded, ...by });
  }
  return weigh(trips, { arrival, signer, facts });
}

/** The kind's own checks, and the effect when nothing speaks against it. */
async function weigh(
  trips: Trips,
  given: { arrival: Checked; signer: Signer; facts: CommandFacts },
): Promise<AnsweredCommand> {
  const { arrival, signer, facts } = given;
  const { decoded } = arrival;
  const seen = await seenBy(await trips.arrived(), { ...arrival, signer, facts });
  const { refusal, effect, command } = seen;
  if (refusal !== undefined) return refuse(trips, { arrival, refusal, decoded, by: signer });
  assert(effect !== undefined, `a look at ${command.kind} finds an effect or why there is none`);
  return accept(trips, { arrival, command, effect, signer });
}

async function accept(
  trips: Trips,
  given: {
    arrival: Checked;
    command: VerifiedCommand;
    effect: Effect;
    signer: Signer;
  },
): Promise<AnsweredCommand> {
  const { arrival, command, effect, signer } = given;
  const { envelope, header } = arrival.decoded;
  const { person, jti, at } = command;
  const { note, result } = effect;
  // An opening's effect names the incident it has just made.
  const incident = typeof result?.['incident'] === 'string' ? result['incident'] : arrival.desk;
  const answer: CommandAnswer = {
    accepted: true,
    incident,
    jti,
    ...(note === undefined ? {} : { note }),
    ...(result === undefined ? {} : { result }),
  };
  const of = { jti, kid: header.kid, kind: envelope.kind, person: person.id };
  store(trips, { arrival, answer, incident: incident === registry ? null : incident, ...of });
  if (signer.inSeries) trips.later(endingSeries({ kid: header.kid, at }));
  if (effect.write !== undefined) await effect.write(await trips.arrived());
  const { kind, body } = effect.evidence;
  // There it is the entry before.
  const seen = incident === registry ? {} : { registryHead: signer.registryHead };
  const seal = { jti, kid: header.kid, jwsDigest: arrival.digest, ...seen };
  const entry = { chain: incident, at, actor: person.id, kind, body: { ...body, ...seal } };
  trips.later(appending(entry));
  return { answer, nudge: nudgesFor(incident, envelope) };
}

async function refuse(
  trips: Trips,
  given: { arrival: Arrival; refusal: Refusal; decoded?: DecodedCommand; by?: Signer },
): Promise<AnsweredCommand> {
  const { arrival, refusal, decoded, by } = given;
  const { chain, desk, at, digest } = arrival;
  const { code, message } = refusal;
  const kind = failures[code].kind;
  const jti = decoded?.envelope.jti;
  const answer: CommandAnswer = {
    accepted: false,
    incident: desk,
    ...(jti === undefined ? {} : { jti }),
    error: { code, kind, message },
  };
  // Only a verified signature uses a jti up: else anybody could spoil somebody's command.
  if (by !== undefined && decoded !== undefined && jti !== undefined) {
    const { kid } = decoded.header;
    const incident = chain === registry ? null : chain;
    const of = { jti, kid, kind: decoded.envelope.kind, person: by.person.id };
    store(trips, { arrival, answer, incident, ...of });
  }
  const kid = decoded?.header.kid;
  if (kid !== undefined) await noteRefusals(await trips.arrived(), { kid, chain, at, code });
  const person = by?.person.id;
  const entry = refusalEntry({ at, code, digest, ...(person && { person }), decoded });
  trips.later(appending({ chain, ...entry }));
  return { answer, nudge: [] };
}

/** What evidence keeps of a refusal; a text that is not kept has no digest. */
export function refusalEntry(refused: {
  at: string;
  code: RefusalCode;
  digest?: string;
  decoded?: DecodedCommand | undefined;
  /** Whose verified signature used up the jti. */
  person?: string;
  /** How often it came, where it was more than once. */
  copies?: number;
}): Omit<NewEvidence, 'chain'> {
  const { at, code, digest, decoded, person, copies = 1 } = refused;
  const body = {
    code,
    ...(digest === undefined ? {} : { jwsDigest: digest }),
    ...(decoded === undefined
      ? {}
      : { kind: decoded.envelope.kind, jti: decoded.envelope.jti, kid: decoded.header.kid }),
    ...(person === undefined ? {} : { person }),
    ...(copies === 1 ? {} : { copies }),
  };
  return { at, actor: person ?? 'makewhole', kind: 'refusal', body };
}

/** Keeps an answer under its jti. */
function store(
  trips: Trips,
  row: {
    arrival: Arrival;
    answer: CommandAnswer;
    incident: string | null;
    jti: string;
    kid: string;
    kind: string;
    person: string;
  },
): void {
  const { arrival, answer, incident, jti, kid, kind, person } = row;
  const { jws, digest, at } = arrival;
  const { accepted } = answer;
  const code = accepted ? null : answer.error.code;
  const answered = [accepted, code, JSON.stringify(answer), at];
  const values = literals([jti, incident, person, kid, kind, jws, digest, ...answered]);
  trips.later(
    `INSERT INTO commands (jti, incident_id, person_id, kid, kind, jws, jws_digest, accepted, code,
       answer, received_at) VALUES ${values}`,
  );
}
