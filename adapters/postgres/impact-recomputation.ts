import type { PoolClient } from 'pg';
import type { Impacts } from '../../activities/ports/impacts';
import { averageAt } from '../../domain/averages';
import type { DividedDeal } from '../../domain/divided-deal';
import type { Basis } from '../../domain/plan';
import { wrongShares, type ScannedDeal } from '../../domain/scan';
import { canonicalJson } from '../../proof/canonical-json';
import { sha256Hex } from '../../proof/digest';
import { CertificateRows } from './certificate-rows';
import { copyIn, RowsToCopy } from './copy-in';
import { bookChunk } from './impact-chunks';
import type { Queryable } from './pool';
import { Refused } from './refused';

type Given = Parameters<Impacts['saveRecomputed']>[0];

/**
 * Stores a chunk of a recomputation: its row of progress, then differences, certificates and
 * mismatches.
 *
 * Method: a deal's leaf names the digests of its certificates, of its differences and of its
 * mismatches, a line of JSON each, in the order of investors by code point.
 */
export async function saveRecomputed(tx: PoolClient, given: Given): Promise<void> {
  const { incidentId, deals, state } = given;
  const rows = new ChunkRows(given);
  const leaves = deals.map((deal) => rows.add(deal));
  const work = 'recompute';
  await bookChunk(tx, { ...given, work, deals: deals.length, leaves, tally: state });
  await refuseOtherCheck(tx, { incidentId, deals });
  await copyIn(tx, { into: impactColumns, rows: rows.impacts });
  await rows.certificates.copyInto(tx);
  await copyIn(tx, { into: mismatchColumns, rows: rows.mismatches });
}

const impactColumns = `impacts (incident_id, deal_id, investor_id, currency, recorded_minor,
  as_recorded_minor, as_should_have_been_minor, finding)`;
const mismatchColumns = 'basis_mismatches (incident_id, deal_id, investor_id, average_following)';

/** The rows of a chunk, as they are copied. */
class ChunkRows {
  readonly impacts = new RowsToCopy();
  readonly certificates: CertificateRows;
  readonly mismatches = new RowsToCopy();
  readonly #incidentId: string;
  readonly #people: readonly string[];

  constructor({ incidentId, people }: Pick<Given, 'incidentId' | 'people'>) {
    this.certificates = new CertificateRows(incidentId);
    this.#incidentId = incidentId;
    this.#people = people;
  }

  /** Adds a deal, and answers its leaf. */
  add(scanned: ScannedDeal): string {
    const { deal, asRecorded, asShouldHaveBeen } = scanned;
    const { dealId } = deal;
    const isSame = asRecorded === asShouldHaveBeen;
    const certificate = (basis: Basis, divided: DividedDeal) => {
      return this.certificates.add({ dealId, basis, holds: true, text: certificateText(divided) });
    };
    return canonicalJson({
      deal: dealId,
      differences: this.#addImpacts(scanned),
      mismatches: this.#addMismatches(scanned),
      asRecorded: certificate('asRecorded', asRecorded),
      asShouldHaveBeen: isSame ? null : certificate('asShouldHaveBeen', asShouldHaveBeen),
    });
  }

  #addImpacts(scanned: ScannedDeal): string {
    const { dealId, currency } = scanned.deal;
    const lines: string[] = [];
    for (const wrong of wrongShares(scanned)) {
      const { rank, recorded, asRecorded, asShouldHaveBeen, finding } = wrong;
      const investor = this.#people[rank] ?? '';
      this.#begin(this.impacts, { fields: 8, dealId });
      this.impacts.text(investor);
      this.impacts.text(currency);
      this.impacts.amount(recorded);
      this.impacts.amount(asRecorded);
      this.impacts.amount(asShouldHaveBeen);
      this.impacts.text(finding);
      const line = [investor, recorded, asRecorded, asShouldHaveBeen, finding];
      lines.push(`${JSON.stringify(line)}\n`);
    }
    return sha256Hex(lines.join(''));
  }

  #addMismatches({ deal, mismatched, following }: ScannedDeal): string {
    const { dealId, ranks } = deal;
    const people = mismatched.map((place) => ({ place, rank: ranks[place] ?? 0 }));
    const lines = people
      .sort((a, b) => a.rank - b.rank)
      .map(({ place, rank }) => {
        const investor = this.#people[rank] ?? '';
        const average = averageAt(following, place);
        this.#begin(this.mismatches, { fields: 4, dealId });
        this.mismatches.text(investor);
        this.mismatches.text(average);
        return `${JSON.stringify([investor, average])}\n`;
      });
    return sha256Hex(lines.join(''));
  }

  #begin(rows: RowsToCopy, { fields, dealId }: { fields: number; dealId: string }): void {
    rows.row(fields);
    rows.text(this.#incidentId);
    rows.text(dealId);
  }
}

/** What is kept of a certificate that holds, as canonical JSON: its members are in order here. */
function certificateText({ tiers }: DividedDeal): string {
  const said = tiers.map(({ availableMinor, rate, tier }) => {
    return { availableMinor, rate: rate && { den: rate.den, num: rate.num }, tier };
  });
  return JSON.stringify({ tiers: said });
}

/** The check went by itself; a recomputation that finds other deals wrong is not believed. */
async function refuseOtherCheck(
  tx: Queryable,
  { incidentId, deals }: { incidentId: string; deals: readonly ScannedDeal[] },
): Promise<void> {
  const { rows } = await tx.query<{ dealId: string }>(
    `SELECT deal_id AS "dealId" FROM certificates
     WHERE incident_id = $1 AND basis = 'recorded' AND deal_id = ANY ($2)`,
    [incidentId, deals.map(({ deal }) => deal.dealId)],
  );
  const checked = new Set(rows.map(({ dealId }) => dealId));
  const other = deals.find(({ deal, isRight }) => checked.has(deal.dealId) === isRight);
  if (other === undefined) return;
  const { dealId } = other.deal;
  const [ours, theirs] = other.isRight ? ['right', 'wrong'] : ['wrong', 'right'];
  const message = `the check found ${dealId} ${theirs}, the recomputation ${ours}: not stored`;
  throw new Refused('RECOMPUTATION_DIFFERS', message);
}
