import { standardWording, type LetterWording } from './letter-template';

/** The wordings that come with Makewhole, read from `folder` each time they are asked for. */
export function standardLetters(folder: string): { wording(stage: string): LetterWording } {
  return { wording: (stage) => standardWording({ folder, stage }) };
}
