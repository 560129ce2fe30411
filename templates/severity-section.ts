import { isGraver, severities } from '../domain/severity';
import type { CaseFile } from './case-file';
import { momentText } from './moments';
import { clipped, type Item } from './report';
import { factText } from './severity-words';

/** The level, which fact set it, and who has lowered it since and why; as a point of a list. */
export function severityItem({ incident }: CaseFile): Item {
  const { severity, severityReasons, severityLowered: lowered } = incident;
  const telling = severities.flatMap((level) => {
    return severityReasons.filter(({ says }) => says === level && isGraver(says, 'Sev 3'));
  });
  const quiet = severityReasons.filter(({ says }) => !isGraver(says, 'Sev 3')).map(factText);
  const items = [
    ...telling.map((reason) => {
      const seen = reason.waived === true ? ', weighed by whoever lowered it' : '';
      return `${reason.says}: ${factText(reason)}${seen}`;
    }),
    ...(quiet.length === 0 ? [] : [`no more than Sev 3: ${quiet.join(', ')}`]),
    ...(lowered === null ? [] : [loweredText(lowered)]),
  ];
  const text = `${severity ?? 'not declared'} (levels, gravest first: ${severities.join(', ')})`;
  return { lead: 'Severity:', text, items: items.map((each) => ({ text: clipped(each) })) };
}

function loweredText(lowered: NonNullable<CaseFile['incident']['severityLowered']>): string {
  const { from, to, by, at, reason } = lowered;
  return `lowered from ${from} to ${to} by ${by}, ${momentText(at)}: ${reason}`;
}
