// Drawing by lot, so that the same number draws the same again.

export interface Draw {
  /** 0 to n - 1. */
  below: (n: number) => number;
  pick: <T>(from: readonly T[]) => T;
  /** True in one of n cases. */
  oneIn: (n: number) => boolean;
  bytes: (length: number) => string;
}

/** mulberry32: 32 bits of state are enough for stories that nobody must guess. */
export function draw(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    pick: (from) => from[below(from.length)] as (typeof from)[number],
    oneIn: (n) => next() < 1 / n,
    bytes: (length) => Array.from({ length }, () => String.fromCharCode(below(256))).join(""),
  };
}
