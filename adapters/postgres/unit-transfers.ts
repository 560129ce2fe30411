import type { Pool } from 'pg';
import type {
  OpenTransfer,
  TransferOutcome,
  TransferView,
  UnitTransfers,
} from '../../activities/ports/unit-transfers';
import type { InvoiceState } from '../../domain/match-receipt';
import { grouped } from '../../domain/grouped';
import { formatMinor } from '../../domain/money';
import { unitsEntry } from '../../domain/posting-rules';
import { appendEvidence } from './evidence';
import { postEntries } from './ledger';
import { inTransaction, type Queryable } from './pool';
import { restate } from './restatements';
import { sealRows } from './sealed-rows';
import { endPaymentWaits, wantPersons } from './settlement-waits';

/** The transfers of units in Postgres. */
export function postgresUnitTransfers(pool: Pool): UnitTransfers {
  return {
    open: (of) => readOpen(pool, of),
    recordedHoldings: (of) => recordedHoldings(pool, of),
    async noteInstrument({ key, instrument }) {
      await pool.query('UPDATE unit_transfers SET instrument = $2 WHERE transfer_key = $1', [
        key,
        instrument,
      ]);
    },
    async list(incidentId) {
      const { rows } = await pool.query<Omit<TransferView, 'units'> & { minor: string }>(
        `SELECT deal_id AS deal, from_holder AS "from", to_holder AS "to", units_minor AS minor,
           currency, state, reference, cause
         FROM unit_transfers WHERE incident_id = $1 ORDER BY deal_id, sequence`,
        [incidentId],
      );
      return rows.map(({ minor, ...row }) => {
        return { ...row, units: formatMinor(BigInt(minor), row.currency) };
      });
    },
    record: (given) => inTransaction(pool, (tx) => record(tx, given)),
  };
}

type Stored = Omit<OpenTransfer, 'amount' | 'call'> & { minor: string };

const columns = `t.transfer_key AS key, t.deal_id AS deal, t.from_holder AS "from",
  t.to_holder AS "to", t.sequence, t.units_minor AS minor, t.currency, t.state`;

async function readOpen(
  db: Queryable,
  { incidentId, version, limit }: { incidentId: string; version: number; limit: number },
): Promise<{ rows: OpenTransfer[]; total: number }> {
  const { rows } = await db.query<Stored & { call: InvoiceState | null }>(
    `SELECT ${columns}, i.state AS call FROM unit_transfers t
     LEFT JOIN invoices i ON i.incident_id = t.incident_id AND i.deal_id = t.deal_id
       AND i.investor_id = t.to_holder AND i.sequence = t.sequence
     WHERE t.incident_id = $1 AND t.plan_version = $2 AND t.state <> 'confirmed'
     ORDER BY i.state IS NULL OR i.state NOT IN ('paid', 'over'), t.state, t.deal_id, t.sequence
     LIMIT $3`,
    [incidentId, version, limit],
  );
  const { rows: counted } = await db.query<{ total: number }>(
    `SELECT count(*)::int AS total FROM unit_transfers
     WHERE incident_id = $1 AND plan_version = $2 AND state <> 'confirmed'`,
    [incidentId, version],
  );
  const open = rows.map(({ minor, call, ...row }) => {
    return { ...row, amount: BigInt(minor), ...(call === null ? {} : { call }) };
  });
  return { rows: open, total: counted[0]?.total ?? 0 };
}

async function recordedHoldings(
  db: Queryable,
  { incidentId, deal }: { incidentId: string; deal: string },
) {
  const { rows } = await db.query<{ investor: string; minor: string; currency: string }>(
    `SELECT c.investor_id AS investor, c.allocated_minor AS minor, d.currency
     FROM incidents i JOIN commitments c USING (snapshot_id)
       JOIN deals d USING (snapshot_id, deal_id)
     WHERE i.incident_id = $1 AND c.deal_id = $2 AND c.allocated_minor > 0
     ORDER BY c.investor_id`,
    [incidentId, deal],
  );
  const currency = rows[0]?.currency ?? '';
  const holdings = rows.map(({ investor, minor }) => {
    return { investorId: investor, units: formatMinor(BigInt(minor), currency) };
  });
  return { currency, holdings };
}

type Recorded = { incidentId: string; at: string; outcomes: TransferOutcome[] };
type Changed = Stored & { outcome: TransferOutcome };

async function record(
  tx: Queryable,
  given: Recorded,
): Promise<{ confirmed: number; refused: number }> {
  const { incidentId, at } = given;
  const changed = await updateRows(tx, given);
  const confirmed = changed.filter(({ outcome }) => outcome.kind === 'confirmed');
  const refused = changed.filter(({ outcome }) => outcome.kind === 'refused');
  const entries = confirmed.map(({ minor, ...row }) =>
    unitsEntry({ ...row, amount: BigInt(minor) }),
  );
  await postEntries(tx, { incidentId, at, entries });
  const deals = [...new Set(confirmed.map(({ deal }) => deal))];
  await restate(tx, { incidentId, at, deals });
  await endPaymentWaits(tx, { incidentId, at, ids: confirmed.map(waitId) });
  await wantPersons(tx, { incidentId, at, persons: refused.map(personWanted) });
  if (changed.length > 0) await appendChanges(tx, { ...given, confirmed, refused });
  return { confirmed: confirmed.length, refused: refused.length };
}

/** A refusal moved nothing: it may turn into a confirmation later, never the other way. */
async function updateRows(tx: Queryable, { incidentId, outcomes }: Recorded): Promise<Changed[]> {
  const { rows } = await tx.query<Stored>(
    `UPDATE unit_transfers t SET state = r.kind, reference = r.reference, cause = r.cause,
       confirmed_at = r."confirmedAt"
     FROM jsonb_to_recordset($2::jsonb)
       AS r (key bpchar, kind text, reference text, cause text, "confirmedAt" timestamptz)
     WHERE t.transfer_key = r.key AND t.incident_id = $1 AND t.state <> 'confirmed'
       AND (t.state, coalesce(t.cause, '')) <> (r.kind, coalesce(r.cause, ''))
     RETURNING ${columns}`,
    [incidentId, JSON.stringify(outcomes)],
  );
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  return rows.flatMap((row) => {
    const outcome = outcomeOf.get(row.key);
    return outcome === undefined ? [] : [{ ...row, outcome }];
  });
}

const waitId = ({ deal, sequence }: Changed): string => `${deal}/transfer/${String(sequence)}`;

function personWanted(row: Changed) {
  const { outcome, deal, from, to, minor, currency } = row;
  const why = outcome.kind === 'refused' ? outcome.cause : '';
  const units = `${grouped(formatMinor(BigInt(minor), currency))} of ${deal} from ${from} to ${to}`;
  const question = `The register refused to move ${units}: ${why}. What has to be put right there?`;
  return { id: waitId(row), role: 'operations', question };
}

async function appendChanges(
  tx: Queryable,
  given: Recorded & Record<'confirmed' | 'refused', Changed[]>,
): Promise<void> {
  const { incidentId, at, confirmed, refused } = given;
  const leaves = [...confirmed, ...refused].map(({ key, outcome, minor, currency }) => {
    const units = `${formatMinor(BigInt(minor), currency)} ${currency}`;
    const answer = outcome.kind === 'confirmed' ? outcome.reference : outcome.cause;
    return `${key} ${outcome.kind} ${units} ${answer}`;
  });
  const body = {
    confirmed: confirmed.length,
    refused: refused.length,
    root: await sealRows(tx, { chain: incidentId, leaves }),
    keys: [...confirmed, ...refused].map(({ key }) => key),
  };
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'register-change', body };
  await appendEvidence(tx, entry);
}
