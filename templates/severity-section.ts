import { isGraver } from '../domain/severity';
import type { CaseFile } from './case-file';
import { plain } from './markdown';

/** The level, which fact set it, and who has lowered it since and why; as items of a list. */
export function severityItems({ incident }: CaseFile): string[] {
  const { severity, severityReasons, severityLowered: lowered } = incident;
  const telling = severityReasons.filter(({ says }) => isGraver(says, 'Sev 3'));
  const quiet = severityReasons
    .filter(({ says }) => !isGraver(says, 'Sev 3'))
    .map(({ fact, value }) => `${plain(fact)} ${plain(value)}`);
  return [
    `- Severity: ${severity ?? 'not declared'}`,
    ...telling.map(({ fact, value, says, waived }) => {
      const seen = waived === true ? ', weighed by whoever lowered it' : '';
      return `  - ${plain(fact)} is ${plain(value)}: ${says}${seen}`;
    }),
    ...(quiet.length === 0 ? [] : [`  - no more than Sev 3: ${quiet.join(', ')}`]),
    ...(lowered === null ? [] : [`  - ${loweredText(lowered)}`]),
  ];
}

function loweredText(lowered: NonNullable<CaseFile['incident']['severityLowered']>): string {
  const { from, to, by, at, reason } = lowered;
  return `lowered from ${from} to ${to} by ${plain(by)}, ${at}: ${plain(reason)}`;
}
