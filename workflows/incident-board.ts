import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import {
  condition,
  defineQuery,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BoardCounts } from '../contracts/activities';
import type { IncidentStart } from '../contracts/incident';
import { messages, stages, type Stage } from '../contracts/workflow-ids';
import { boardPage, pageWords, type Shown } from './board-page';
import { beside, type Nudges } from './nudges';
import type { World } from './world';

const stageKey = defineSearchAttributeKey('MakewholeStage', SearchAttributeType.KEYWORD);
const severityKey = defineSearchAttributeKey('MakewholeSeverity', SearchAttributeType.KEYWORD);
const waitingKey = defineSearchAttributeKey('MakewholeWaitingFor', SearchAttributeType.KEYWORD);

/** A small summary for whoever asks a running incident; rows are in Postgres. */
export const boardQuery = defineQuery<{ stage: Stage; counts: BoardCounts | null }>(messages.board);

/** What people see of an incident in the Temporal UI. */
export type Board = {
  /** Turns to a page: recorded in Postgres with its time, and shown. */
  enter(stage: Stage): Promise<void>;
  /** Draws it a last time. */
  close(): Promise<void>;
};

/**
 * Opens the board: a Markdown page without names, redrawn at every change, never going back a page.
 * A resumed run shows the page its incident was on until it has caught up with it.
 *
 * Shapes: people and deals as counts, money as totals per currency.
 */
export function openBoard({ incident, world, nudges }: Opening): Board {
  const { stage, entered } = incident.resumed ?? { stage: 'freezing', entered: [] };
  const before = new Set(stages.slice(0, stages.indexOf(stage)));
  const shown: OnBoard = {
    stage,
    since: entered.at(-1)?.at ?? now(),
    entered: new Map(entered.map((page) => [page.stage, page.at])),
    counts: null,
    turns: 0,
    open: true,
  };
  setHandler(boardQuery, () => ({ stage: shown.stage, counts: shown.counts }));
  let columns = '';
  const draw = () => {
    const severity = shown.counts?.severity ?? incident.severity;
    const waitingFor = waitedFor(shown);
    // Every change of a column is an event of the history; redrawing the page is none.
    if (columns !== (columns = [shown.stage, severity, waitingFor].join('|'))) {
      upsertSearchAttributes([
        { key: stageKey, value: shown.stage },
        { key: severityKey, value: severity },
        { key: waitingKey, value: waitingFor },
      ]);
    }
    setCurrentDetails(boardPage(incident, shown));
  };
  draw();
  beside(redraw({ world, nudges, shown, draw }));
  return {
    async enter(stage) {
      if (stage === 'deciding') before.clear(); // Something new is decided, whatever came before.
      if (before.has(stage)) return; // Turned in an earlier run.
      if (isOnce(stage) && shown.entered.has(stage)) return; // Or round.
      before.clear();
      shown.entered.set(stage, now());
      // Two pages run beside each other; the board shows the furthest.
      const furthest = stages.indexOf(stage) > stages.indexOf(shown.stage) || stage === 'planning';
      if (furthest && stage !== 'acknowledging') [shown.stage, shown.since] = [stage, now()];
      draw();
      await world.turnPage({ stage }, `Page: ${pageWords[stage]}`);
      shown.turns += 1;
    },
    async close() {
      shown.open = false;
      shown.counts = await world.readBoard();
      draw();
    },
  };
}

/** Up to planning no page comes again: another round only looks whether all of it still holds. */
const isOnce = (stage: Stage) => stages.indexOf(stage) <= stages.indexOf('planning');

type Opening = { incident: IncidentStart; world: World; nudges: Nudges };
type OnBoard = Shown & { entered: Map<Stage, string>; turns: number; open: boolean };
type Drawing = { world: World; nudges: Nudges; shown: OnBoard; draw: () => void };

/** The roles that are waited for, in a word each. */
function waitedFor({ stage, counts }: Shown): string {
  if (stage === 'closed') return 'nobody';
  const roles = counts?.waitingFor.flatMap((wait) => (wait.role ?? wait.for).split(', ')) ?? [];
  return [...new Set(roles)].sort().join(', ') || 'nobody';
}

/** Redraws after each nudge and each page turned, reading counts and waits anew. */
async function redraw({ world, nudges, shown, draw }: Drawing): Promise<void> {
  while (shown.open) {
    const [mark, turns] = [nudges.mark(), shown.turns];
    shown.counts = await world.readBoard();
    draw();
    await condition(() => nudges.mark() > mark || shown.turns > turns);
  }
}

const now = () => new Date().toISOString();
