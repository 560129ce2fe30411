import { performance } from 'node:perf_hooks';

/** One figure of a benchmark: ours beside a baseline of the same run. */
export type Figure = {
  readonly what: string;
  readonly ours: number;
  readonly baseline: number;
  readonly unit: string;
  /** ours / baseline: below 1 ours is less. */
  readonly ratio: number;
  /** The highest ratio we want; null where the baseline is only shown. */
  readonly goal: number | null;
  /** Null where there is no goal. */
  readonly met: boolean | null;
};

/** Work to be measured; what it answers is waited for and thrown away. */
type Work = () => unknown;

/** Ours and a baseline that does the same, or the least that anybody could do. */
export type Pair = {
  readonly what: string;
  readonly ours: Work;
  readonly baseline: Work;
  /** What a run is divided by, and called: 1 and `ms` unless said. */
  readonly per?: { readonly count: number; readonly unit: 'ns/investor' };
  readonly goal?: number;
  readonly rounds?: number;
};

/**
 * Measures ours and its baseline in turns, so that whatever slows the machine slows both.
 *
 * Method: one round of each unmeasured, then `rounds` of both, who begins alternating; medians. A
 * single round is for what takes minutes, and has no round before it.
 */
export async function alternate(pair: Pair): Promise<Figure> {
  const { what, ours, baseline, per, goal, rounds = 11 } = pair;
  const taken = { ours: [] as number[], baseline: [] as number[] };
  for (let round = rounds === 1 ? 1 : 0; round <= rounds; round += 1) {
    const order = ['ours', 'baseline'] as const;
    for (const side of round % 2 === 0 ? order : order.toReversed()) {
      const took = await timed(side === 'ours' ? ours : baseline);
      if (round > 0) taken[side].push(took);
    }
  }
  const scale = per === undefined ? 1 : 1e6 / per.count;
  return figure({
    what,
    ours: median(taken.ours) * scale,
    baseline: median(taken.baseline) * scale,
    unit: per?.unit ?? 'ms',
    goal,
  });
}

/** Puts two values beside each other, rounded for reading, judged by the goal if there is one. */
export function figure(given: {
  what: string;
  ours: number;
  baseline: number;
  unit: string;
  goal?: number | undefined;
}): Figure {
  const { what, unit, goal = null } = given;
  const ratio = given.ours / given.baseline;
  const met = goal === null ? null : ratio <= goal;
  const [ours, baseline] = [rounded(given.ours), rounded(given.baseline)];
  return { what, ours, baseline, unit, ratio: rounded(ratio), goal, met };
}

/** The middle value; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [below, at] = [sorted[middle - 1] ?? NaN, sorted[middle] ?? NaN];
  return sorted.length % 2 === 1 ? at : (below + at) / 2;
}

async function timed(work: Work): Promise<number> {
  const start = performance.now();
  const answer = work();
  if (answer instanceof Promise) await answer;
  return performance.now() - start;
}

const rounded = (value: number): number => Number(value.toPrecision(4));
