import type { DossierFacts } from './case-file';
import { paragraph, withCommand, type Block } from './report';

/** What to type, for whoever is asked; what is signed is signed with a person's own key. */
export function replyBlocks({ incident, plan }: DossierFacts): Block[] {
  const { incidentId } = incident;
  const decide = `./makewhole decide ${incidentId} --gate plan --as YOU`;
  return [
    paragraph(
      'Answers are signed with a key of your own, on a machine where this system is set up; ' +
        'whoever runs the incident can help. YOU is your name in it.',
    ),
    withCommand(
      'Management confirms that it has this dossier. A confirmation stays good when a newer ' +
        'dossier replaces this one, which is then mailed as well:',
      `./makewhole receipt ${incidentId} --as YOU`,
    ),
    ...(plan === null
      ? [paragraph('There is no plan to be signed yet.')]
      : [
          withCommand(
            'Whoever is to sign the plan: what would be signed is shown first, and asked for:',
            `${decide} --approve`,
          ),
          withCommand('Or send it back, with a reason:', `${decide} --reject --reason "…"`),
        ]),
    withCommand(
      'All options of a deal side by side:',
      `./makewhole options ${incidentId} --deal DEAL`,
    ),
    withCommand('This dossier as a file:', `./makewhole dossier ${incidentId} --out dossier.pdf`),
  ];
}
