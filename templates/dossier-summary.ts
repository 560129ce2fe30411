import { grouped, groupedSums } from './amounts';
import { unknownsOf } from './answer-sections';
import type { DossierFacts } from './case-file';
import { basisName } from './case-sections';
import { planSums } from './dossier-deals';
import { basisOf } from './dossier-impact';
import { clipped, heading, list, paragraph, type Block, type Item } from './report';

/** The case on one page: what, whom it hurts, how much, what is asked of the reader, until when. */
export function summaryBlocks(facts: DossierFacts): Block[] {
  return [
    paragraph(clipped(facts.incident.summary)),
    ...figures(facts),
    list(
      [
        { lead: 'What happened:', text: happened(facts) },
        { lead: 'Who is hurt:', text: hurt(facts) },
        { lead: 'How grave:', text: grave(facts) },
        { lead: 'What is proposed:', text: proposed(facts) },
        { lead: 'What is still unknown:', text: unknown(facts) },
      ],
      '',
    ),
    heading('What is asked of you'),
    list([...asked(facts), ...nextDeadline(facts)], ''),
  ];
}

function figures(facts: DossierFacts): Block[] {
  const { scan } = facts;
  if (scan === null) return [];
  const basis = basisOf(facts);
  const sides = (['over', 'under'] as const).map((side) => {
    return { label: `${side}-allocated`, value: fewSums(scan[side][basis]) };
  });
  const people = grouped(`${scan.investors.affected[basis]}`);
  const deals = grouped(`${scan.deals.affected[basis]}`);
  const scanned = (of: 'investors' | 'deals') => grouped(`${scan[of].scanned}`);
  return [
    {
      kind: 'figures',
      figures: [
        { label: `people affected, of ${scanned('investors')} looked at`, value: people },
        { label: `deals wrong, of ${scanned('deals')} looked at`, value: deals },
        ...sides,
      ],
    },
  ];
}

const currenciesMax = 3;

function fewSums(amounts: Readonly<Record<string, string>>): string {
  const all = Object.entries(amounts);
  const more = all.length - currenciesMax;
  const some = groupedSums(Object.fromEntries(all.slice(0, currenciesMax)));
  return more > 0 ? `${some}, and ${more} more currencies` : some;
}

function happened({ scan, frozen }: DossierFacts): string {
  const halted =
    frozen.state === 'held'
      ? `The allocation service has been frozen since ${minuteOf(frozen.since ?? '')}, so nobody ` +
        'else is affected.'
      : `The allocation service is not frozen for this incident (${frozen.state}).`;
  if (scan === null) return `The history has not been replayed yet. ${halted}`;
  const wrong = scan.diagnosis.filter(({ affected }) => affected > 0);
  const causes = wrong.slice(0, 3).map(({ ruleVersion, rule, affected, ...first }) => {
    const since = first.firstClosedOn === null ? '' : ` since ${first.firstClosedOn}`;
    const cause =
      rule === null
        ? 'in a way that no single known fault explains'
        : `as the known fault "${rule}" does`;
    const version = `Version ${ruleVersion} of the rule`;
    return `${version} divided ${affected} deals wrongly${since}, ${cause}.`;
  });
  return [...causes, halted].join(' ');
}

function hurt(facts: DossierFacts): string {
  const { people, scan, unreported } = facts;
  if (scan === null) return 'Not known yet.';
  const basis = basisOf(facts);
  const { over, under } = people[basis];
  const silent = unreported.count === 0 ? '' : ` Nobody has reported ${unreported.count} of them.`;
  return (
    `${grouped(`${over}`)} people were given more of a deal than they were due, ` +
    `${grouped(`${under}`)} less. Counted on ${basisName(basis)}; both ways of counting stand ` +
    `side by side under "People and money". Wrong deals: ${facts.wrong.length}.${silent}`
  );
}

function grave({ incident }: DossierFacts): string {
  const { severity, severityReasons } = incident;
  if (severity === null) return 'No severity is declared yet.';
  const setBy = severityReasons.filter(({ says }) => says === severity).slice(0, 3);
  const because = setBy.map(({ fact, value }) => `${fact} is ${value}`).join(', ');
  return because === '' ? `${severity}.` : `${severity}, since ${because}.`;
}

function proposed(facts: DossierFacts): string {
  const { plan } = facts;
  if (plan === null) return 'There is no plan yet.';
  const counts = new Map<string, number>();
  for (const { remedy } of plan.manifest.deals) counts.set(remedy, (counts.get(remedy) ?? 0) + 1);
  const remedies = [...counts].map(([remedy, count]) => {
    const name = facts.options.find((option) => option.remedy === remedy)?.name ?? '';
    return `${remedy} (${name}) for ${count} ${count === 1 ? 'deal' : 'deals'}`;
  });
  const sums = planSums(facts).slice(0, currenciesMax);
  const moved = sums.map(({ currency, out, called, units }) => {
    const money = `pay out ${grouped(out)}, call in ${grouped(called)}`;
    return `${currency}: ${money}, move units of ${grouped(units)} at cost`;
  });
  return `${remedies.join(', ')}. ${moved.join('; ')}. To be paid on ${plan.manifest.payOn}.`;
}

function unknown(facts: DossierFacts): string {
  const { contradictions, unanswered } = facts;
  const asked = facts.unknownFacts.length + unknownsOf(facts).length;
  const open = contradictions.filter(({ state }) => state === 'open').length;
  const silent = unanswered.map(({ team }) => team);
  const said = [
    ...(asked === 0 ? [] : [counted(asked, 'open question')]),
    ...(open === 0 ? [] : [`${counted(open, 'contradiction')} not settled`]),
    ...(silent.length === 0 ? [] : [`no answer from ${silent.join(', ')}`]),
  ];
  return said.length === 0 ? 'Nothing that a decision waits for.' : `${said.join('; ')}.`;
}

function asked({ incident, plan }: DossierFacts): Item[] {
  const { incidentId } = incident;
  const receipt = {
    lead: 'Management:',
    text: `confirm that you have read this: makewhole receipt ${incidentId} --as YOU`,
  };
  if (plan === null) {
    return [
      receipt,
      { lead: 'Legal and finance:', text: 'nothing to sign until there is a plan.' },
    ];
  }
  const { version, digest, manifest } = plan;
  return [
    receipt,
    {
      lead: 'Legal and finance:',
      text:
        `sign or reject version ${version} of the plan, and nothing else: makewhole decide ` +
        `${incidentId} --gate plan --as YOU. What you sign has the digest ${digest}.`,
    },
    {
      lead: 'Until when:',
      text:
        `before it is to be paid, on ${manifest.payOn}; its facts hold through ` +
        `${manifest.goodThrough}, after which it is drafted anew. Until enough have signed, no ` +
        'money moves, and silence decides nothing.',
    },
  ];
}

/** The law's next deadline, which runs whatever is decided here. */
function nextDeadline({ clocks }: DossierFacts): Item[] {
  const next = clocks.find(({ metOn, dueOn }) => metOn === null && dueOn !== null);
  if (next === undefined) return [];
  const { dueOn, name, does, owner, deal, assumed } = next;
  const where = deal === null ? '' : ` (deal ${deal})`;
  const earliest = assumed ? '; the day is assumed, as the earliest it can be' : '';
  const text = `${dueOn ?? ''}, ${name}${where}: ${does}, by ${owner}${earliest}.`;
  return [{ lead: 'Next deadline of the law or the agreement:', text: clipped(text) }];
}

const minuteOf = (time: string): string => time.replace('T', ' ').replace(/:\d\d\.\d+Z$/, ' UTC');

const counted = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
