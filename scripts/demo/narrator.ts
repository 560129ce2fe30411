import { quoted } from '../printed-commands';
import { textTable } from '../text-table';

/** Tells the drill to whoever watches: compact, in the order things happen. */
export type Narrator = {
  /** A numbered step of the story. */
  act(title: string): void;
  /** What happened, in a sentence; indented below its step. */
  say(text: string): void;
  /** The command line somebody just ran. */
  ran(person: string, words: readonly string[]): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
};

/** A narrator that writes lines; with the seconds since the start beside each step. */
export function narrator(write: (line: string) => void): Narrator {
  let acts = 0;
  const started = Date.now();
  const indented = (text: string) => write(text.replace(/^/gm, '   '));
  return {
    act(title) {
      acts += 1;
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      write(`\n${String(acts)}. ${title}  [${seconds} s]`);
    },
    say: indented,
    ran: (person, words) =>
      indented(`${person.padEnd(5)} $ ./makewhole ${words.map(quoted).join(' ')}`),
    table: (head, rows) => indented(textTable(head, rows)),
  };
}

/** A digest as people compare it: its first 12 characters. */
export const short = (digest: string) => `${digest.slice(0, 12)}…`;
