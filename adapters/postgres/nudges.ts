import { commandBodies, type CommandEnvelope } from '../../contracts/command';
import { workflowIds } from '../../contracts/workflow-ids';
import { letterStages } from '../../domain/letter-case';

/**
 * The workflows that should read the tables again after an accepted command.
 *
 * Ensures: depends on the command alone, so that a second try nudges whom the first one missed.
 */
export function nudgesFor(incidentId: string, envelope: CommandEnvelope): string[] {
  const parent = workflowIds.incident(incidentId);
  const letters = letterStages.map((stage) => workflowIds.letters(incidentId, stage));
  switch (envelope.kind) {
    case 'open':
      return [];
    case 'decide':
    case 'withdraw-vote': {
      const { gate } = commandBodies[envelope.kind].parse(envelope.body);
      return [workflowIds.gate(incidentId, gate)];
    }
    case 'ask-again':
      return [parent, ...letters];
    case 'receipt':
      return [workflowIds.gate(incidentId, 'plan')];
    case 'propose-fix':
      return [parent, workflowIds.liveCheck(incidentId)]; // Whichever of them waits for one.
    case 'take':
      return [workflowIds.paging(incidentId), parent];
    case 'updated':
      return [workflowIds.updates(incidentId), parent];
    case 'answer':
    case 'meet-clock':
      return [parent, workflowIds.clocks(incidentId)];
    case 'resolve-letter':
      return [parent, ...letters];
    case 'correct-fact': // An address, a status: somebody may be written to now.
      return [parent, workflowIds.clocks(incidentId), ...letters];
    default:
      return [parent];
  }
}
