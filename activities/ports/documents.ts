import type { DossierFacts, PostMortemFacts } from '../../templates/case-file';

/** What people read and sign by digest. */
export type DocumentKind = 'dossier' | 'post-mortem' | 'difference';

/** A document as kept. `number` counts those of its kind, from 1. */
export type StoredDocument = {
  digest: string;
  body: string;
  /** The same as a PDF; null for kinds that have none. */
  pdf: Uint8Array | null;
  mediaType: string;
  draftedAt: string;
  number: number;
};

/** Documents of incidents by the digest of their text's bytes, and the case they are made from. */
export type Documents = {
  /** The case as it stands at one moment. */
  dossierFacts(incidentId: string): Promise<DossierFacts>;
  postMortemFacts(incidentId: string): Promise<PostMortemFacts>;
  /** Keeps a document with its evidence; the same bytes twice are kept once. */
  keep(given: {
    incidentId: string;
    kind: DocumentKind;
    body: string;
    pdf?: Uint8Array;
    at: string;
  }): Promise<{ digest: string }>;
  newest(of: { incidentId: string; kind: DocumentKind }): Promise<StoredDocument | null>;
  read(of: {
    incidentId: string;
    kind: DocumentKind;
    digest: string;
  }): Promise<StoredDocument | null>;
  /** The version that the one of a digest took the place of; null where it is the first. */
  previous(of: {
    incidentId: string;
    kind: DocumentKind;
    digest: string;
  }): Promise<StoredDocument | null>;
  /** The bytes of any document of the incident. */
  bytes(of: { incidentId: string; digest: string }): Promise<Uint8Array | null>;
};
