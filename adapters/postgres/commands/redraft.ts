import { commandBodies } from '../../../contracts/command';
import type { RefusalCode } from '../../../domain/command-refusal';
import type { RemedyOption } from '../../../domain/remedy';
import { digestOf } from '../../../proof/digest';
import { readOptions } from '../options';
import type { Look } from './verified-command';

/** Another of a deal's computed options: the next version of the plan is drafted with it. */
export const lookAtRedraft: Look = async (tx, command) => {
  const { incidentId, person, jti, at } = command;
  const { deal, remedy, reason } = commandBodies.redraft.parse(command.body);
  const options = await readOptions(tx, { incidentId, deal });
  const refusal = obstacle({ deal, remedy, options });
  if (refusal !== undefined) return { facts: { found: refusal } };
  return {
    facts: {},
    effect: {
      evidence: { kind: 'redraft', body: { deal, remedy, reasonDigest: digestOf(reason) } },
      result: { deal, remedy },
      async write(db) {
        await db.query(
          `INSERT INTO redrafts (incident_id, deal_id, remedy, reason, person_id, jti, given_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)`,
          [incidentId, deal, remedy, reason, person.id, jti, at],
        );
      },
    },
  };
};

function obstacle(given: {
  deal: string;
  remedy: string;
  options: RemedyOption[];
}): { code: RefusalCode; message: string } | undefined {
  const { deal, remedy, options } = given;
  const wanted = options.find((option) => option.remedy === remedy);
  if (options.length === 0) {
    return { code: 'NOT_FOUND', message: `there are no options for deal ${deal}; see plan` };
  }
  if (wanted === undefined) {
    const known = options.map((option) => option.remedy).join(', ');
    return { code: 'NOT_FOUND', message: `${remedy} is no option of ${deal}; there are ${known}` };
  }
  if (wanted.standing !== 'blocked' && wanted.standing !== 'notYetOffered') return undefined;
  const failed = wanted.gates.filter(({ result }) => result === 'fail').map(({ says }) => says);
  const why = wanted.notYetOffered ?? failed.join(' ');
  return { code: 'OPTION_BLOCKED', message: `${remedy} cannot be chosen for ${deal}: ${why}` };
}
