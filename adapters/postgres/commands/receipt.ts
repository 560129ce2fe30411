import { commandBodies } from '../../../contracts/command';
import { endWaits } from '../waits';
import { currentDossier } from '../incidents';
import { unseenHead } from './seen-head';
import type { Look } from './verified-command';

/** "I have the dossier", by the digest of the newest one; it counts for later ones too. */
export const lookAtReceipt: Look = async (tx, command) => {
  const { incidentId, person, jti, subject, at } = command;
  const { evidenceHead: head } = commandBodies.receipt.parse(command.body);
  const digest = await currentDossier(tx, incidentId);
  const laid = { kind: 'dossier', body: { digest: subject } } as const;
  const found = digest === subject ? await unseenHead(tx, { incidentId, head, laid }) : undefined;
  return {
    facts: {
      current: { what: 'the dossier', digest },
      ...(found === undefined ? {} : { found }),
    },
    effect: {
      evidence: { kind: 'receipt', body: { subject, roles: person.roles } },
      async write(db) {
        await db.query(
          `INSERT INTO dossier_receipts (incident_id, digest, person_id, roles, jti, received_at)
           VALUES ($1, $2, $3, $4, $5, $6)`,
          [incidentId, subject, person.id, person.roles, jti, at],
        );
        if (!person.roles.includes('management')) return;
        await endWaits(db, { incidentId, waitingFor: 'receipt', at });
      },
    },
  };
};
