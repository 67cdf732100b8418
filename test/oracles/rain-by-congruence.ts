/** The fields of downscaling-scores.py, from the same 32-bit congruential generator. */

export const SIDE = 32;

export function uniform(seed: number, n: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

function smooth(v: Float64Array): Float64Array {
  const n = SIDE;
  return v.map((c, i) => {
    const [image, y, x] = [Math.floor(i / (n * n)) * n * n, Math.floor(i / n) % n, i % n];
    const at = (yy: number, xx: number) => v[image + ((yy + n) % n) * n + ((xx + n) % n)]!;
    return (c + at(y, x - 1) + at(y, x + 1) + at(y - 1, x) + at(y + 1, x)) / 5;
  });
}

/** `count` images of rain, rounded to 0.1. */
export function rain(seed: number, count: number): Float64Array {
  const u = smooth(smooth(uniform(seed, count * SIDE * SIDE)));
  return u.map((v) => Math.floor(300 * Math.max(v - 0.48, 0) ** 1.5 * 10 + 0.5) / 10);
}

/** Means of 4 × 4 blocks in float64. */
export function blocks(fine: Float64Array): Float64Array {
  const h = SIDE / 4;
  const out = new Float64Array(fine.length / 16);
  for (let i = 0; i < fine.length; i++) {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    out[Math.floor(row / 4) * h + Math.floor(column / 4)]! += fine[i]! / 16;
  }
  return out;
}
