import type { PlanLine } from '../../domain/plan-line';
import type { PlanManifest } from '../../proof/plan-digest';

/** A line of an exported file as docs/evidence-format.md has it, between its first and its last. */
export type EvidenceFileLine =
  | { type: 'entry'; chain: string; entry: unknown; prevHash: string; hash: string }
  | { type: 'key'; kid: string; crv: 'Ed25519'; kty: 'OKP'; x: string }
  | { type: 'policy'; text: string }
  | { type: 'command'; chain: string; jti: string; jws: string }
  | { type: 'plan'; digest: string; manifest: PlanManifest }
  | { type: 'line'; plan: number; line: PlanLine }
  | { type: 'row'; root: string; index: number; size: number; leaf: string; path: string[] }
  | { type: 'certificate'; deal: string; basis: string; holds: boolean; certificate: unknown }
  | { type: 'head'; jws: string };
