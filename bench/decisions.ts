import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Pool } from 'pg';
import { alternate, figure, type Figure } from './alternate';
import { entriesOnFile, plainVerification, sealedVerification } from './decisions/chain';
import { DecisionsDesk } from './decisions/desk';

const commandsPerRound = 40;
const entriesPerRound = 40;
const bulk = 1_000;

/**
 * What a decision costs beside the plainest program that does the same on the same Postgres:
 * taking in a signed command, appending entries, verifying a chain.
 *
 * Units: `size` is how many entries the verified chain has.
 */
export async function benchDecisions(size = 1_000_000): Promise<readonly Figure[]> {
  const desk = await DecisionsDesk.open();
  try {
    return [
      await commandFigure(desk),
      await appendFigure(desk, { what: 'append an entry', entries: 1 }),
      await appendFigure(desk, { what: `append ${bulk} entries at once`, entries: bulk }),
      await chainFigure(desk, size),
    ];
  } finally {
    await desk.close();
  }
}

async function commandFigure(desk: DecisionsDesk): Promise<Figure> {
  const found = await alternate({
    what: `take in ${commandsPerRound} signed commands`,
    ours: async () => {
      for (const jws of desk.commands(commandsPerRound)) await desk.takeIn(jws);
    },
    baseline: async () => {
      for (const jws of desk.commands(commandsPerRound)) await plainCommand(desk.pool, jws);
    },
    goal: 1.5,
  });
  return found;
}

/** Verified by the key on file, written in its one form, and committed: nothing else is asked. */
async function plainCommand(pool: Pool, jws: string): Promise<void> {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const found = await pool.query<{ pem: string }>(
    'SELECT public_key AS pem FROM person_keys WHERE kid = $1',
    [kid],
  );
  const key = createPublicKey(found.rows[0]?.pem ?? '');
  const input = Buffer.from(`${header}.${payload}`, 'ascii');
  if (!verify(null, input, key, Buffer.from(signature, 'base64url'))) throw new Error('forged');
  const said = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const names = Object.keys(said).sort();
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, said[name]])));
  const digest = createHash('sha256').update(jws).digest('hex');
  const tx = await pool.connect();
  try {
    await tx.query('BEGIN');
    await tx.query('INSERT INTO plain_commands VALUES ($1, $2, $3, $4)', [
      said['jti'],
      jws,
      digest,
      text,
    ]);
    await tx.query('COMMIT');
  } finally {
    tx.release();
  }
}

async function appendFigure(
  desk: DecisionsDesk,
  { what, entries }: { what: string; entries: number },
): Promise<Figure> {
  const rounds = entries === 1 ? entriesPerRound : 1;
  return alternate({
    what,
    ours: async () => {
      for (let round = 0; round < rounds; round += 1) await desk.append(entries);
    },
    baseline: async () => {
      for (let round = 0; round < rounds; round += 1) await desk.plainInsert(entries);
    },
    goal: 1.5,
  });
}

async function chainFigure(desk: DecisionsDesk, size: number): Promise<Figure> {
  const chain = await entriesOnFile(desk.pool, size);
  await desk.settle(); // Without, each page would be planned as a sort of all that is left.
  const ours = await sealedVerification(desk.pool, chain);
  const baseline = await plainVerification(desk.pool, chain);
  const what = `verify ${size} entries`;
  return figure({ what, ours, baseline, unit: 'ms', goal: 3 });
}
