/** Formulas of Radau IIA of order 5: nodes, Butcher's matrix in two systems, and the polynomial of a step. */
import type { MultifrontalFactors } from "../../engine/numerics/multifrontal.ts";

const root6 = Math.sqrt(6);
/** Places of the stages in a step. */
export const nodes = [(4 - root6) / 10, (4 + root6) / 10, 1] as const;
/** Weights of the embedded formula. */
export const embedded = [(-13 - 7 * root6) / 3, (-13 + 7 * root6) / 3, -1 / 3] as const;
/** Eigenvalues of the inverse of Butcher's matrix. */
export const real = 3 + 3 ** (2 / 3) - 3 ** (1 / 3);
export const [complexRe, complexIm] = [3 + 0.5 * (3 ** (1 / 3) - 3 ** (2 / 3)), -0.5 * (3 ** (5 / 6) + 3 ** (7 / 6))];
/** T, whose columns are eigenvectors of the inverse of Butcher's matrix, and its inverse. */
export const transform = [
  [0.09443876248897524, -0.14125529502095421, 0.03002919410514742],
  [0.25021312296533332, 0.20412935229379994, -0.38294211275726192],
  [1, 1, 0],
] as const;
export const inverse = [
  [4.178718591551904, 0.32768282076106237, 0.52337644549944951],
  [-4.178718591551904, -0.32768282076106237, 0.47662355450055044],
  [0.5028726349457868, -2.571926949855605, 0.59603920482822492],
] as const;
/** The inverse of Butcher's matrix. */
const slopes = transform.map((row) =>
  [0, 1, 2].map((j) => {
    const [p, q, r] = [inverse[0][j]!, inverse[1][j]!, inverse[2][j]!];
    const [b, c] = [complexRe * q - complexIm * r, complexIm * q + complexRe * r];
    return row[0] * real * p + row[1] * b + row[2] * c;
  }),
);
/** From stages to coefficients of the polynomial of a step. */
const dense = [
  [13 / 3 + (7 * root6) / 3, -23 / 3 - (22 * root6) / 3, 10 / 3 + 5 * root6],
  [13 / 3 - (7 * root6) / 3, -23 / 3 + (22 * root6) / 3, 10 / 3 - 5 * root6],
  [1 / 3, -8 / 3, 10 / 3],
] as const;

// Loops and not `map`, which calls a function for each number: half of the time of small systems went into it.

export function minus(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! - b[i]!;
  return out;
}

export function plus(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
  return out;
}

export function allFinite(a: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!(Math.abs(a[i]!) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

export function combined(of: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const [a, b, c] = of as [Float64Array, Float64Array, Float64Array];
  const [p, q, r] = weights as [number, number, number];
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = p * a[i]! + q * b[i]! + r * c[i]!;
  return out;
}

/** Values at the stages: levels[j][i] is the j-th derivative in time at the i-th one. */
export interface Stages {
  readonly levels: readonly (readonly Float64Array[])[];
  /** Unknowns and all derivatives at a stage. */
  one(i: number): readonly Float64Array[];
}

/** All derivatives at stages where the unknowns have moved by z from y. */
export function stagesOf(y: readonly Float64Array[], z: readonly Float64Array[], h: number): Stages {
  const levels: Float64Array[][] = [];
  let moves = z;
  for (const before of y) {
    levels.push(moves.map((move) => plus(move, before)));
    const next = slopes.map((row) =>
      combined(
        moves,
        row.map((w) => w / h),
      ),
    );
    const after = y[levels.length];
    if (after === undefined) {
      const whole = [...levels, next];
      return { levels, one: (i) => whole.map((level) => level[i]!) };
    }
    // The next derivative at the stages, less what it is at the start.
    moves = next.map((d) => minus(d, after));
  }
  return { levels, one: (i) => levels.map((level) => level[i]!) };
}

/** One step: y^(j)(t + s·h) = start[j] + s·c₀ + s²·c₁ + s³·c₂. */
export interface Step {
  readonly t: number;
  readonly h: number;
  /** True where derivatives may jump at its start. */
  readonly breaks?: true;
  /** By order in time below the highest. */
  readonly start: readonly Float64Array[];
  readonly coefficients: readonly (readonly Float64Array[])[];
}

/** Coefficients of the polynomial of a step that moves from y through the stages, level by level. */
export const coefficientsOf = (y: readonly Float64Array[], { levels }: Stages): Float64Array[][] =>
  levels.map((level, j) => {
    const moves = level.map((at) => minus(at, y[j]!));
    return [0, 1, 2].map((c) => combined(moves, [dense[0][c]!, dense[1][c]!, dense[2][c]!]));
  });

/** The moves of the unknowns at the stages, of what the two systems find. */
export const movesOf = (w: readonly Float64Array[]): Float64Array[] => transform.map((row) => combined(w, row));

/** Factors of the real and of the complex system. */
export type Factors = {
  readonly one: Pick<MultifrontalFactors, "solve">;
  readonly two: Pick<MultifrontalFactors, "solve">;
};

/** The right side of the complex system: real and imaginary parts in turn. */
export function complexRight(residuals: readonly Float64Array[]): Float64Array {
  const [a, b, c] = residuals as [Float64Array, Float64Array, Float64Array];
  const [[p0, p1, p2], [q0, q1, q2]] = [inverse[1], inverse[2]];
  const out = new Float64Array(2 * a.length);
  for (let i = 0; i < a.length; i++) {
    out[2 * i] = -(p0 * a[i]! + p1 * b[i]! + p2 * c[i]!);
    out[2 * i + 1] = -(q0 * a[i]! + q1 * b[i]! + q2 * c[i]!);
  }
  return out;
}

/** s·(s − c₁)·(s − c₂)·(s − 1) in powers of s, from the first. */
const powers = [
  -nodes[0] * nodes[1],
  nodes[0] * nodes[1] + nodes[0] + nodes[1],
  -(nodes[0] + nodes[1] + 1),
  1,
] as const;

/** That product, or a derivative of it. */
export function stageProduct(s: number, order = 0): number {
  let sum = 0;
  for (let k = 4; k >= Math.max(1, order); k--) {
    let factor = powers[k - 1]!;
    for (let r = 0; r < order; r++) factor *= k - r;
    sum = sum * s + factor;
  }
  return order === 0 ? sum * s : sum;
}

/** The place in a step of the second stage of the one before lies. */
export const placeBefore = (step: Step, before: Step): number => (before.t + nodes[1] * before.h - step.t) / step.h;

/** The polynomial of a step in s. */
export const polynomialAt = ({ start, coefficients }: Step, level: number, i: number, s: number): number => {
  const [a, b, c] = coefficients[level] as [Float64Array, Float64Array, Float64Array];
  return start[level]![i]! + s * (a[i]! + s * (b[i]! + s * c[i]!));
};

/** Factors of 1, s, s², s³ and the stages' product in a derivative in time. */
export function weights(s: number, order: number, h: number): readonly [number, number, number, number, number] {
  if (order === 0) return [1, s, s * s, s * s * s, stageProduct(s)];
  if (order === 1) return [0, 1 / h, (2 * s) / h, (3 * s * s) / h, stageProduct(s, 1) / h];
  const bend = stageProduct(s, order) / h ** order;
  if (order === 2) return [0, 0, 2 / (h * h), (6 * s) / (h * h), bend];
  return [0, 0, 0, order === 3 ? 6 / h ** 3 : 0, bend];
}

/**
 * A derivative of one component, from a level on, at a place in a step; bent so that it meets the second stage of the
 * step before, where there is one.
 */
export function componentAt(
  step: Step,
  before: Step | undefined,
  { unknown: i, level, order }: { readonly unknown: number; readonly level: number; readonly order: number },
  s: number,
): number {
  const [w0, w1, w2, w3, w4] = weights(s, order, step.h);
  const [a, b, c] = step.coefficients[level] as [Float64Array, Float64Array, Float64Array];
  const value = w0 * step.start[level]![i]! + w1 * a[i]! + w2 * b[i]! + w3 * c[i]!;
  if (!before || step.breaks) return value;
  const place = placeBefore(step, before);
  const gap = secondStage(before, level, i) - polynomialAt(step, level, i, place);
  return value + (w4 * gap) / stageProduct(place);
}

/** The second stage of a step. */
export const secondStage = (step: Step, level: number, i: number): number => polynomialAt(step, level, i, nodes[1]);

/** The value at a place that the three stages of a step have among them, without its start. */
export function stageAt(step: Step, level: number, i: number, s: number): number {
  const [p, q, r] = nodes;
  const [a, b, c] = [
    ((s - q) * (s - r)) / ((p - q) * (p - r)),
    ((s - p) * (s - r)) / ((q - p) * (q - r)),
    ((s - p) * (s - q)) / ((r - p) * (r - q)),
  ];
  return (
    a * polynomialAt(step, level, i, p) + b * polynomialAt(step, level, i, q) + c * polynomialAt(step, level, i, r)
  );
}
