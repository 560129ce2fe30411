import type { PoolClient } from 'pg';
import { sha256Hex } from '../../proof/digest';
import { copyIn, RowsToCopy } from './copy-in';

const columns = 'certificates (incident_id, deal_id, basis, holds, certificate)';

/** Certificates of a chunk of deals, gathered to be copied. */
export class CertificateRows {
  readonly #rows = new RowsToCopy();

  constructor(private readonly incidentId: string) {}

  /** Adds one as canonical JSON, and answers its digest. */
  add(of: { dealId: string; basis: string; holds: boolean; text: string }): string {
    this.#rows.row(5);
    this.#rows.text(this.incidentId);
    this.#rows.text(of.dealId);
    this.#rows.text(of.basis);
    this.#rows.boolean(of.holds);
    this.#rows.json(of.text);
    return sha256Hex(of.text);
  }

  /** Copies all of them into their table. */
  copyInto(tx: PoolClient): Promise<void> {
    return copyIn(tx, { into: columns, rows: this.#rows });
  }
}
