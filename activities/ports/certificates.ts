/** A certificate as it is stored. Shapes: docs/certificates.md. */
export type StoredCertificate = {
  deal: string;
  /** Of the shares as they were recorded, or of the right ones on a basis. */
  basis: 'recorded' | 'asRecorded' | 'asShouldHaveBeen';
  holds: boolean;
  certificate: object;
};

/** Certificates of incidents, for whoever checks them by another program. */
export type Certificates = {
  /** Order: deals by code point, then basis; a page in memory at a time. */
  stored(incidentId: string): AsyncIterable<StoredCertificate>;
};
