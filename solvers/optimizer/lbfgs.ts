/** Limited-memory BFGS (Liu & Nocedal 1989, doi 10.1007/BF01589116). */
import { checkWhole } from "../../engine/check-numbers.ts";
import { type ActiveOptimizer, dot, storedNumbers } from "./optimizer.ts";
import { type CurvatureModel, startQuasiNewton, type WolfeOptions, wolfeOptions } from "./quasi-newton.ts";

/** Options of {@link lbfgs}. */
export interface LbfgsOptions extends WolfeOptions {
  /** Pairs (s, y) that are kept, ≥ 1. @defaultValue 20 */
  readonly memory?: number;
}

/** L-BFGS as plain data. */
export interface Lbfgs extends Required<LbfgsOptions> {
  readonly kind: "lbfgs";
}

/**
 * L-BFGS with the two-loop recursion, H₀ = (sᵀy/yᵀy)·I and a strong Wolfe search: for more parameters than
 * {@link ssBroyden} can hold as a matrix (about 5000).
 *
 * @throws OptionsError where a number is out of range
 */
export function lbfgs(options: LbfgsOptions = {}): Lbfgs {
  const { memory = 20 } = options;
  checkWhole("lbfgs", { memory });
  return Object.freeze({ kind: "lbfgs", memory, ...wolfeOptions("lbfgs", options) });
}

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

/** Sets {@link lbfgs} to work on `size` parameters. */
export function startLbfgs(options: Lbfgs, size: number): ActiveOptimizer {
  let pairs: Pair[] = [];
  const model: CurvatureModel = {
    get fresh() {
      return pairs.length === 0;
    },
    direction: (gradient) => twoLoops(pairs, gradient),
    update(s, y) {
      // Only pairs of positive curvature keep H positive definite.
      if (!(dot(s, y) > 0)) return;
      pairs = [...pairs, { s, y }].slice(-options.memory);
    },
    reset() {
      pairs = [];
    },
    // Curvature is a local property of the network, and ages out of the memory by itself.
    changed() {},
    state: () => ({
      size: { shape: [], data: Float64Array.of(size) },
      s: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.s)) },
      y: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.y)) },
    }),
    restore(tensors) {
      const own = storedNumbers("lbfgs", tensors, "size", 1)[0];
      const s = storedNumbers("lbfgs", tensors, "s", own === size ? undefined : size);
      const y = storedNumbers("lbfgs", tensors, "y", s.length);
      const count = s.length / size;
      const part = (data: Float64Array, i: number) => data.slice(i * size, (i + 1) * size);
      pairs = Array.from({ length: count }, (_, i) => ({ s: part(s, i), y: part(y, i) })).slice(-options.memory);
    },
  };
  return startQuasiNewton("lbfgs", model, size, options);
}

function joined(rows: readonly Float64Array[]): Float64Array {
  const size = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    data.set(row, i * size);
  });
  return data;
}

/** −H·g (Nocedal & Wright, Numerical Optimization, Algorithm 7.4). */
function twoLoops(pairs: readonly Pair[], gradient: Float64Array): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y } = pairs[k]!;
    const alpha = dot(s, q) / dot(s, y);
    alphas[k] = alpha;
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = pairs.at(-1);
  const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1;
  for (let i = 0; i < q.length; i++) q[i]! *= scale;
  for (const [k, { s, y }] of pairs.entries()) {
    const factor = alphas[k]! - dot(y, q) / dot(s, y);
    for (let i = 0; i < q.length; i++) q[i]! += factor * s[i]!;
  }
  return q;
}
