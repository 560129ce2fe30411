/** Room that every deal reuses; nothing in it outlives the call that wrote it. */
export type Scratch = {
  /** Places of people still open, then of those who may get a leftover unit. */
  readonly open: Uint32Array;
  /** Places of people without history. */
  readonly newcomers: Uint32Array;
  /** What cutting to whole units took from each place, in parts of the tier's weight. */
  readonly rests: Float64Array;
  /** A column of ones: what people without history weigh. */
  readonly ones: Float64Array;
};

let scratch = makeScratch(256);

/** The one scratch of this thread, grown to `size` places; callers never hold it across calls. */
export function scratchOf(size: number): Scratch {
  if (scratch.open.length < size) scratch = makeScratch(Math.max(size, scratch.open.length * 2));
  return scratch;
}

function makeScratch(size: number): Scratch {
  return {
    open: new Uint32Array(size),
    newcomers: new Uint32Array(size),
    rests: new Float64Array(size),
    ones: new Float64Array(size).fill(1),
  };
}
