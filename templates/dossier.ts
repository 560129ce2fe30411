import { answersBlocks, contradictionsBlock, unknownsOf } from './answer-sections';
import type { DossierFacts } from './case-file';
import { caseHead, diagnosisBlock, evidenceLine } from './case-sections';
import { clocksBlocks } from './clocks-section';
import { dealSections, planBlocks } from './dossier-deals';
import { impactBlocks } from './dossier-impact';
import { summaryBlocks } from './dossier-summary';
import { list, paragraph, table, words, type Block, type Report } from './report';
import { sizingBlocks } from './sizing-section';

/**
 * The dossier for management and legal: what happened, whom it hurt, what can be done at what risk.
 *
 * Ensures: the same facts and time give the same report, and another time changes nothing but
 * `writtenAt` and the line about the evidence.
 */
export function dossierOf(facts: DossierFacts, writtenAt: string): Report {
  const { incident } = facts;
  return {
    incidentId: incident.incidentId,
    title: `Dossier of ${incident.incidentId}`,
    for: 'For management and legal, who decide; nobody acts on it alone.',
    drill: incident.drill ? 'This is a drill: no real money, no real investor.' : null,
    writtenAt,
    summary: summaryBlocks(facts),
    sections: [
      {
        title: 'What happened',
        blocks: [...caseHead(facts), paragraph(frozenText(facts))],
      },
      { title: 'What explains it', blocks: [diagnosisBlock(facts)] },
      { title: 'People and money', blocks: impactBlocks(facts) },
      { title: 'Thought, and found', blocks: sizingBlocks(facts) },
      { title: 'Deadlines', blocks: clocksBlocks(facts) },
      ...dealSections(facts),
      { title: 'What is proposed', blocks: planBlocks(facts) },
      { title: 'What the teams say', blocks: answersBlocks(facts) },
      { title: 'What does not agree', blocks: [contradictionsBlock(facts)] },
      { title: 'What nobody knows yet', blocks: [unknownBlock(facts)] },
      { title: 'What this rests on', blocks: evidenceBlocks(facts) },
    ],
  };
}

function frozenText({ frozen }: DossierFacts): string {
  const state = frozen.state === 'held' ? `frozen since ${frozen.since ?? ''}` : frozen.state;
  return `The allocation service: ${state}.`;
}

const unknownMax = 60;

function unknownBlock(facts: DossierFacts): Block {
  const asked = facts.unknownFacts.map(({ id, role, question }) => `${id} (${role}): ${question}`);
  const unsaid = unknownsOf(facts).map(({ team, title, missing, by }) => {
    return `${title} ${team} will know by ${by}: ${missing}`;
  });
  const all = [...asked, ...unsaid];
  const more = all.length - unknownMax;
  const command = `makewhole incident status ${facts.incident.incidentId}`;
  const said = more > 0 ? [...all.slice(0, unknownMax), `And ${more} more: ${command}`] : all;
  return list(said, 'Nothing that a decision waits for.');
}

function evidenceBlocks(facts: DossierFacts): Block[] {
  const { excerpt, incident } = facts;
  const rows = excerpt.map(({ seq, at, actor, kind, hash }) => [`${seq}`, at, actor, kind, hash]);
  const columns = [words('entry', 1), words('at', 3), words('by', 2), words('what', 2)];
  return [
    paragraph(
      'Every step is an entry in a chain: each holds the hash of the one before it, so that none ' +
        'can be changed or left out later without being seen. The first of each kind:',
    ),
    ...(rows.length === 0 ? [] : [table([...columns, words('hash', 5)], rows)]),
    paragraph(`All of it, checked: makewhole evidence verify ${incident.incidentId}`),
    paragraph(evidenceLine(facts)),
  ];
}
