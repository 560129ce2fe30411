import type { SignedHead } from '../contracts/incident';
import type { ChainHeads } from './ports/chain-heads';
import type { InstanceSigner } from './ports/instance-signer';

/** What signing a chain's head needs of the world. */
export type HeadPorts = { heads: ChainHeads; signer: Pick<InstanceSigner, 'sign'> };

/**
 * Signs how far the incident's chain and the registry's have come, keeps both, and gives the
 * incident's for the workflow to keep in its own history.
 *
 * Retry: safe; a head may be signed twice.
 */
export async function signHeads(
  { heads, signer }: HeadPorts,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<SignedHead> {
  const sign = async (chain: string): Promise<SignedHead> => {
    const { seq, hash } = await heads.now(chain);
    const jws = signer.sign('makewhole-head+jws', { at, chain, hash, seq });
    if (seq > 0) await heads.keep({ chain, seq, jws });
    return { seq, hash, jws };
  };
  await sign('registry');
  return sign(incidentId);
}
