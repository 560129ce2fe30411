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
import { readSigners, signingFacts, unsignedRefusal, type Signer } from './command-facts';
import { incidentOf, lookFor, seenBy, type Entrance } from './command-looks';
import type { Effect, Look, VerifiedCommand } from './commands/verified-command';
import { appendEvidence, type NewEvidence } from './evidence';
import { foresee } from './foreseen-refusal';
import { lockingDecisions } from './incident-lock';
import { nudgesFor } from './nudges';
import { inOneTrip, literal } from './one-trip';
import { inTransaction, type Queryable } from './pool';
import { noteRefusals } from './refusal-series';

const registry = 'registry';

/** A command on its way through the checks; `chain` is where its evidence goes. */
type Arrival = {
  jws: string;
  digest: string;
  at: string;
  desk: string;
  chain: string;
  look?: Look;
};

/** The inbox of signed commands in Postgres. */
export function postgresCommandInbox(pool: Pool): CommandInbox {
  const receive = (given: Received) => inTransaction(pool, (tx) => takeIn(tx, given));
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
export async function takeIn(tx: Queryable, given: Received): Promise<AnsweredCommand> {
  const { desk, jws, at } = given;
  const decoded = decodeCommand(jws);
  const jti = 'envelope' in decoded ? decoded.envelope.jti : undefined;
  const { chain, earlier } = await waitForTurn(tx, { desk, jti });
  const arrival: Arrival = { jws, digest: sha256Hex(jws), at, desk, chain };
  if (!('envelope' in decoded)) {
    return refuse(tx, { arrival, refusal: { code: 'MALFORMED', message: decoded.malformed } });
  }
  return check(tx, { ...arrival, look: lookFor(decoded, given), decoded, earlier });
}

/** What was answered under a jti before, and to which text. */
type EarlierAnswer = { digest: string; answer: CommandAnswer };

/**
 * Waits until nobody else decides here, nor about the same jti, which may come to two desks at
 * once; then finds the chain and what was answered before.
 */
async function waitForTurn(
  tx: Queryable,
  { desk, jti }: { desk: string; jti: string | undefined },
): Promise<{ chain: string; earlier: EarlierAnswer | undefined }> {
  const found = `SELECT FROM incidents WHERE incident_id = ${literal(desk)}`;
  const under = literal(jti ?? '');
  const answered = `SELECT jws_digest AS digest, answer FROM commands WHERE jti = ${under}`;
  const first = lockingDecisions(jti === undefined ? desk : `jti/${jti}`);
  const [, , incidents, answers] = await inOneTrip(tx, [
    first,
    lockingDecisions(desk),
    found,
    answered,
  ]);
  // Commands for an incident that isn't there are kept beside those about people.
  const chain = incidents?.length === 0 ? registry : desk;
  return { chain, earlier: answers?.[0] as EarlierAnswer | undefined };
}

type Checked = Arrival & {
  decoded: DecodedCommand;
  look: Look;
  earlier: EarlierAnswer | undefined;
};

async function check(tx: Queryable, arrival: Checked): Promise<AnsweredCommand> {
  const { decoded, desk, at, earlier } = arrival;
  const { envelope, header } = decoded;
  const signer = (await readSigners(tx, [header.kid])).get(header.kid);
  const signing = signingFacts({ decoded, signer, at });
  const unsigned = unsignedRefusal(signing);
  if (unsigned !== undefined) return refuse(tx, { arrival, refusal: unsigned, decoded });
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
      : { incident: await incidentOf(tx, { envelope, desk }) }),
  };
  const refusal = firstRefusal(facts);
  if (refusal !== undefined) {
    const by = earlier === undefined ? { by: signer } : {};
    return refuse(tx, { arrival, refusal, decoded, ...by });
  }
  return weigh(tx, { arrival, signer, facts });
}

/** The kind's own checks, and the effect when nothing speaks against it. */
async function weigh(
  tx: Queryable,
  given: { arrival: Checked; signer: Signer; facts: CommandFacts },
): Promise<AnsweredCommand> {
  const { arrival, signer, facts } = given;
  const { decoded } = arrival;
  const { refusal, effect, command } = await seenBy(tx, { ...arrival, signer, facts });
  if (refusal !== undefined) return refuse(tx, { arrival, refusal, decoded, by: signer });
  assert(effect !== undefined, `a look at ${command.kind} finds an effect or why there is none`);
  return accept(tx, { arrival, command, effect, registryHead: signer.registryHead });
}

async function accept(
  tx: Queryable,
  given: {
    arrival: Checked;
    command: VerifiedCommand;
    effect: Effect;
    registryHead: Signer['registryHead'];
  },
): Promise<AnsweredCommand> {
  const { arrival, command, effect, registryHead } = given;
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
  await store(tx, { arrival, answer, incident: incident === registry ? null : incident, ...of });
  await effect.write(tx);
  const { kind, body } = effect.evidence;
  const seen = incident === registry ? {} : { registryHead }; // There it is the entry before.
  const seal = { jti, kid: header.kid, jwsDigest: arrival.digest, ...seen };
  const entry = { chain: incident, at, actor: person.id, kind, body: { ...body, ...seal } };
  await appendEvidence(tx, entry);
  return { answer, nudge: nudgesFor(incident, envelope) };
}

async function refuse(
  tx: Queryable,
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
    await store(tx, { arrival, answer, incident, ...of });
  }
  const kid = decoded?.header.kid;
  if (kid !== undefined) await noteRefusals(tx, { kid, chain, at, code });
  const person = by?.person.id;
  const entry = refusalEntry({ at, code, digest, ...(person && { person }), decoded });
  await appendEvidence(tx, { chain, ...entry });
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

async function store(
  tx: Queryable,
  row: {
    arrival: Arrival;
    answer: CommandAnswer;
    incident: string | null;
    jti: string;
    kid: string;
    kind: string;
    person: string;
  },
): Promise<void> {
  const { arrival, answer, incident, jti, kid, kind, person } = row;
  const code = answer.accepted ? null : answer.error.code;
  // An accepted command ends the key's series of refusals.
  await tx.query(
    `WITH ended AS (UPDATE refusal_series SET ended_at = $11
       WHERE key = $4 AND ended_at IS NULL AND $8)
     INSERT INTO commands (jti, incident_id, person_id, kid, kind, jws, jws_digest, accepted, code,
       answer, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      jti,
      incident,
      person,
      kid,
      kind,
      arrival.jws,
      arrival.digest,
      answer.accepted,
      code,
      JSON.stringify(answer),
      arrival.at,
    ],
  );
}
