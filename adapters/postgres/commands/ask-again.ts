import { commandBodies } from '../../../contracts/command';
import type { Refusal } from '../../../domain/command-refusal';
import { digestOf } from '../../../proof/digest';
import { isAskedAgain } from '../asked-again';
import { readGate } from '../gate-rows';
import { unseenHead } from './seen-head';
import type { Look } from './verified-command';

/** What was rejected is laid before the same people again, unchanged; every vote is needed anew. */
export const lookAtAskAgain: Look = async (tx, { incidentId, person, body: given, subject }) => {
  const { gate, opening, reason, evidenceHead: head } = commandBodies['ask-again'].parse(given);
  const row = await readGate(tx, { incidentId, gateId: gate });
  const current = { what: `gate ${gate}`, digest: row?.subject };
  let found: Refusal | undefined;
  if (gate !== 'plan' && gate !== 'difference' && !gate.startsWith('letters/')) {
    const message = `what gate ${gate} rejected is made anew: fix propose, or a new post-mortem`;
    found = { code: 'OPTION_BLOCKED', message };
  } else if (row?.opening !== opening || row.state !== 'rejected') {
    const is = row === undefined ? 'never opened' : `at opening ${row.opening}, ${row.state}`;
    const message = `gate ${gate} is ${is}: only what was rejected is asked about again`;
    found = { code: 'GATE_CLOSED', message };
  } else if (await isAskedAgain(tx, { incidentId, gateId: gate, opening })) {
    const message = `opening ${String(opening)} of gate ${gate} is asked about again already`;
    found = { code: 'ALREADY_DONE', message };
  } else {
    const laid = { kind: 'gate-opened', body: { gate, opening } } as const;
    found = await unseenHead(tx, { incidentId, head, laid });
  }
  if (found !== undefined) return { facts: { current, found } };
  const seal = { gate, opening, subject, roles: person.roles, reasonDigest: digestOf(reason) };
  return {
    facts: { current },
    effect: {
      evidence: { kind: 'asked-again', body: seal }, // Whoever carries it out reads the chain.
      result: { gate, opening },
    },
  };
};
