import { grouped } from '../domain/grouped';

/** One point of a list; its lead stands out before its words, and points of its own below it. */
export type Item = {
  readonly lead?: string;
  readonly text: string;
  readonly items?: readonly Item[];
};

/** A column of a table; amounts stand at the right. Units: `share` of the width, any scale. */
export type Column = {
  readonly title: string;
  readonly share: number;
  readonly align?: 'right';
};

/** What one bar of a chart shows. Shapes: amounts are decimal texts of one currency. */
export type Bar = { readonly label: string; readonly over: string; readonly under: string };

/**
 * What a report is made of; nothing in it is markup, and nobody's words become any.
 *
 * Shapes: a `chart` draws `over` away from `under` along its bars, and is a table in words.
 */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'paragraph';
      readonly text: string;
      readonly lead?: string;
      /** What can be typed to see or to do it; it stands on a line of its own. */
      readonly command?: string;
    }
  | { readonly kind: 'alert'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: readonly { label: string; value: string }[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  | {
      readonly kind: 'chart';
      readonly title: string;
      readonly axis: string;
      readonly currency: string;
      readonly bars: readonly Bar[];
    };

/** A part of a report with a title of its own. */
export type Section = { readonly title: string; readonly blocks: readonly Block[] };

/**
 * A report before it is Markdown or PDF: whatever it is written as says the same.
 *
 * Shapes: `writtenAt` is an ISO time; `summary` has a page of its own; sections count from 1.
 */
export type Report = {
  readonly title: string;
  readonly for: string;
  readonly asOf: string;
  readonly drill: string | null;
  readonly writtenAt: string;
  readonly summary: readonly Block[];
  readonly sections: readonly Section[];
};

/** A paragraph. */
export const paragraph = (text: string, lead?: string): Block => ({
  kind: 'paragraph',
  text,
  ...(lead === undefined ? {} : { lead }),
});

/** A sentence with the command that shows or does what it says. */
export const withCommand = (text: string, command: string): Block => ({
  kind: 'paragraph',
  text,
  command,
});

/**
 * What a list leaves out, where it leaves out anything: how much, and where all of it is.
 *
 * Ensures: a list that is cut says so.
 */
export function andMore(left: number, { of, command }: { of: string; command: string }): Block[] {
  if (left <= 0) return [];
  return [withCommand(`And ${grouped(`${left}`)} more ${of}. The whole list:`, command)];
}

/** A heading inside a section. */
export const heading = (text: string): Block => ({ kind: 'heading', text });

/** A list, or one sentence where there is nothing to list. */
export function list(items: readonly (Item | string)[], none: string): Block {
  if (items.length === 0) return paragraph(none);
  const asItem = (item: Item | string) => (typeof item === 'string' ? { text: item } : item);
  return { kind: 'list', items: items.map(asItem) };
}

/** A table; columns are as wide as their shares say. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  columns,
  rows,
});

/** A column of words. */
export const words = (title: string, share = 2): Column => ({ title, share });

/** A column of amounts or counts, at the right. */
export const numbers = (title: string, share = 2): Column => ({ title, share, align: 'right' });

const wordsMax = 600;

/** Somebody's words up to a length a page can bear; what is left out is marked as left out. */
export function clipped(text: string): string {
  const letters = Array.from(text);
  if (letters.length <= wordsMax) return text;
  return `${letters.slice(0, wordsMax).join('')}… (${letters.length - wordsMax} more letters)`;
}
