import { answersBlocks, contradictionsBlock, unknownsOf } from './answer-sections';
import { grouped } from '../domain/grouped';
import type { DossierFacts } from './case-file';
import { asOfLine, caseHead, diagnosisBlocks, evidenceLine } from './case-sections';
import { clocksBlocks } from './clocks-section';
import { dealBlocks } from './dossier-deals';
import { impactBlocks } from './dossier-impact';
import { parts, type Part } from './dossier-parts';
import { planBlocks } from './dossier-plan';
import { replyBlocks } from './dossier-reply';
import { summaryBlocks } from './dossier-summary';
import { glossaryBlocks } from './dossier-words';
import { dayText, momentText, shortMoment } from './moments';
import { andMore, clipped, heading, list, numbers, paragraph, table, words } from './report';
import { withCommand, type Block, type Report } from './report';
import { sizingBlocks } from './sizing-section';

/**
 * The dossier for management and legal: what happened, whom it hurt, what can be done at what risk.
 *
 * Ensures: the same facts and time give the same report; another time on the same day changes
 * nothing but `writtenAt` and the lines that `withoutDatedLines` takes out, and another day only
 * which deadlines are past.
 */
export function dossierOf(facts: DossierFacts, writtenAt: string): Report {
  const { incident } = facts;
  const today = writtenAt.slice(0, 10);
  const blocks: Readonly<Record<Part, () => Block[]>> = {
    happened: () => [...caseHead(facts), paragraph(frozenText(facts))],
    cause: () => [...diagnosisBlocks(facts), ...secondOpinion(facts)],
    people: () => impactBlocks(facts),
    deadlines: () => clocksBlocks(facts, today),
    options: () => dealBlocks(facts),
    plan: () => planBlocks(facts),
    unknown: () => unknownBlocks(facts),
    answers: () => answersBlocks(facts),
    size: () => sizingBlocks(facts),
    evidence: () => evidenceBlocks(facts),
    reply: () => replyBlocks(facts),
    words: () => glossaryBlocks(),
  };
  return {
    title: `Dossier of ${incident.incidentId}: wrong shares of deals`,
    for: 'For management and legal. It proposes; nobody acts on it before a plan is signed.',
    asOf: asOfLine(writtenAt),
    drill: incident.drill ? 'This is a drill: no real money, no real investor.' : null,
    writtenAt,
    summary: summaryBlocks(facts, today),
    sections: parts.map(([part, title]) => ({ title, blocks: blocks[part]() })),
  };
}

function frozenText({ frozen }: DossierFacts): string {
  const { since, state } = frozen;
  if (state === 'held' && since !== null) {
    return `The service that divides deals has been stopped since ${momentText(since)}.`;
  }
  return `The service that divides deals: ${state}.`;
}

/** What a computation written apart from the first came to: one fault in both is unlikely. */
function secondOpinion({ scan, secondOpinion: opinion }: DossierFacts): Block[] {
  if (scan === null) return [];
  const lead = 'Computed twice:';
  if (opinion.state === 'asked') {
    return [paragraph('the second computation has not answered yet.', lead)];
  }
  if (opinion.state === 'differs') {
    const text =
      'A second computation, written apart from the first, comes to other shares. Nothing is ' +
      'built on either before somebody has found out which is right.';
    return [{ kind: 'alert', text }];
  }
  const { deals, commitments } = opinion;
  const text =
    `a second computation, written apart from the first, came to the same shares to the unit, ` +
    `counted both ways: ${grouped(`${commitments}`)} shares of ` +
    `${grouped(`${deals.affected}`)} wrong deals and of ${grouped(`${deals.sampled}`)} others.`;
  return [paragraph(text, lead)];
}

const unknownMax = 60;

function unknownBlocks(facts: DossierFacts): Block[] {
  const asked = facts.unknownFacts.map(({ id, role, question }) => ({
    lead: `${id}:`,
    text: clipped(`${question} (${role} is asked)`),
  }));
  const unsaid = unknownsOf(facts).map(({ team, title, missing, by }) => ({
    lead: title,
    text: clipped(`${team} will know by ${dayText(by)}: ${missing}`),
  }));
  const all = [...asked, ...unsaid];
  const command = `./makewhole plan ${facts.incident.incidentId} --waiting`;
  return [
    list(all.slice(0, unknownMax), 'Nothing that a decision waits for.'),
    ...andMore(all.length - unknownMax, { of: 'open questions', command }),
    heading('Answers and records that do not agree'),
    contradictionsBlock(facts),
  ];
}

const kinds: Readonly<Record<string, string>> = {
  'first-known': 'when it was first known',
  opened: 'incident opened',
  taken: 'somebody took charge',
  severity: 'severity weighed',
  frozen: 'service stopped',
  imported: 'history of deals imported',
  scanned: 'every deal replayed',
  recomputed: 'right shares computed',
  'second-opinion': 'computed a second time',
  'form-opened': 'teams asked',
  answered: 'a team answered',
  'plan-drafted': 'plan drafted',
};

function evidenceBlocks(facts: DossierFacts): Block[] {
  const { excerpt, incident } = facts;
  const rows = excerpt.map(({ seq, at, actor, kind, hash }) => {
    return [`${seq}`, shortMoment(at).replace(' UTC', ''), actor, kinds[kind] ?? kind, hash];
  });
  const columns = [numbers('entry', 2), words('at, UTC', 6), words('by', 4), words('what', 6)];
  return [
    paragraph(
      'Every step is an entry in a chain: each holds the fingerprint (hash) of the one before, ' +
        'so that none can be changed or left out later without being seen. The first of each kind:',
    ),
    ...(rows.length === 0 ? [] : [table([...columns, words('fingerprint', 14)], rows)]),
    withCommand(
      'All of it, checked from end to end:',
      `./makewhole evidence verify ${incident.incidentId}`,
    ),
    paragraph(evidenceLine(facts)),
  ];
}
