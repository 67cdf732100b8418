/** Limited-memory BFGS (Liu & Nocedal 1989, doi 10.1007/BF01589116) with a strong Wolfe search. */
import { checkNames } from "../../engine/check-names.ts";
import { checkWhole } from "../../engine/check-numbers.ts";
import { ConvergenceError } from "../../engine/errors.ts";
import { storedNumbers } from "../stored-numbers.ts";
import { type LinePoint, searchLine } from "./line-search.ts";
import { type ActiveOptimizer, checkFinite, checkSizes, dot, norm, type Objective } from "./optimizer.ts";

/** Options of {@link lbfgs}. */
export interface LbfgsOptions {
  /** Pairs (s, y) that are kept, ≥ 1. @defaultValue 20 */
  readonly memory?: number;
}

/** L-BFGS as plain data. */
export interface Lbfgs extends Required<LbfgsOptions> {
  readonly kind: "lbfgs";
}

/**
 * L-BFGS with the two-loop recursion, H₀ = (sᵀy/yᵀy)·I and a strong Wolfe search: for more parameters than Gauss–Newton's
 * matrices have room for.
 *
 * @throws OptionsError where a number is out of range
 */
export function lbfgs(options: LbfgsOptions = {}): Lbfgs {
  checkNames("lbfgs", options, "memory kind");
  const { memory = 20 } = options;
  checkWhole("lbfgs", { memory });
  return Object.freeze({ kind: "lbfgs", memory });
}

/** Sufficient decrease c₁, curvature c₂, and evaluations of one line search at most. */
const search = { decrease: 1e-4, curvature: 0.9, evaluations: 25 };

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
}

interface Trial extends LinePoint {
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
}

/** Loss and gradient at a known θ, so that a step does not evaluate again what the last one ended with. */
interface Memory {
  readonly objective: Objective;
  readonly theta: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
}

const equal = (x: Float64Array, y: Float64Array): boolean => x.every((v, i) => v === y[i]);

/** Sets {@link lbfgs} to work on `size` parameters. */
export function startLbfgs(options: Lbfgs, size: number): ActiveOptimizer {
  let pairs: readonly Pair[] = [];
  let known: Memory | undefined;

  async function descend(at: Memory, direction: Float64Array, slope: number, first: number) {
    let evaluations = 0;
    const trial = async (step: number): Promise<Trial> => {
      const theta = at.theta.map((v, i) => v + step * direction[i]!);
      const gradient = new Float64Array(size);
      // A step that rounding swallows is none.
      if (equal(theta, at.theta)) return { step, value: NaN, slope: NaN, theta, gradient };
      evaluations++;
      const value = await at.objective.evaluate(theta, gradient);
      return { step, value, slope: dot(gradient, direction), theta, gradient };
    };
    const result = await searchLine(trial, { step: 0, value: at.loss, slope }, first, search);
    return { ...result, evaluations };
  }

  return {
    async step(objective, theta) {
      checkSizes("lbfgs", size, objective, theta);
      let evaluations = 0;
      if (known?.objective !== objective || !equal(known.theta, theta)) {
        const gradient = new Float64Array(size);
        const loss = await objective.evaluate(theta.slice(), gradient);
        evaluations++;
        known = { objective, theta: theta.slice(), loss, gradient };
      }
      const at = known;
      const gradientNorm = norm(at.gradient);
      checkFinite("lbfgs", at.loss, gradientNorm);
      const still = { loss: at.loss, before: at.loss, accepted: false, wolfe: false, stepLength: 0, gradientNorm };
      if (gradientNorm === 0) return { ...still, evaluations };

      const steepest = () => at.gradient.map((g) => -g);
      let direction = twoLoops(pairs, at.gradient);
      let slope = dot(direction, at.gradient);
      let fresh = pairs.length === 0;
      if (!(slope < 0 && Number.isFinite(slope))) {
        pairs = [];
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
      }
      const first = () => (fresh ? Math.min(1, 1 / gradientNorm) : 1);
      let found = await descend(at, direction, slope, first());
      evaluations += found.evaluations;
      let finite = found.finite;
      if (!found.point && !fresh) {
        // The model misleads, or rounding hides the descent: a step along −g decides, and the model is dropped if it finds descent.
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
        found = await descend(at, direction, slope, first());
        evaluations += found.evaluations;
        finite ||= found.finite;
        if (found.point) pairs = [];
      }
      const { point } = found;
      if (!point) {
        if (finite) return { ...still, evaluations };
        throw new ConvergenceError(
          `lbfgs: the loss is ${at.loss} at the given parameters and not finite anywhere tried below it; ` +
            "check the problem for poles, or start from other parameters",
          "not-finite",
          { loss: at.loss, gradientNorm, evaluations },
        );
      }
      const s = point.theta.map((v, i) => v - at.theta[i]!);
      const y = point.gradient.map((v, i) => v - at.gradient[i]!);
      // Only pairs of positive curvature keep H positive definite.
      if (dot(s, y) > 0) pairs = [...pairs, { s, y }].slice(-options.memory);
      theta.set(point.theta);
      known = { objective, theta: point.theta, loss: point.value, gradient: point.gradient };
      const wolfe = found.kind === "wolfe";
      const [loss, stepLength] = [point.value, point.step];
      return { loss, before: at.loss, accepted: true, wolfe, stepLength, evaluations, gradientNorm };
    },
    // Curvature is a local property of the network, and ages out of the memory by itself.
    changed() {
      known = undefined;
    },
    state: () => ({
      size: { shape: [], data: Float64Array.of(size) },
      s: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.s)) },
      y: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.y)) },
    }),
    restore(tensors) {
      const own = storedNumbers("lbfgs", tensors, "size", 1)[0];
      const s = storedNumbers("lbfgs", tensors, "s", own === size ? undefined : size);
      const y = storedNumbers("lbfgs", tensors, "y", s.length);
      const part = (data: Float64Array, i: number) => data.slice(i * size, (i + 1) * size);
      pairs = Array.from({ length: s.length / size }, (_, i) => ({ s: part(s, i), y: part(y, i) })).slice(
        -options.memory,
      );
      known = undefined;
    },
  };
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
