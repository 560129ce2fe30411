import type PDFDocument from 'pdfkit';
import { faces, fontOf, legible, type Face } from './legible';

/** A page that is written on. */
export type Pdf = InstanceType<typeof PDFDocument>;
/** A part of a document as screen readers meet it. */
export type Part = ReturnType<Pdf['struct']>;

/** A PDF under way: what is written on, and the part of it that grows. */
export type Sheet = { readonly pdf: Pdf; readonly part: Part };

/** What the page is made of. Units: points. */
export const page = { left: 56, right: 56, top: 70, bottom: 64 } as const;

/** Ink that is told apart in grey as well. */
export const ink = {
  text: '#1a1a1a',
  quiet: '#5a5f66',
  rule: '#c3c8ce',
  shade: '#f0f2f5',
  over: '#c2410c',
  under: '#1e4f9c',
  alert: '#a11212',
} as const;

/** How wide lines are. Units: points. */
export const widthOf = (pdf: Pdf): number => pdf.page.width - page.left - page.right;

/** Where a page ends. Units: points from its top. */
export const endOf = (pdf: Pdf): number => pdf.page.height - page.bottom;

/** Goes on a new page where what comes next would not fit on this one. */
export function makeRoom(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= endOf(pdf)) return false;
  pdf.addPage();
  return true;
}

/** Text on one line of thought, in letters the faces have. */
export const shown = (text: string): string => legible(text.replace(/\s+/g, ' ').trim());

/** Writes what readers read out, as an element of the structure tree. */
export function tagged({ pdf, part, as }: Sheet & { as: string }, write: () => void): void {
  part.add(pdf.struct(as, {}, write));
}

/** Opens a part with parts of its own; end it when it is whole. */
export function open({ pdf, part }: Sheet, type: string): Part {
  const opened = pdf.struct(type);
  part.add(opened);
  return opened;
}

/** Draws what carries no words: screen readers pass over it. */
export function ornament(pdf: Pdf, draw: () => void): void {
  pdf.markContent('Artifact', { type: 'Layout' });
  draw();
  pdf.endMarkedContent();
}

/** Makes the faces known to a document, which embeds the letters of them that it shows. */
export function withFaces(pdf: Pdf): Pdf {
  for (const face of faces) pdf.registerFont(face, fontOf(face));
  return pdf;
}

/** Sets face, size and ink. */
export function set(
  pdf: Pdf,
  { size, face, colour }: { size: number; face?: Face; colour?: string },
): Pdf {
  return pdf
    .font(face ?? 'text')
    .fontSize(size)
    .fillColor(colour ?? ink.text);
}
