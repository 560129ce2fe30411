import type { Certificate } from '../../domain/certify';
import { formatMinor } from '../../domain/money';
import type { ReplayFinding } from '../../domain/replay-findings';
import { canonicalJson } from '../../proof/canonical-json';
import { digestOf } from '../../proof/digest';
import type { Queryable } from './pool';

/** A certificate as it is stored. */
export type CertificateRow = {
  dealId: string;
  basis: 'recorded' | 'asRecorded' | 'asShouldHaveBeen';
  certificate: Certificate;
};

/** What is found of one person in one deal. */
export type FindingRow = {
  dealId: string;
  kind: ReplayFinding['kind'];
  investorId: string;
  detail: Readonly<Record<string, string>>;
};

/** Stores certificates; one that is there already stays as it is. */
export async function insertCertificates(
  tx: Queryable,
  { incidentId, rows }: { incidentId: string; rows: readonly CertificateRow[] },
): Promise<void> {
  await tx.query(
    `INSERT INTO certificates (incident_id, deal_id, basis, holds, certificate)
     SELECT $1, "dealId", basis, (certificate ->> 'holds')::boolean, certificate
     FROM jsonb_to_recordset($2) AS rows ("dealId" text, basis text, certificate jsonb)
     ON CONFLICT DO NOTHING`,
    [incidentId, JSON.stringify(rows)],
  );
}

/** Stores findings; one that is there already stays as it is. */
export async function insertFindings(
  tx: Queryable,
  { incidentId, rows }: { incidentId: string; rows: readonly FindingRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO findings (incident_id, deal_id, kind, investor_id, detail)
     SELECT $1, "dealId", kind, "investorId", detail FROM jsonb_to_recordset($2)
       AS rows ("dealId" text, kind text, "investorId" text, detail jsonb)
     ON CONFLICT DO NOTHING`,
    [incidentId, JSON.stringify(rows)],
  );
}

/** What evidence seals of a certificate: whose, on which basis, if it holds, and its digest. */
export function certificateLeaf({ dealId, basis, certificate }: CertificateRow): string {
  const { holds } = certificate;
  return canonicalJson({ deal: dealId, basis, holds, certificate: digestOf(certificate) });
}

/** The findings of a deal, one row for each person named. Units: major units, decimal texts. */
export function findingRows(
  { dealId, currency }: { dealId: string; currency: string },
  findings: readonly ReplayFinding[],
): FindingRow[] {
  const show = (minor: string) => formatMinor(BigInt(minor), currency);
  return findings.flatMap((finding): FindingRow[] => {
    const { kind } = finding;
    switch (kind) {
      case 'basis-mismatch':
        return finding.people.map(({ investorId, averageRecorded, averageFollowing }) => {
          return { dealId, kind, investorId, detail: { averageRecorded, averageFollowing } };
        });
      case 'contamination':
        return finding.people.map(({ investorId, asRecordedMinor, asShouldHaveBeenMinor }) => {
          const asShouldHaveBeen = show(asShouldHaveBeenMinor);
          const detail = { asRecorded: show(asRecordedMinor), asShouldHaveBeen };
          return { dealId, kind, investorId, detail };
        });
      default:
        return finding.people.map(({ investorId, shareMinor, rightMinor }) => {
          const detail = { recorded: show(shareMinor), right: show(rightMinor) };
          return { dealId, kind, investorId, detail };
        });
    }
  });
}
