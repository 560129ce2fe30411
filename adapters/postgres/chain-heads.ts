import type { Pool } from 'pg';
import type { ChainHeads } from '../../activities/ports/chain-heads';
import { headOf } from './evidence';

/** The heads of the chains in Postgres. */
export function postgresChainHeads(pool: Pool): ChainHeads {
  return {
    now: (chain) => headOf(pool, chain),
    async keep({ chain, seq, jws }) {
      await pool.query(
        'INSERT INTO signed_heads (chain, seq, jws) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [chain, seq, jws],
      );
    },
  };
}
