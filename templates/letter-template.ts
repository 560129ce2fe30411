import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { drillLine, letterHtml, letterPage } from './letter-html';

/** The wording of a stage, with placeholders. */
export type LetterWording = { subject: string; text: string; html: string };

/** What fills the placeholders. */
export type LetterWords = Record<string, unknown>;

/** A letter ready to leave. */
export type RenderedLetter = { subject: string; text: string; html: string };

/** Why a letter could not be filled; that letter stops, and no other. */
export class LetterIncomplete extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LetterIncomplete';
  }
}

/**
 * Reads the standard wording of a stage: its first line is the subject, the HTML follows the text.
 *
 * Shapes: `folder` holds one folder per language, with a file per stage.
 */
export function standardWording(given: {
  folder: string;
  stage: string;
  language?: string;
}): LetterWording {
  const { folder, stage, language = 'en' } = given;
  const content = readFileSync(join(folder, language, `${stage}.txt`), 'utf8');
  const [, subject = '', text = ''] = /^Subject: (.+)\n\n([^]*)$/.exec(content) ?? [];
  if (subject === '') throw new Error(`${stage}.txt: expected a first line "Subject: …"`);
  return { subject, text, html: letterHtml(text) };
}

const strict = { strict: true, knownHelpersOnly: true, preventIndent: true } as const;

/**
 * Fills a wording.
 *
 * Ensures: a placeholder without its word stops the letter; what is filled in is text, no markup.
 */
export function renderLetter(given: {
  wording: LetterWording;
  words: LetterWords;
  drill: boolean;
}): RenderedLetter {
  const { wording, words, drill } = given;
  const subject = fill(wording.subject, { words, html: false });
  const text = fill(wording.text, { words, html: false })
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const body = fill(wording.html, { words, html: true });
  return {
    subject: drill ? `[DRILL] ${subject}` : subject,
    text: `${drill ? `${drillLine}\n\n` : ''}${text}\n`,
    html: letterPage({ title: subject, body, drill }),
  };
}

function fill(template: string, { words, html }: { words: LetterWords; html: boolean }): string {
  try {
    return Handlebars.compile(template, { ...strict, noEscape: !html })(guarded(words));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new LetterIncomplete(said.split('\n')[0] ?? said);
  }
}

/** Also a condition on an unknown word is a mistake; strict templates would take it for false. */
function guarded(words: LetterWords): LetterWords {
  const entries = Object.entries(words).map(([name, value]) => [name, guardedValue(value)]);
  return new Proxy(Object.fromEntries(entries) as LetterWords, {
    get(target, name) {
      if (typeof name === 'string' && !Object.hasOwn(target, name)) {
        throw new LetterIncomplete(`the text asks for {{${name}}}, and there is none`);
      }
      return Reflect.get(target, name) as unknown;
    },
  });
}

function guardedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(guardedValue);
  return typeof value === 'object' && value !== null ? guarded(value as LetterWords) : value;
}
