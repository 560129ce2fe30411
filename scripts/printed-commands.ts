/** How the command was called: what stands before its words when it is typed again. */
export type Called = {
  /** The program as it was typed. */
  readonly program: string;
  /** The state folder as it was typed; undefined where none was. */
  readonly state: string | undefined;
};

/**
 * People's text with every command in it as it can be pasted here: called as this one was, on the
 * same state folder.
 *
 * Shapes: texts name commands as `./makewhole …`, wherever they are written.
 */
export function pasteable(text: string, { program, state }: Called): string {
  const folder = state === undefined ? '' : ` --state ${quoted(state)}`;
  return text.replace(
    /(?<!\S)(["'(]?)\.\/makewhole(?= [a-z-])(?![^\n]* --state )/g,
    (_, before: string) => {
      return `${before}${program}${folder}`;
    },
  );
}

/** A word as a shell takes it whole. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
