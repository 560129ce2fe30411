import { freePort } from './free-port';
import type { StackPorts } from './stack-file';

const portNames = ['temporal', 'temporalUi', 'smtp', 'inbox', 'bank', 'allocator'] as const;

/** The ports of a start: one for every part. */
export type ChosenPorts = { readonly [Name in keyof StackPorts]-?: number };

/**
 * A port for every part: those kept from before, another one where a stranger has taken it.
 *
 * Order: leftovers of our own must have been stopped before. Postgres looks after its own port,
 * because a server that is still running is taken over on it.
 * @throws PORT_BUSY (fault) when no free one was found
 */
export async function choosePorts(
  kept: StackPorts,
  say: (line: string) => void,
): Promise<ChosenPorts> {
  const taken = new Set<number>();
  if (kept.postgres !== undefined) taken.add(kept.postgres);
  const postgres = kept.postgres ?? (await freePort(undefined, taken));
  taken.add(postgres);
  const chosen = { postgres, temporal: 0, temporalUi: 0, smtp: 0, inbox: 0, bank: 0, allocator: 0 };
  for (const name of portNames) {
    const wished = kept[name];
    const port = await freePort(wished, taken);
    if (wished !== undefined && port !== wished) {
      say(`Port ${wished} (${name}) is taken by another program: using ${port} instead.`);
    }
    chosen[name] = port;
    taken.add(port);
  }
  return chosen;
}
