import type { CommandAnswer } from '../../contracts/command';
import { assert } from '../../domain/assert';
import type { CommandFacts } from '../../domain/command-refusal';
import type { DecodedCommand } from '../../proof/command-jws';
import { signersOf, type FactsRow, type Signer } from './command-facts';
import { lockingDecisions } from './incident-lock';
import { literals, type Trips } from './trips';

/** What was answered under a jti before, and to which text. */
export type EarlierAnswer = { digest: string; answer: CommandAnswer };

/** What is on file when it is a command's turn. */
export type Turn = {
  /** Where its evidence goes: to the registry's where the desk is of no incident that is there. */
  chain: string;
  earlier: EarlierAnswer | undefined;
  /** Who enrolled the key it names. */
  signer: Signer | undefined;
  /** Whether the incident it names is there, open, and the one whose desk it came to. */
  incident: NonNullable<CommandFacts['incident']>;
};

type Asked = { desk: string; decoded: DecodedCommand | undefined };

/**
 * Waits until nobody else decides here, nor about the same jti, which may come to two desks at
 * once; then finds in the same trip all that every command is judged by.
 */
export async function waitForTurn(trips: Trips, of: Asked): Promise<Turn> {
  const jti = of.decoded?.envelope.jti;
  trips.later(lockingDecisions(jti === undefined ? of.desk : `jti/${jti}`));
  trips.later(lockingDecisions(of.desk));
  return onFile(trips, of);
}

/** What a command is judged by as it stands now, whoever may be deciding. */
export async function onFile(trips: Trips, { desk, decoded }: Asked): Promise<Turn> {
  const { jti = '', incident: named = desk } = decoded?.envelope ?? {};
  const kid = decoded?.header.kid ?? '';
  const asking = `SELECT * FROM command_facts${literals([desk, jti, named, kid])}`;
  const [facts] = await trips.ask(asking);
  const [row] = facts as FactsRow[];
  assert(row !== undefined, 'command_facts answers one row');
  const { desk_known, named_closed, digest, answer } = row;
  const signers = await signersOf(await trips.arrived(), [row]);
  // A command about people names the registry: known, and never an incident's desk.
  const known = named_closed !== null || named === 'registry';
  return {
    chain: desk_known ? desk : 'registry',
    earlier: digest === null || answer === null ? undefined : { digest, answer },
    signer: signers.get(kid),
    incident: { named, asked: desk, known, closed: named_closed ?? false },
  };
}
