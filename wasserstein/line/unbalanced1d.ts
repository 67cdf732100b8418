/**
 * Unbalanced transport on the line without entropy, by pairwise Frank–Wolfe steps in the dual, each of which is one transport
 * problem between reweighted samples: a sort (Séjourné, Vialard and Peyré, arXiv 2201.00730, §4; Lacoste-Julien and Jaggi,
 * arXiv 1511.05932, algorithm 2).
 */
import { checkPositive, checkWhole } from "../../engine/check-numbers.ts";
import { ShapeError } from "../../engine/errors.ts";
import { addScaled, dot } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { checkOrder, checkValues, positiveWeights } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type Samples, samplesOf } from "../measure/samples.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { lineGradient, wasserstein1d } from "./wasserstein1d.ts";

/**
 * min ⟨P, C⟩ + ρ KL(P1 | a) + ρ KL(Pᵀ1 | b) over P ≥ 0, between samples on the line. O((n + m) log(n + m)) a step, and
 * as much again for every ten corners of the polytope that the potentials are a mean of.
 *
 * @param x - finite values, at least one; weights of any sum (1/n each where there are none)
 * @param y - likewise; another number is fine
 * @param options - marginal length, order and stopping rule
 * @returns the dual value, from below; `bounds` hold converged or not.
 * @throws ShapeError, DomainError, OptionsError as `wasserstein1d`
 */
export function unbalancedWasserstein1d(
  x: Samples,
  y: Samples,
  options: {
    /** The length beyond which mass is rather made or lost: ρ = 2 reach². */
    readonly reach: number;
    /** Order p ≥ 1 of the cost |x − y|^p. @defaultValue 2 */
    readonly p?: number;
    /** Stop where the bracket is narrower than this part of the value. @defaultValue 1e-6 */
    readonly tolerance?: number;
    /** Steps, > 0. @defaultValue 10000 */
    readonly maxIterations?: number;
  },
): TransportResult & {
  readonly bounds: readonly [number, number];
  /** Potentials: f[i] + g[j] ≤ |x_i − y_j|^p. The plan's marginals are a e^{−f/ρ} and b e^{−g/ρ}. */
  readonly f: Float64Array;
  /** One potential per element of y. */
  readonly g: Float64Array;
  /** Steps of Frank–Wolfe. */
  readonly iterations: number;
  /** True if `bounds` are as narrow as the tolerance asks. */
  readonly converged: boolean;
  /** In order of rank, by the potentials found. */
  plan(): TransportPlan;
  /** By the potentials found. */
  gradient(): TransportGradient;
} {
  const where = "unbalancedWasserstein1d";
  const { reach, p = 2, tolerance = 1e-6, maxIterations = 10_000 } = options;
  checkOrder(where, p);
  checkPositive(where, { reach: reach ?? Number.NaN, tolerance });
  checkWhole(where, { maxIterations });
  const sides = [samplesOf(`${where}: x`, x), samplesOf(`${where}: y`, y)] as const;
  const [u, v] = [sides[0].values, sides[1].values];
  for (const [name, values] of Object.entries({ x: u, y: v })) {
    if (values.length === 0) throw new ShapeError(`${where}: ${name}`, "at least one value", "none");
    checkValues(`${where}: ${name}`, values);
  }
  const a = positiveWeights(`${where}: x weights`, sides[0].weights, u.length);
  const b = positiveWeights(`${where}: y weights`, sides[1].weights, v.length);
  const rho = 2 * reach ** 2;
  let [f, g] = [new Float64Array(u.length), new Float64Array(v.length)];
  let corners: Corner[] = [{ r: f.slice(), s: g.slice(), share: 1 }];
  for (let k = 1; ; k++) {
    f = mean(corners, "r", u.length);
    g = mean(corners, "s", v.length);
    balance(a, f, b, g, rho);
    const [left, right] = [reweighted(a, f, rho), reweighted(b, g, rho)];
    const mass = left.reduce((s, w) => s + w, 0);
    const [from, to] = [
      { values: u, weights: left },
      { values: v, weights: right },
    ];
    const step = lineGradient(from, to, { p, normalize: true });
    // Potentials of the reweighted problem, 0 at the first of x.
    const base = step.xWeights[0]! * mass;
    const r = step.xWeights.map((w) => w * mass - base);
    const s = step.yWeights.map((w) => w * mass + step.value + base);
    const score = (h: Float64Array, k: Float64Array) => dot(left, h) + dot(right, k);
    const value = dual(a, f, rho) + dual(b, g, rho);
    const best = score(r, s);
    const gap = Math.max(0, best - score(f, g));
    const converged = gap <= tolerance * Math.abs(value + gap);
    if (converged || k >= maxIterations) {
      return printingFields(where, {
        value,
        bounds: [value, value + gap] as const,
        f,
        g,
        iterations: k,
        converged,
        plan() {
          const { rows, columns, masses, shape } = wasserstein1d(from, to, { p, normalize: true }).plan();
          return transportPlan(
            rows,
            columns,
            masses.map((q) => q * mass),
            shape,
          );
        },
        gradient: () => ({
          x: step.x.map((d) => d * mass),
          y: step.y.map((d) => d * mass),
          xWeights: f.map((h) => -rho * Math.expm1(-h / rho)),
          yWeights: g.map((h) => -rho * Math.expm1(-h / rho)),
        }),
      });
    }
    // Weight moves from the worst corner to the new one.
    const scores = corners.map((c) => score(c.r, c.s));
    const worst = corners[scores.indexOf(Math.min(...scores))]!;
    const t = bestStep(left, minus(r, worst.r), right, minus(s, worst.s), rho, worst.share);
    const near = (c: Corner, i: number) =>
      Math.abs(scores[i]! - best) <= 1e-12 * Math.abs(best) && same(c.r, r) && same(c.s, s);
    const known = corners.find(near);
    worst.share -= t;
    if (known) known.share += t;
    else corners.push({ r, s, share: t });
    corners = corners.filter((c) => c.share > 0);
  }
}

/** A pair of potentials and its share in the mean. */
interface Corner {
  readonly r: Float64Array;
  readonly s: Float64Array;
  share: number;
}

function mean(corners: readonly Corner[], side: "r" | "s", n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n);
  for (const corner of corners) addScaled(out, corner.share, corner[side]);
  return out;
}

const minus = (u: Float64Array, v: Float64Array): Float64Array => u.map((h, i) => h - v[i]!);

function same(u: Float64Array, v: Float64Array): boolean {
  for (let i = 0; i < u.length; i++) {
    if (Math.abs(u[i]! - v[i]!) > 1e-12 * Math.max(Math.abs(u[i]!), Math.abs(v[i]!), 1e-300)) return false;
  }
  return true;
}

const reweighted = (w: Float64Array, h: Float64Array, rho: number) => w.map((v, i) => v * Math.exp(-h[i]! / rho));

/** −ρ⟨w, e^{−h/ρ} − 1⟩ */
const dual = (w: Float64Array, h: Float64Array, rho: number) =>
  w.reduce((s, v, i) => s - rho * v * Math.expm1(-h[i]! / rho), 0);

/** (f + t, g − t) with the best t, for which both reweighted masses are the same. */
function balance(a: Float64Array, f: Float64Array, b: Float64Array, g: Float64Array, rho: number): void {
  const log = (w: Float64Array, h: Float64Array) => {
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < w.length; i++) if (w[i]! > 0) top = Math.max(top, -h[i]! / rho);
    return top + Math.log(w.reduce((s, v, i) => s + v * Math.exp(-h[i]! / rho - top), 0));
  };
  const t = (rho / 2) * (log(a, f) - log(b, g));
  for (let i = 0; i < f.length; i++) f[i]! += t;
  for (let j = 0; j < g.length; j++) g[j]! -= t;
}

/** Step length along (u, v), at most `most`, by bisection of the slope, which falls. */
function bestStep(
  left: Float64Array,
  u: Float64Array,
  right: Float64Array,
  v: Float64Array,
  rho: number,
  most: number,
): number {
  const slope = (t: number) => {
    let sum = 0;
    for (let i = 0; i < u.length; i++) sum += left[i]! * u[i]! * Math.exp((-t * u[i]!) / rho);
    for (let j = 0; j < v.length; j++) sum += right[j]! * v[j]! * Math.exp((-t * v[j]!) / rho);
    return sum;
  };
  if (slope(most) >= 0) return most;
  let [low, high] = [0, most];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (slope(middle) > 0) low = middle;
    else high = middle;
  }
  return low;
}
