/** A share in whole units. */
export type Share = { readonly units: bigint };

/** Half a share, rounded down. */
export function halve(units: bigint): bigint {
  return units / 2n;
}
