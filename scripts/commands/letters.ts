import type { Command } from 'commander';
import type { LetterRow } from '../../activities/ports/letter-ledger';
import { action, show } from '../command-io';
import { groupOf } from '../signing-options';
import { textTable } from '../text-table';
import { withLetters } from '../with-letters';

const example = `
Example:
  ./makewhole letters INC-2026-0042 --lines`;

/** Adds `letters`: every letter of an incident, and what became of it. */
export function registerLetters(program: Command): void {
  groupOf(program, 'letters')
    .argument('<incident>', 'INC-2026-0042')
    .option('--lines', 'one JSON line a letter')
    .addHelpText('after', example)
    .action(
      action<{ lines?: true }>((options, io, [given]) =>
        withLetters({ io, given }, async ({ letters }, { incidentId }) => {
          const rows = await letters.list(incidentId);
          if (options.lines === true) {
            for (const row of rows) io.out(JSON.stringify(lineOf(row)));
            return 0;
          }
          const value = { incident: incidentId, letters: countsOf(rows) };
          show({ io, value, text: () => tableOf(incidentId, rows) });
          return 0;
        }),
      ),
    );
}

const rowOf = ({ stage, investor, revision }: LetterRow) => `${stage}/${investor}/${revision}`;

const lineOf = (letter: LetterRow) => {
  const { stage, investor, deals, state, messageId, template } = letter;
  return { row: rowOf(letter), stage, investor, deals, state, messageId, template };
};

function countsOf(rows: readonly LetterRow[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { stage, state } of rows) {
    const ofStage = (counts[stage] ??= {});
    ofStage[state] = (ofStage[state] ?? 0) + 1;
  }
  return counts;
}

function tableOf(incident: string, rows: readonly LetterRow[]): string {
  if (rows.length === 0) return `${incident} has no letters yet.`;
  const lines = rows.map((letter) => {
    const { deals, state, sentAt, cause } = letter;
    return [rowOf(letter), deals.join(', '), state, sentAt ?? '', cause ?? ''];
  });
  return textTable(['letter', 'deals', 'state', 'sent', 'why'], lines);
}
