import { commandBytesMax } from '../contracts/message-limits';

/** A signalled text; null for what is too large to be a command, or no text. */
export type Signalled = string | null;

/** With its envelope this stays below the 2 MB that Temporal takes at once. Units: bytes. */
const batchBytesMax = 1_000_000;
const batchMax = 1000;

/** What was sent, if it can be kept. */
export function legible(sent: unknown): Signalled {
  return typeof sent === 'string' && sent.length <= commandBytesMax ? sent : null;
}

/** The most a text can weigh as JSON: a control character takes six bytes. */
function weigh(text: Signalled): number {
  if (text === null) return 5;
  return /^[\w.-]*$/.test(text) ? text.length + 3 : 6 * text.length + 3;
}

/** The first of what waits, as much as fits into one payload. */
export function firstBatch(waiting: Signalled[]): Signalled[] {
  let bytes = 0;
  const tooMuch = waiting.findIndex((text, index) => {
    bytes += weigh(text);
    return bytes > batchBytesMax || index >= batchMax;
  });
  return tooMuch < 0 ? [...waiting] : waiting.slice(0, tooMuch);
}

/** Whether one payload holds all of it. */
export const fitsOneBatch = (waiting: Signalled[]) => firstBatch(waiting).length === waiting.length;
