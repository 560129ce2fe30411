import { table, words, type Block } from './report';

const meanings: readonly (readonly [word: string, meaning: string])[] = [
  ['deal', 'an investment that several investors take part in, closed on one day'],
  ['share', 'how much of a deal an investor was given, in money at cost'],
  [
    'the rule',
    'how a deal is divided where more is asked for than there is: in proportion to what each ' +
      'investor was given on average before, nobody above what they asked for, nothing left over ' +
      'while anybody wants more',
  ],
  ['version of the rule', 'the software that divided a deal, by the label the platform gave it'],
  ['known fault', 'a way in which such software is known to go wrong, described beforehand'],
  ['right', 'equal to the rule to the unit; the unit is the smallest coin of the currency'],
  ['too much, too little', 'what an investor was given less what was due, and the other way round'],
  [
    'averages as recorded',
    'what this deal alone did wrong: the averages that the platform had on file at the time',
  ],
  [
    'averages as corrected',
    'what the whole fault did: averages as they would have been, had every earlier deal been right',
  ],
  ['mark', 'what a unit of a deal is worth today, divided by what it cost: 3.00 is three times'],
  ['remedy', 'a way of putting a deal right, R1 to R9; which ones are lawful depends on the facts'],
  ['units', 'the investors’ holdings in a deal, counted at what they cost'],
  ['the firm', 'the platform’s own account, as against the account of a deal’s vehicle (spv)'],
  [
    'plan',
    'who is paid what, who is asked for what, and what moves; the only thing that is signed',
  ],
  [
    'digest',
    'the fingerprint of a text (SHA-256, 64 characters): another text has another one, so it ' +
      'shows what exactly somebody signed',
  ],
  ['severity', 'how grave an incident is: Sev X, 1, 2, 3, gravest first'],
];

/** The words a reader may not know, as they are meant here. */
export function glossaryBlocks(): Block[] {
  return [table([words('word', 3), words('means', 10)], meanings)];
}
