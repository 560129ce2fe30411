import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import {
  defineQuery,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { BoardCounts } from '../contracts/activities';
import type { IncidentStart } from '../contracts/incident';
import { messages, stages, type Stage } from '../contracts/workflow-ids';
import type { Nudges } from './nudges';
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
  /** Ends the redrawing. */
  close(): void;
};

const words: Record<Stage, string> = {
  freezing: 'Freeze the allocation service and the reported deals',
  declaring: 'Declare how severe it is, and page the people on call',
  gathering: 'Gather the history and what the teams know',
  recomputing: 'Recompute every share by the right rule',
  acknowledging: 'Tell affected investors that we are on it',
  planning: 'Plan a lawful remedy for each deal',
  deciding: 'Wait for legal and finance to decide',
  settling: 'Move money and units, once',
  reconciling: 'Reconcile owed, booked and moved',
  reviewing: 'Review: everybody done, post-mortem',
  closed: 'Closed',
};

/**
 * Opens the board: a Markdown page without names, redrawn at every change, never going back a page.
 *
 * Shapes: people and deals as counts, money as totals per currency.
 */
export function openBoard({ incident, world, nudges }: Opening): Board {
  const shown: Shown = {
    stage: 'freezing',
    since: now(),
    entered: new Set(),
    counts: null,
    open: true,
  };
  setHandler(boardQuery, () => ({ stage: shown.stage, counts: shown.counts }));
  const draw = () => {
    const waiting = shown.counts?.waitingFor.map((wait) => wait.role ?? wait.for) ?? [];
    upsertSearchAttributes([
      { key: stageKey, value: shown.stage },
      { key: severityKey, value: shown.counts?.severity ?? incident.severity },
      { key: waitingKey, value: [...new Set(waiting)].sort().join(', ') || 'nobody' },
    ]);
    setCurrentDetails(page(incident, shown));
  };
  draw();
  void redraw({ world, nudges, shown, draw });
  return {
    async enter(stage) {
      shown.entered.add(stage);
      // Two pages run beside each other; the board shows the furthest.
      const furthest = stages.indexOf(stage) > stages.indexOf(shown.stage) || stage === 'planning';
      if (furthest && stage !== 'acknowledging') [shown.stage, shown.since] = [stage, now()];
      await world.turnPage({ stage }, `Page: ${words[stage]}`);
      draw();
    },
    close() {
      shown.open = false;
      draw();
    },
  };
}

type Opening = { incident: IncidentStart; world: World; nudges: Nudges };
type Shown = {
  stage: Stage;
  since: string;
  entered: Set<Stage>;
  counts: BoardCounts | null;
  open: boolean;
};
type Drawing = { world: World; nudges: Nudges; shown: Shown; draw: () => void };

/** Redraws after each nudge, reading counts and waits anew. */
async function redraw({ world, nudges, shown, draw }: Drawing): Promise<void> {
  for (let mark = nudges.mark(); shown.open; mark = await nextMark(nudges, mark)) {
    shown.counts = await world.readBoard();
    draw();
  }
}

async function nextMark(nudges: Nudges, seen: number): Promise<number> {
  await nudges.since(seen, { summary: 'Until something changes' });
  return nudges.mark();
}

const now = () => new Date().toISOString();
const money = (totals: Record<string, string>) => {
  const parts = Object.entries(totals).map(([currency, amount]) => `${amount} ${currency}`);
  return parts.join(', ') || '0';
};

function page(incident: IncidentStart, shown: Shown): string {
  const { counts, stage, entered } = shown;
  const heading = `# ${incident.incidentId}${incident.drill ? ' · DRILL, no real money' : ''}`;
  const done = stages.map((each) => {
    const box = each === stage && each !== 'closed' ? '▶' : entered.has(each) ? '✓' : '·';
    return `- ${box} ${words[each]}`;
  });
  if (counts === null) return [heading, `**Now:** ${words[stage]}`, '', ...done].join('\n');
  const [investors, deals] = [String(counts.affectedInvestors), String(counts.affectedDeals)];
  return [
    heading,
    `**Severity** ${counts.severity} · **Now:** ${words[stage]} (since ${shown.since})`,
    `**Allocation service:** ${counts.frozen ? 'frozen' : 'online'} · **Fix:** ${counts.fix}`,
    `**Affected:** ${investors} investors in ${deals} deals; ` +
      `too much ${money(counts.over)}, too little ${money(counts.under)}`,
    `**Moved:** out ${money(counts.paid)}, in ${money(counts.received)} · ` +
      `**Letters sent:** ${String(counts.lettersSent)}`,
    '',
    '## Waiting for',
    ...waitingLines(counts),
    '',
    '## Pages',
    ...done,
  ].join('\n');
}

function waitingLines({ waitingFor }: BoardCounts): string[] {
  if (waitingFor.length === 0) return ['Nobody.'];
  return waitingFor.map((wait) => {
    const next = wait.next === null ? '' : `, next reminder ${wait.next}`;
    const end = wait.deadline === null ? '' : `, until ${wait.deadline}`;
    const what = `${wait.for} ${wait.id}, since ${wait.since}${next}${end}`;
    return `- **${wait.role ?? 'somebody'}**: ${what}`;
  });
}
