import { isGraver } from '../domain/severity';
import type { CaseFile } from './case-file';
import { clipped, type Item } from './report';

/** The level, which fact set it, and who has lowered it since and why; as a point of a list. */
export function severityItem({ incident }: CaseFile): Item {
  const { severity, severityReasons, severityLowered: lowered } = incident;
  const telling = severityReasons.filter(({ says }) => isGraver(says, 'Sev 3'));
  const quiet = severityReasons
    .filter(({ says }) => !isGraver(says, 'Sev 3'))
    .map(({ fact, value }) => `${fact} ${value}`);
  const items = [
    ...telling.map(({ fact, value, says, waived }) => {
      const seen = waived === true ? ', weighed by whoever lowered it' : '';
      return `${fact} is ${value}: ${says}${seen}`;
    }),
    ...(quiet.length === 0 ? [] : [`no more than Sev 3: ${quiet.join(', ')}`]),
    ...(lowered === null ? [] : [loweredText(lowered)]),
  ];
  const text = `Severity: ${severity ?? 'not declared'}`;
  return { text, items: items.map((each) => ({ text: clipped(each) })) };
}

function loweredText(lowered: NonNullable<CaseFile['incident']['severityLowered']>): string {
  const { from, to, by, at, reason } = lowered;
  return `lowered from ${from} to ${to} by ${by}, ${at}: ${reason}`;
}
