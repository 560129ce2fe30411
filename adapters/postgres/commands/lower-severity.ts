import { commandBodies } from '../../../contracts/command';
import { severityRule } from '../../../domain/gate-rule';
import { tally, type CountedVote } from '../../../domain/gate-tally';
import { isGraver, standingSeverity, type Severity } from '../../../domain/severity';
import { tiedTo } from '../../../domain/stand-in-ties';
import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import { lockedSeverity, writeSeverity } from '../severities';
import { readSignedCommands } from '../signed-commands';
import { standInsSince } from '../stand-ins';
import type { Look, VerifiedCommand } from './verified-command';

/**
 * A milder level, on exactly the reasons the signers saw: whoever signs first asks for it, and the
 * second one lowers it. Facts alone raise it again.
 */
export const lookAtLowerSeverity: Look = async (tx, command) => {
  const { incidentId, person, jti, at } = command;
  const { to, reason } = commandBodies['lower-severity'].parse(command.body);
  const { severity: from, reasons, digest } = await lockedSeverity(tx, incidentId);
  const current = { what: `the severity of ${incidentId}`, digest };
  if (from === null || !isGraver(from, to)) {
    const message = `expected a level below ${from ?? 'one that is declared'}, found ${to}`;
    return { facts: { current, found: { code: 'NOT_LOWER', message } } };
  }
  const others = await askedBefore(tx, { command, to, digest });
  const own = { person: person.id, roles: person.roles, decision: 'approve' as const };
  const { state, missing } = tally({
    ...{ rule: severityRule, votes: [...others, own], receipts: [], makers: [] },
  });
  if (others.some((vote) => vote.person === person.id)) {
    const message = `${person.id} has asked for ${to} already; missing: ${missing.join(', ')}`;
    return { facts: { current, found: { code: 'ALREADY_DONE', message } } };
  }
  const lowering = { to, reasons };
  const body = { from, to, subject: digest, reasonDigest: digestOf(reason), roles: person.roles };
  const asking = { evidence: { kind: 'severity-asked', body }, result: { from, to, missing } };
  if (state !== 'passed') return { facts: { current }, effect: { ...asking, write: nothing } };
  return {
    facts: { current },
    effect: {
      evidence: { kind: 'severity-lowered', body: { ...body, with: others.map((one) => one.jti) } },
      result: { from, to, missing },
      async write(db) {
        await db.query(
          `INSERT INTO severity_lowerings (jti, incident_id, from_severity, to_severity, reason,
             reasons, person_id, given_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [jti, incidentId, from, to, reason, JSON.stringify(reasons), person.id, at],
        );
        const decided = { severity: from, reasons: reasons.map(asRead) };
        const lowered = standingSeverity({ decided, standing: to, lowering });
        await writeSeverity(db, { incidentId, ...lowered });
      },
    },
  };
};

/** Until the second one has signed, evidence keeps who asked, and nothing else changes. */
const nothing = (): Promise<void> => Promise.resolve();

/**
 * Who has asked for this level on these reasons and could still, each by a signature that holds;
 * whoever counts as one person with the one who signs now is left out.
 */
async function askedBefore(
  tx: Queryable,
  { command, to, digest }: { command: VerifiedCommand; to: Severity; digest: string },
): Promise<(CountedVote & { jti: string })[]> {
  const { incidentId, person, at } = command;
  const { rows } = await tx.query<{ jti: string }>(
    `SELECT entry::jsonb #>> '{body,jti}' AS jti FROM evidence
     WHERE chain = $1 AND kind = 'severity-asked' ORDER BY seq`,
    [incidentId],
  );
  const jtis = rows.map(({ jti }) => jti);
  const asked = await readSignedCommands(tx, { incidentId, evidenceKind: 'severity-asked', jtis });
  const found: (CountedVote & { jti: string })[] = [];
  for (const each of asked.values()) {
    if ('flaw' in each || each.revokedAt !== undefined) continue;
    const { envelope, roles, acceptedAt: openedAt } = each;
    const { iss, jti, kind, subject } = envelope;
    const { to: level } = envelope.body as { to?: unknown };
    const standIns = await standInsSince(tx, openedAt);
    const isTied = tiedTo(standIns, { person: person.id, openedAt, at }).includes(iss);
    const same = kind === 'lower-severity' && subject === digest && level === to;
    if (same && !isTied) found.push({ jti, person: iss, roles, decision: 'approve' });
  }
  return found;
}

/** As a fact is read, before anybody has waived it. */
const asRead = ({ fact, value, says }: { fact: string; value: string; says: Severity }) => {
  return { fact, value, says };
};
