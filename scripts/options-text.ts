import { grouped } from '../domain/grouped';
import type { Gate, RemedyOption } from '../domain/remedy';
import { textTable } from './text-table';

/** A deal's options side by side for people: standing, cost, risk with reason, then every gate. */
export function optionsText(deal: string, options: readonly RemedyOption[]): string {
  const chosen = options.find((option) => option.chosen);
  const choice = chosen === undefined ? 'none chosen yet' : `${chosen.remedy} chosen`;
  const head = ['', 'stands', 'the over get', 'the short get', 'firm: cost / cash', 'risk'];
  const exposure = options.find((option) => option.exposure !== undefined)?.exposure ?? [];
  const [currency] = options.map((option) => option.currency);
  return [
    `Options of deal ${deal}: ${choice}`,
    textTable(head, options.map(optionRow)),
    '',
    textTable(['', 'gate', 'result', 'fact', 'says'], options.flatMap(gateRows)),
    '',
    `Cash compensation (R8), were the mark another, in ${currency ?? ''}:`,
    `  ${exposure.map(({ mark, cost }) => `${mark}: ${grouped(cost)}`).join('   ')}`,
  ].join('\n');
}

const moneyOf = (amount: string | null) => (amount === null ? 'unknown' : grouped(amount));

function optionRow(option: RemedyOption): string[] {
  const { remedy, name, standing, notYetOffered, gets, cost, cashNeed, days, risk } = option;
  const stands = notYetOffered === undefined ? standing : `not yet: ${notYetOffered}`;
  const costs = `${moneyOf(cost)} / ${moneyOf(cashNeed)}\nabout ${String(days)} days`;
  return [
    wrapped(`${option.chosen ? '> ' : ''}${remedy} ${name}`, 20),
    wrapped(stands, 20),
    wrapped(gets.over, 25),
    wrapped(gets.under, 25),
    costs,
    wrapped(`${risk.level}: ${risk.reason}`, 25),
  ];
}

function gateRows({ remedy, gates }: RemedyOption): string[][] {
  return gates.map((gate) => {
    const { investor, fact, found } = gate;
    const whose = investor === undefined ? '' : `${investor}: `;
    const read = found === '' ? `${whose}${fact}` : `${whose}${fact} = ${found}`;
    return [remedy, gate.gate, gate.result, wrapped(read, 30), wrapped(saysOf(gate), 60)];
  });
}

function saysOf({ question, owner, says }: Gate): string {
  return question === undefined || owner === undefined ? says : `for ${owner}: ${question}`;
}

/** Breaks a text between words, so that the table stays on a screen. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
