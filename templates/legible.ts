import { readFileSync } from 'node:fs';
import { create, type Font } from 'fontkit';

const files = {
  text: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  code: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
} as const;

/** How words are set: as text, bold, or as something to be typed. */
export type Face = keyof typeof files;

/** The faces a PDF can be set in. */
export const faces = ['text', 'bold', 'code'] as const;

const bytes = new Map<Face, Buffer>();

/**
 * The font file of a face. A PDF embeds those of its letters that it shows, so that it looks the
 * same everywhere: Latin, Greek, Cyrillic, Hebrew, Arabic, Armenian, Georgian and Vietnamese.
 */
export function fontOf(face: Face): Buffer {
  const known = bytes.get(face) ?? readFileSync(files[face]);
  bytes.set(face, known);
  return known;
}

const opened = new Map<Face, Font>();

function has(face: Face, letter: string): boolean {
  const font = opened.get(face) ?? (create(fontOf(face)) as Font);
  opened.set(face, font);
  return font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
}

const isShown = (letter: string): boolean => has('text', letter) && has('bold', letter);
const beyond = /[^\u0020-\u007e]+/gu;

/**
 * Text in letters that a PDF can show.
 *
 * Ensures: nothing is lost: letters that no face has stand as their Unicode numbers in brackets,
 * `[U+738B U+4F1F]`.
 */
export function legible(text: string): string {
  return text.normalize('NFC').replace(beyond, (run) => {
    const letters = Array.from(run);
    return letters.map((letter, at) => (isShown(letter) ? letter : numbered(letters, at))).join('');
  });
}

function numbered(letters: readonly string[], at: number): string {
  const goesOn = (beside: string | undefined) => beside !== undefined && !isShown(beside);
  const number = (letters[at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const before = goesOn(letters[at - 1]) ? ' ' : '[';
  return `${before}U+${number}${goesOn(letters[at + 1]) ? '' : ']'}`;
}

/** Whether a PDF can show a text letter by letter. */
export const isLegible = (text: string): boolean => legible(text) === text.normalize('NFC');
