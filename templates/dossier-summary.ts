import { grouped } from '../domain/grouped';
import { groupedSums } from './amounts';
import { teamName, unknownsOf } from './answer-sections';
import type { DossierFacts } from './case-file';
import { basisName } from './case-sections';
import { letsStand } from '../domain/approval-tiers';
import { sortedClocks, type Clock } from '../domain/clocks';
import { ruleById } from '../domain/rule-catalogue';
import { runningText } from './clocks-section';
import { basisOf } from './dossier-impact';
import { see } from './dossier-parts';
import { planSums } from './dossier-plan';
import { dayText, momentText } from './moments';
import { clipped, heading, list, paragraph, type Block, type Item } from './report';
import { factText } from './severity-words';

/** The case on one page: what, whom it hurts, how much, what is asked of the reader, until when. */
export function summaryBlocks(facts: DossierFacts, today: string): Block[] {
  const { summary, openedBy, openedAt } = facts.incident;
  return [
    paragraph(`“${clipped(summary)}” (${openedBy}, ${momentText(openedAt)})`, 'Reported:'),
    ...figures(facts),
    list(
      [
        { lead: 'What happened:', text: happened(facts) },
        { lead: 'Who is affected:', text: hurt(facts) },
        { lead: 'How grave it is:', text: grave(facts) },
        ...proposed(facts),
        { lead: 'What is not known yet:', text: unknown(facts) },
        ...deadlines(facts, today),
      ],
      '',
    ),
    heading('What is asked of you'),
    list(asked(facts), ''),
  ];
}

const currenciesMax = 3;

function figures(facts: DossierFacts): Block[] {
  const { scan } = facts;
  if (scan === null) return [];
  const basis = basisOf(facts);
  const count = (of: 'investors' | 'deals') => grouped(`${scan[of].affected[basis]}`);
  const scanned = (of: 'investors' | 'deals') => grouped(`${scan[of].scanned}`);
  const firm = Object.fromEntries(
    planSums(facts).map(({ currency, firm: pays }) => [currency, pays]),
  );
  return [
    {
      kind: 'figures',
      figures: [
        { label: `deals wrong, of ${scanned('deals')} looked at`, value: count('deals') },
        { label: `people affected, of ${scanned('investors')}`, value: count('investors') },
        { label: 'too much, in all', value: fewSums(scan.over[basis]) },
        { label: 'too little, in all', value: fewSums(scan.under[basis]) },
        ...(facts.plan === null
          ? []
          : [{ label: 'to be paid by the firm, as proposed', value: fewSums(firm) }]),
      ],
    },
  ];
}

function fewSums(amounts: Readonly<Record<string, string>>): string {
  const all = Object.entries(amounts);
  const more = all.length - currenciesMax;
  const some = groupedSums(Object.fromEntries(all.slice(0, currenciesMax)));
  return more > 0 ? `${some}, and ${more} more currencies` : some;
}

function happened({ scan, frozen }: DossierFacts): string {
  const halted =
    frozen.state === 'held' && frozen.since !== null
      ? `The service that divides deals has been stopped since ${momentText(frozen.since)}, so ` +
        'that it can wrong nobody else.'
      : `The service that divides deals is not stopped for this incident (${frozen.state}).`;
  if (scan === null) return `It is not known yet which deals are wrong. ${halted}`;
  const causes = scan.diagnosis
    .filter(({ affected }) => affected > 0)
    .slice(0, 3)
    .map(({ ruleVersion, rule, affected, deals, firstClosedOn }) => {
      const since = firstClosedOn === null ? '' : `, the first closed ${dayText(firstClosedOn)}`;
      const fault = rule === null ? undefined : ruleById(rule)?.summary;
      const cause =
        rule === null
          ? 'No single known fault explains all of it.'
          : `A known fault explains it: ${fault ?? rule}.`;
      const counts = `${grouped(`${affected}`)} of its ${grouped(`${deals}`)} deals`;
      return `Version ${ruleVersion} of the rule divided ${counts} wrongly${since}. ${cause}`;
    });
  return [...causes, halted, `More in ${see('happened')} and ${see('cause')}.`].join(' ');
}

function hurt(facts: DossierFacts): string {
  const { people, scan, unreported } = facts;
  if (scan === null) return 'Not known yet.';
  const basis = basisOf(facts);
  const other = basis === 'asRecorded' ? 'asShouldHaveBeen' : 'asRecorded';
  const { over, under } = people[basis];
  const silent =
    unreported.count === 0
      ? 'Every wrong deal had been reported.'
      : `${counted(unreported.count, 'wrong deal')} had not been reported.`;
  return (
    `${manyPeople(over)} ${over === 1 ? 'was' : 'were'} given more of a deal than due, ` +
    `${manyPeople(under)} less, counted on ${basisName(basis)}. On ` +
    `${basisName(other)} it is ${fewSums(scan.over[other])} too much and ` +
    `${fewSums(scan.under[other])} too little. ${silent} ${checked(facts)} ` +
    `More in ${see('people')}.`
  );
}

function checked({ secondOpinion: { state } }: DossierFacts): string {
  if (state === 'agrees') return 'A second, separate computation came to the same shares.';
  if (state === 'differs') return 'A second, separate computation DOES NOT AGREE.';
  return 'A second, separate computation has not answered yet.';
}

function grave({ incident }: DossierFacts): string {
  const { severity, severityReasons } = incident;
  if (severity === null) return 'No severity is declared yet.';
  const setBy = severityReasons.filter(({ says }) => says === severity).slice(0, 3);
  const because = setBy.map(factText).join(', ');
  const scale = 'on a scale of X (gravest), 1, 2, 3';
  return because === '' ? `${severity}, ${scale}.` : `${severity}, ${scale}: ${because}.`;
}

const namedMax = 3;

function proposed(facts: DossierFacts): Item[] {
  const { plan } = facts;
  const lead = 'What is proposed:';
  if (plan === null) return [{ lead, text: 'There is no plan yet.' }];
  const { deals, payOn } = plan.manifest;
  const byRemedy = new Map<string, string[]>();
  for (const { remedy, deal } of deals) {
    const own = byRemedy.get(remedy);
    if (own === undefined) byRemedy.set(remedy, [deal]);
    else own.push(deal);
  }
  const items = [...byRemedy].map(([remedy, own]) => {
    const option = facts.options.find((each) => each.remedy === remedy && each.chosen);
    const which = own.length > namedMax ? `${grouped(`${own.length}`)} deals` : own.join(', ');
    const terms =
      option === undefined
        ? ''
        : ` Who has too much: ${option.gets.over}. Who has too little: ${option.gets.under}.`;
    return { lead: `${which}:`, text: `${option?.name ?? remedy}.${terms}` };
  });
  const sums = planSums(facts).slice(0, currenciesMax);
  const moved = sums.map(({ currency, out, called, units }) => {
    return (
      `${currency}: ${grouped(out)} paid to investors, ${grouped(called)} asked of investors, ` +
      `units of ${grouped(units)} moved`
    );
  });
  const text = `to be paid on ${dayText(payOn)}. ${moved.join('; ')}. More in ${see('plan')}.`;
  return [{ lead, text, items }];
}

function unknown(facts: DossierFacts): string {
  const { contradictions, unanswered } = facts;
  const open = contradictions.filter(({ state }) => state === 'open').length;
  const questions = facts.unknownFacts.length + unknownsOf(facts).length;
  const said = [
    ...(questions === 0 ? [] : [counted(questions, 'open question')]),
    ...(open === 0 ? [] : [`${counted(open, 'contradiction')} not settled`]),
    ...unanswered.map(({ team }) => `no answer from ${teamName(team)}`),
  ];
  if (said.length === 0) return 'Nothing that a decision waits for.';
  return `${said.join('; ')}. More in ${see('unknown')}.`;
}

/** What the law and the agreements ask, whatever is decided here. */
function deadlines({ clocks }: DossierFacts, today: string): Item[] {
  const { past, coming } = sortedClocks(clocks, today);
  const next = coming.find(({ dueOn }) => dueOn !== null);
  const [first] = past;
  const items = [
    ...(next === undefined ? [] : [`next: ${clockText(next)}`]),
    ...(first === undefined
      ? []
      : [
          `${counted(past.length, 'deadline')} past without a record of being met, ` +
            `the first: ${clockText(first)}`,
        ]),
  ];
  if (items.length === 0) return [];
  const running = runningText({ running: past.length + coming.length, past: past.length });
  const text = `${running}. More in ${see('deadlines')}.`;
  return [{ lead: 'Deadlines:', text, items: items.map((item) => ({ text: clipped(item) })) }];
}

function clockText({ dueOn, name, deal, owner, assumed }: Clock): string {
  const where = deal === null ? '' : ` for ${deal}`;
  const earliest = assumed ? ' (an assumed day, the earliest it can be)' : '';
  return `${dayText(dueOn ?? '')}, ${name}${where}, by ${owner}${earliest}.`;
}

function asked({ plan }: DossierFacts): Item[] {
  const receipt = {
    lead: 'Management:',
    text: 'confirm that you have this dossier. That approves nothing; it says that you know.',
  };
  if (plan === null) {
    const text = 'nothing to sign until there is a plan.';
    return [receipt, { lead: 'Legal and finance:', text }];
  }
  const { version, manifest } = plan;
  const stands = letsStand(manifest.deals.map(({ totals }) => totals));
  const signers = stands
    ? 'Legal, finance and, since something stands, customer success'
    : 'Legal and finance';
  return [
    receipt,
    {
      lead: `${signers}, and whoever else its amounts call for:`,
      text:
        `sign or reject version ${version} of the plan (${see('plan')}), exactly as it stands. ` +
        'Whoever made it does not sign it.',
    },
    {
      lead: 'Until when:',
      text:
        `payment is planned for ${dayText(manifest.payOn)}, and the figures hold through ` +
        `${dayText(manifest.goodThrough)}. Until enough people have signed no money moves, and ` +
        'silence decides nothing.',
    },
    { lead: 'How:', text: `${see('reply')}.` },
  ];
}

const manyPeople = (count: number): string =>
  `${grouped(`${count}`)} ${count === 1 ? 'person' : 'people'}`;

const counted = (count: number, one: string): string =>
  `${grouped(`${count}`)} ${count === 1 ? one : `${one}s`}`;
