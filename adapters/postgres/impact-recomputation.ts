import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Impacts } from '../../activities/ports/impacts';
import { averageAt } from '../../domain/averages';
import type { DividedDeal } from '../../domain/divided-deal';
import { wrongShares, type ScannedDeal } from '../../domain/scan';
import { canonicalJson } from '../../proof/canonical-json';
import { sha256Hex } from '../../proof/digest';
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
  await copyIn(tx, { into: certificateColumns, rows: rows.certificates });
  await copyIn(tx, { into: mismatchColumns, rows: rows.mismatches });
}

const impactColumns = `impacts (incident_id, deal_id, investor_id, currency, recorded_minor,
  as_recorded_minor, as_should_have_been_minor, finding)`;
const certificateColumns = 'certificates (incident_id, deal_id, basis, holds, certificate)';
const mismatchColumns = 'basis_mismatches (incident_id, deal_id, investor_id, average_following)';

/** The rows of a chunk, as they are copied. */
class ChunkRows {
  readonly impacts = new RowsToCopy();
  readonly certificates = new RowsToCopy();
  readonly mismatches = new RowsToCopy();
  readonly #incident: Buffer;
  readonly #people: readonly string[];

  constructor({ incidentId, people }: Pick<Given, 'incidentId' | 'people'>) {
    this.#incident = Buffer.from(incidentId);
    this.#people = people;
  }

  /** Adds a deal, and answers its leaf. */
  add(scanned: ScannedDeal): string {
    const { deal, asRecorded, asShouldHaveBeen } = scanned;
    const id = Buffer.from(deal.dealId);
    const isSame = asRecorded === asShouldHaveBeen;
    return canonicalJson({
      deal: deal.dealId,
      differences: this.#addImpacts(id, scanned),
      mismatches: this.#addMismatches(id, scanned),
      asRecorded: this.#addCertificate(id, { basis: 'asRecorded', divided: asRecorded }),
      asShouldHaveBeen: isSame
        ? null
        : this.#addCertificate(id, { basis: 'asShouldHaveBeen', divided: asShouldHaveBeen }),
    });
  }

  #addImpacts(deal: Buffer, scanned: ScannedDeal): string {
    const currency = Buffer.from(scanned.deal.currency);
    const content = createHash('sha256');
    for (const wrong of wrongShares(scanned)) {
      const { rank, recorded, asRecorded, asShouldHaveBeen, finding } = wrong;
      const investor = this.#people[rank] ?? '';
      this.#begin(this.impacts, { fields: 8, deal });
      this.impacts.text(investor);
      this.impacts.text(currency);
      this.impacts.amount(recorded);
      this.impacts.amount(asRecorded);
      this.impacts.amount(asShouldHaveBeen);
      this.impacts.text(finding);
      const line = [investor, recorded, asRecorded, asShouldHaveBeen, finding];
      content.update(`${JSON.stringify(line)}\n`);
    }
    return content.digest('hex');
  }

  #addMismatches(deal: Buffer, { deal: { ranks }, mismatched, following }: ScannedDeal): string {
    const people = mismatched.map((place) => ({ place, rank: ranks[place] ?? 0 }));
    const lines = people
      .sort((a, b) => a.rank - b.rank)
      .map(({ place, rank }) => {
        const investor = this.#people[rank] ?? '';
        const average = averageAt(following, place);
        this.#begin(this.mismatches, { fields: 4, deal });
        this.mismatches.text(investor);
        this.mismatches.text(average);
        return `${JSON.stringify([investor, average])}\n`;
      });
    return sha256Hex(lines.join(''));
  }

  #addCertificate(deal: Buffer, of: { basis: string; divided: DividedDeal }): string {
    const text = certificateText(of.divided);
    this.#begin(this.certificates, { fields: 5, deal });
    this.certificates.text(of.basis);
    this.certificates.boolean(true);
    this.certificates.json(text);
    return sha256Hex(text);
  }

  #begin(rows: RowsToCopy, { fields, deal }: { fields: number; deal: Buffer }): void {
    rows.row(fields);
    rows.text(this.#incident);
    rows.text(deal);
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
