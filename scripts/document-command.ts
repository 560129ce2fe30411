import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DocumentKind, StoredDocument } from '../activities/ports/documents';
import { CommandError, show, type CommandIo } from './command-io';
import { rejected } from './signing-options';
import { withLetters } from './with-letters';

/**
 * Shows the newest document of a kind, or writes it to a file.
 *
 * @throws NOT_FOUND (refused) when it has not been written yet.
 */
export function showDocument(given: {
  io: CommandIo;
  incident: string | undefined;
  kind: DocumentKind;
  out?: string | undefined;
}): Promise<number> {
  const { io, incident, kind, out } = given;
  return withLetters({ io, given: incident }, async ({ documents }, { incidentId, stage }) => {
    const found = await documents.newest({ incidentId, kind });
    if (found === null) {
      const see = `See ./makewhole incident status ${incidentId}.`;
      const message = `${incidentId} is at ${stage} and has no ${kind} yet. ${see}`;
      throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
    }
    const { digest, draftedAt, body } = found;
    const value = { incident: incidentId, digest, draftedAt };
    if (out === undefined) {
      show({ io, value: { ...value, markdown: body }, text: () => body, asItIs: true });
      return 0;
    }
    const path = writeTo(out, out.endsWith('.pdf') ? pdfOf(found) : body);
    show({ io, value: { ...value, path }, text: () => `Written to ${path}, digest ${digest}.` });
    return 0;
  });
}

function pdfOf({ pdf, digest }: StoredDocument): Uint8Array {
  if (pdf !== null) return pdf;
  const message = `The document ${digest} is kept as text only; give a name that ends in .md.`;
  throw new CommandError({ code: 'NOT_FOUND', kind: 'refused', message });
}

function writeTo(out: string, body: string | Uint8Array): string {
  const path = resolve(out);
  try {
    writeFileSync(path, body);
  } catch (error) {
    throw rejected(`cannot write: ${error instanceof Error ? error.message : String(error)}`, path);
  }
  return path;
}
