/**
 * Coarse cells at the fine times of a step, as a field that does not change but moves would have them: its means over this step, the one
 * before and the one after are brought near the given ones by multiplicative iterations (Richardson 1972, Lucy 1974), along the motion
 * between the steps.
 */
import { cellMotion } from "../../engine/numerics/cell-motion.ts";
import { neighbours } from "../../generative/data/time-steps/axis.ts";
import { cellMap } from "../../generative/ensemble/noise-links.ts";
import type { Field } from "../../io/field/index.ts";

const [ITERATIONS, BORDER] = [6, 16];
/** Weight of the steps before and after against the step itself. */
const BESIDE = 0.3;

type Weights = readonly [number, number, number, number];
type Shift = readonly [down: number, right: number];

/** Fields of the fine times along the coarse ones, from the means over coarse steps that begin at `starts`. */
export function advected(means: Field, starts: Float64Array, length: number, count: number): readonly Field[] {
  const [, rows, columns] = means.shape as [number, number, number];
  const plane = rows * columns;
  const map = (n: number) => Float32Array.from(means.values.subarray(n * plane, (n + 1) * plane));
  const sides = [neighbours(starts, length, -1), neighbours(starts, length, 1)] as const;
  const out = Array.from({ length: count }, () => new Float32Array(means.values.length));
  for (const n of starts.keys()) {
    const [before, after] = sides.map((side) => side[n]!) as [number, number];
    const motions = [...(before === n ? [] : [[before, n]]), ...(after === n ? [] : [[n, after]])].map(([a, b]) =>
      meanMotion(map(a!), map(b!), rows, columns),
    );
    const motion = [0, 1].map((k) => motions.reduce((sum, one) => sum + one[k]!, 0) / Math.max(1, motions.length));
    const known = [
      [map(n), 0, 1] as const,
      ...[before, after].flatMap((k, j) => (k === n ? [] : [[map(k), 2 * j - 1, BESIDE] as const])),
    ];
    const films = moving(known, motion as unknown as Shift, rows, columns, count);
    for (const [k, film] of films.entries()) out[k]!.set(film, n * plane);
  }
  return out.map((values, k) => means.with({ name: `advected ${k + 1}`, values }));
}

/** Cells a step, as a mean over the rain. */
function meanMotion(before: Float32Array, after: Float32Array, rows: number, columns: number): Shift {
  const [a, b] = [before, after].map((map) => cellMap(map, rows, columns, 1).values);
  const { down, right } = cellMotion(a!, b!, rows, columns);
  let [sum, y, x] = [1e-12, 0, 0];
  for (const [i, v] of b!.entries()) {
    sum += v;
    y += v * down[i]!;
    x += v * right[i]!;
  }
  return [y / sum, x / sum];
}

function moving(
  known: readonly (readonly [means: Float32Array, step: number, weight: number])[],
  [down, right]: Shift,
  rows: number,
  columns: number,
  count: number,
): readonly Float32Array[] {
  const [height, width] = [rows + 2 * BORDER, columns + 2 * BORDER];
  const clamp = (v: number, most: number) => Math.min(most - 1, Math.max(0, v));
  const own = known[0]![0];
  const still = Float32Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) - BORDER, (i % width) - BORDER];
    return own[clamp(y, rows) * columns + clamp(x, columns)]! + 1e-3;
  });
  const limit = (v: number, size: number) => Math.min(size - 2, Math.max(0, v));
  /** Calls with a cell, and the corner of the four pixels between which it was a share of a step before. */
  const each = (share: number, visit: (i: number, corner: number, weights: Weights) => void) => {
    const [y, x] = [BORDER - share * down, BORDER - share * right];
    const [row, column] = [Math.floor(y), Math.floor(x)];
    const [b, a] = [y - row, x - column];
    const weights = [(1 - b) * (1 - a), (1 - b) * a, b * (1 - a), b * a] as const;
    for (let i = 0; i < own.length; i++) {
      const line = limit(Math.floor(i / columns) + row, height) * width;
      visit(i, line + limit((i % columns) + column, width), weights);
    }
  };
  const shares = Array.from({ length: count }, (_, k) => (k + 0.5) / count - 0.5);
  const seen = (share: number) => {
    const out = new Float32Array(own.length);
    each(share, (i, at, [p, q, r, s]) => {
      out[i] = p * still[at]! + q * still[at + 1]! + r * still[at + width]! + s * still[at + width + 1]!;
    });
    return out;
  };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const [rise, weight] = [new Float32Array(still.length), new Float32Array(still.length)];
    for (const [means, step, share] of known) {
      const made = new Float32Array(means.length);
      for (const part of shares) for (const [i, v] of seen(step + part).entries()) made[i]! += v / count;
      const ratio = means.map((v, i) => (share / count) * ((v + 1e-4) / (made[i]! + 1e-4) - 1));
      for (const part of shares) {
        each(step + part, (i, at, weights) => {
          for (let k = 0; k < 4; k++) {
            const to = at + (k & 1) + (k >> 1) * width;
            rise[to]! += weights[k]! * ratio[i]!;
            weight[to]! += (weights[k]! * share) / count;
          }
        });
      }
    }
    for (let i = 0; i < still.length; i++) {
      if (weight[i]! > 0.02) still[i]! *= Math.min(5, Math.max(0.2, 1 + rise[i]! / weight[i]!));
    }
  }
  const films = shares.map(seen);
  for (let i = 0; i < own.length; i++) {
    const mean = films.reduce((sum, film) => sum + film[i]! / count, 0);
    for (const film of films) film[i]! *= own[i]! / Math.max(mean, 1e-6);
  }
  return films;
}
