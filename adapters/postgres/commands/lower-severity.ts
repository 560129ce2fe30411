import { commandBodies } from '../../../contracts/command';
import { isGraver, standingSeverity, type Severity } from '../../../domain/severity';
import { digestOf } from '../../../proof/digest';
import { lockedSeverity, writeSeverity } from '../severities';
import type { Look } from './verified-command';

/** A milder level, on exactly the reasons the signer saw; facts alone raise it again. */
export const lookAtLowerSeverity: Look = async (tx, command) => {
  const { incidentId, person, jti, at } = command;
  const { to, reason } = commandBodies['lower-severity'].parse(command.body);
  const { severity: from, reasons, digest } = await lockedSeverity(tx, incidentId);
  const current = { what: `the severity of ${incidentId}`, digest };
  if (from === null || !isGraver(from, to)) {
    const message = `expected a level below ${from ?? 'one that is declared'}, found ${to}`;
    return { facts: { current, found: { code: 'NOT_LOWER', message } } };
  }
  const lowering = { to, reasons };
  return {
    facts: { current },
    effect: {
      evidence: {
        kind: 'severity-lowered',
        body: { from, to, subject: digest, reasonDigest: digestOf(reason), roles: person.roles },
      },
      result: { from, to },
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

/** As a fact is read, before anybody has waived it. */
const asRead = ({ fact, value, says }: { fact: string; value: string; says: Severity }) => {
  return { fact, value, says };
};
