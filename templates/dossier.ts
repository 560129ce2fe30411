import type { RemedyOption } from '../domain/remedy';
import type { DossierFacts } from './case-file';
import { answersText, contradictionsText, unknownsOf } from './answer-sections';
import { caseHead, diagnosisText, evidenceLine } from './case-sections';
import { clocksText } from './clocks-section';
import { bullets, plain, sums, table } from './markdown';
import { sizingText } from './sizing-section';

/**
 * The dossier for management and legal: what happened, whom it hurt, what can be done at what risk.
 *
 * Ensures: the same facts give the same text but for one line, the evidence's head.
 */
export function dossierText(facts: DossierFacts): string {
  const { incident } = facts;
  const drill = incident.drill ? ['**This is a drill: no real money, no real investor.**', ''] : [];
  return [
    `# Dossier of ${incident.incidentId}`,
    '',
    ...drill,
    'For management and legal, who decide; nobody acts on it alone.',
    '',
    '## What happened',
    caseHead(facts),
    '',
    `The allocation service: ${frozenText(facts)}`,
    '',
    '## What explains it',
    diagnosisText(facts),
    '',
    '## People and money',
    impactText(facts),
    '',
    '## Thought, and found',
    sizingText(facts),
    '',
    '## Deadlines',
    clocksText(facts),
    '',
    ...facts.deals.flatMap((deal) => dealText(facts, deal)),
    '## What is proposed',
    planText(facts),
    '',
    '## What the teams say',
    answersText(facts),
    '',
    '## What does not agree',
    contradictionsText(facts),
    '',
    '## What nobody knows yet',
    unknownText(facts),
    '',
    '## What this rests on',
    evidenceLine(facts),
    '',
  ].join('\n');
}

function frozenText({ frozen }: DossierFacts): string {
  if (frozen.state === 'held') return `frozen since ${frozen.since ?? ''}.`;
  return `${frozen.state}.`;
}

function impactText(facts: DossierFacts): string {
  const { scan, rows, rowCount, incident, reported, unreported } = facts;
  if (scan === null) return 'The history has not been replayed yet.';
  const count = (what: 'deals' | 'investors' | 'commitments') => {
    const { scanned, affected } = scan[what];
    return [what, `${scanned}`, `${affected.asRecorded}`, `${affected.asShouldHaveBeen}`];
  };
  const sides = (['over', 'under'] as const).map((side) => {
    const { asRecorded, asShouldHaveBeen } = scan[side];
    return [`${side}-allocated`, '', sums(asRecorded), sums(asShouldHaveBeen)];
  });
  const head = ['', 'scanned', 'wrong on recorded averages', 'wrong on corrected averages'];
  const lines = rows.map(({ deal, investor, currency, recorded, asRecorded, asShouldHaveBeen }) => {
    return [deal, investor, currency, recorded, asRecorded, asShouldHaveBeen];
  });
  const all = `makewhole impact ${incident.incidentId} --lines`;
  const columns = [
    'deal',
    'investor',
    'currency',
    'recorded',
    'right (recorded)',
    'right (corrected)',
  ];
  return [
    table(
      head,
      ['deals', 'investors', 'commitments'].map((what) => count(what as 'deals')).concat(sides),
    ),
    '',
    'A deal that is wrong on corrected averages only is right by the averages as they stood: an',
    'earlier wrong deal has moved them. It is listed, and decided upon, apart.',
    '',
    ...(lines.length === 0 ? [] : [table(columns, lines), '']),
    rowCount > rows.length
      ? `The ${rows.length} largest of ${rowCount} differences; all: ${all}`
      : `All ${rowCount} differences.`,
    '',
    reportedText({ reported, unreported }),
  ].join('\n');
}

/** Reports are where an incident begins, not where it ends: what the scan of all deals says. */
function reportedText({
  reported,
  unreported,
}: Pick<DossierFacts, 'reported' | 'unreported'>): string {
  const named = (found: (typeof reported)[number]['found']) => {
    return reported.filter((each) => each.found === found).map(({ deal }) => plain(deal));
  };
  const { count, deals } = unreported;
  const more = count > deals.length ? `, and ${count - deals.length} more` : '';
  const others = deals.map(({ deal, found }) => `${plain(deal)}${found === 'moved' ? '*' : ''}`);
  const line = (says: string, names: string[]) => `${says}: ${names.join(', ') || 'none'}`;
  return bullets(
    [
      line('Reported, and wrong', named('wrong')),
      line('Reported, right by the averages as they stood, moved by earlier deals', named('moved')),
      line('Reported, and right after all', named('right')),
      line('Reported, but not in the imported history', named('not-on-file')),
      `${line(`Wrong though nobody reported them (${count})`, others)}${more}`,
      ...(deals.some(({ found }) => found === 'moved') ? ['\\* moved by earlier deals alone'] : []),
    ],
    '',
  );
}

function dealText({ options }: DossierFacts, deal: DossierFacts['deals'][number]): string[] {
  const own = options.filter((option) => option.deal === deal.deal);
  const facts = Object.entries(deal.facts).filter(([, value]) => value !== '');
  const said = facts.map(([name, value]) => `${plain(name)} ${plain(value)}`).join('; ');
  const chosen = own.find((option) => option.chosen);
  return [
    `## Deal ${plain(deal.deal)}: ${plain(deal.company)}, closed ${deal.closedOn}`,
    `Facts: ${said || 'none on file'}`,
    '',
    ...(own.length === 0 ? ['No options are computed yet.'] : [optionsTable(own)]),
    '',
    ...(chosen === undefined ? [] : [`Proposed: **${chosen.remedy}**, ${chosen.name}.`, '']),
    ...(chosen === undefined ? [] : exposureText(chosen)),
    ...own.filter(({ standing }) => standing !== 'notYetOffered').flatMap(gatesText),
  ];
}

function optionsTable(options: readonly RemedyOption[]): string {
  const head = [
    'option',
    'stands',
    'risk',
    'why',
    'over-holder',
    'under-holder',
    'cost',
    'cash need',
    'days',
  ];
  const rows = options.map((option) => {
    const { remedy, name, standing, notYetOffered, risk, gets, cost, cashNeed, currency, days } =
      option;
    const money = (amount: string | null) =>
      amount === null ? 'unknown' : `${amount} ${currency}`;
    return [
      `${remedy} ${name}`,
      standing === 'notYetOffered' ? `not offered: ${notYetOffered ?? ''}` : standing,
      risk.level,
      risk.reason,
      gets.over,
      gets.under,
      money(cost),
      money(cashNeed),
      `${days}`,
    ];
  });
  return table(head, rows);
}

/** What the proposal would cost were the mark another: that is what a dispute would be about. */
function exposureText({ exposure, currency }: RemedyOption): string[] {
  if (exposure === undefined) return [];
  const rows = exposure.map(({ mark, cost }) => [mark, `${cost} ${currency}`]);
  return ['Were the mark another, it would cost:', '', table(['mark', 'cost'], rows), ''];
}

/** What stands in an option's way; what passes is in `makewhole options`. */
function gatesText({ remedy, gates }: RemedyOption): string[] {
  const open = gates.filter(({ result }) => result !== 'pass');
  if (open.length === 0) return [];
  const said = open.map(({ gate, result, says, question, owner, investor }) => {
    const whose = investor === undefined ? '' : ` for ${plain(investor)}`;
    const what = question === undefined ? says : `${question} (${owner ?? ''})`;
    return `${plain(gate)}${whose}, ${result}: ${plain(what)}`;
  });
  return [`In the way of ${remedy}:`, '', bullets(said, ''), ''];
}

function planText({ plan }: DossierFacts): string {
  if (plan === null) return 'There is no plan yet.';
  const { manifest, version, digest } = plan;
  const rows = manifest.deals.map(({ deal, remedy, totals, reasons }) => {
    const flow = (amounts: Readonly<Record<string, string>>) =>
      Object.entries(amounts)
        .map(([account, amount]) => `${account} ${amount}`)
        .join(', ');
    const { out, in: called, units, letStand, currency } = totals;
    return [deal, remedy, currency, flow(out), flow(called), units, letStand, reasons.join(' ')];
  });
  const head = ['deal', 'remedy', 'currency', 'paid by', 'called in to', 'units', 'stands', 'why'];
  return [
    `Version ${version}, digest ${digest}, to be paid on ${manifest.payOn}, good through`,
    `${manifest.goodThrough}.`,
    '',
    table(head, rows),
  ].join('\n');
}

function unknownText(facts: DossierFacts): string {
  const said = facts.unknownFacts.map(({ id, role, question }) => {
    return `${plain(id)} (${plain(role)}): ${plain(question)}`;
  });
  const unsaid = unknownsOf(facts).map(({ team, title, missing, by }) => {
    return `${plain(title)} ${team} will know by ${by}: ${plain(missing)}`;
  });
  return [
    bullets(said, 'Nothing that a decision waits for.'),
    ...unsaid.map((each) => `- ${each}`),
  ].join('\n');
}
