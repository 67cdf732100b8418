/** Problems with narrow features in five and six axes, with formulas as truths, and test points near the features. */
import { normalMass, truncatedQuantiles } from "../../engine/numerics/normal-mass.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { evaluateAt } from "../../equations/expression/index.ts";
import { type Problem, pde } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { boxPoints } from "../reference/test-points.ts";

/** A density on the box beside the feature: points from points of the unit cube, and how dense they are. */
interface Beside {
  /** Uniform numbers that a point takes. */
  readonly numbers: number;
  place(unit: Float64Array): readonly number[];
  density(at: Float64Array): number;
}

/** A problem and where its feature is. */
export interface NarrowProblem {
  readonly problem: Problem;
  /** Axes, time included. */
  readonly dimension: number;
  readonly beside: readonly Beside[];
}

/** Test points of each part: uniform ones, and those of each density beside the feature. */
const EACH = 20_000;

/** Points that belong to no run: a part uniform, a part beside each feature; weights 1/q of the mixture, so that Σ w f is ∫ f. */
export function testSet({ problem, dimension: d, beside }: NarrowProblem, rng: Rng): TestSet {
  const bounds = problem.bounds;
  const [low, high] = [bounds.map((b) => b[0]), bounds.map((b) => b[1])];
  const volume = bounds.reduce((product, [from, to]) => product * (to - from), 1);
  const parts = [
    boxPoints(low, high, EACH, rng.split("uniform")),
    ...beside.map(({ numbers, place }, part) => {
      const units = boxPoints(Array(numbers).fill(0), Array(numbers).fill(1), EACH, rng.split("beside").split(part));
      return Float64Array.from({ length: EACH }, (_, i) => i).reduce(
        (all, _, i) => {
          all.set(place(units.subarray(i * numbers, (i + 1) * numbers)), i * d);
          return all;
        },
        new Float64Array(EACH * d),
      );
    }),
  ];
  const points = new Float64Array(parts.length * EACH * d);
  for (const [part, values] of parts.entries()) points.set(values, part * EACH * d);
  const weights = Float64Array.from({ length: parts.length * EACH }, (_, i) => {
    const at = points.subarray(i * d, (i + 1) * d);
    return 1 / (EACH * beside.reduce((sum, { density }) => sum + density(at), 1 / volume));
  });
  return { points, weights, values: evaluateAt(problem.exact![0]!, points, d, problem.constants) };
}

/** Normal points around a centre that moves with the last axis, time in [0, 1], cut off at [−1, 1]^(d−1). */
function around(dimension: number, deviation: number, centre: (t: number) => readonly number[]): Beside {
  const limits = (c: number) => [(-1 - c) / deviation, (1 - c) / deviation] as const;
  return {
    numbers: dimension,
    place(unit) {
      const t = unit[dimension - 1]!;
      return [...centre(t).map((c, k) => c + deviation * truncatedQuantiles(...limits(c))(unit[k]!)), t];
    },
    density: (at) =>
      centre(at[dimension - 1]!).reduce((product, c, k) => {
        const z = (at[k]! - c) / deviation;
        return (product * Math.exp((-z * z) / 2)) / (Math.sqrt(2 * Math.PI) * deviation * normalMass(...limits(c)));
      }, 1),
  };
}

/** Points around a sphere whose radius moves with the last axis: normal in the radius, cut off at four deviations, even in direction. */
function aroundSphere(dimension: number, deviation: number, radius: (t: number) => number): Beside {
  const d = dimension - 1;
  const quantile = truncatedQuantiles(-4, 4);
  const normal = truncatedQuantiles(-8, 8);
  // Area of the unit sphere in d dimensions, 2 π^(d/2)/Γ(d/2).
  const area = [0, 2, 2 * Math.PI, 4 * Math.PI, 2 * Math.PI ** 2, (8 / 3) * Math.PI ** 2][d]!;
  return {
    numbers: d + 2,
    place(unit) {
      const t = unit[d]!;
      const r = radius(t) + deviation * quantile(unit[d + 1]!);
      const direction = Array.from(unit.subarray(0, d), normal);
      const length = Math.hypot(...direction);
      return [...direction.map((v) => (r * v) / length), t];
    },
    density(at) {
      const r = Math.hypot(...at.subarray(0, d));
      const z = (r - radius(at[d]!)) / deviation;
      if (Math.abs(z) >= 4) return 0;
      return Math.exp((-z * z) / 2) / (Math.sqrt(2 * Math.PI) * deviation * normalMass(-4, 4) * area * r ** (d - 1));
    },
  };
}

const { PI, cos, sin } = Math;

/** Sum of squares of the axes less a text each. */
const distance = (centre: readonly string[]) => centre.map((c, k) => `(x${k + 1}-(${c}))^2`).join("+");

function diffusion(name: string, space: number, exact: string, equation: string): Problem {
  const axes = Array.from({ length: space }, (_, k) => [`x${k + 1}`, [-1, 1] as const] as const);
  const domain = { ...Object.fromEntries(axes), t: [0, 1] as const };
  return pde({ name, domain, equations: equation, manufactured: exact, conditions: "exact" });
}

const heat = "u_t = 0.1*lap(u) + source";

const makers = {
  /** To choose sizes on; not judged: a peak that moves on a straight line in four axes of space. */
  line: (): NarrowProblem => ({
    problem: diffusion("line", 4, `exp(-40*(${distance(["0.8*t-0.4", "0.2", "-0.1", "0.4*t-0.2"])}))`, heat),
    dimension: 5,
    beside: [around(5, 0.16, (t) => [0.8 * t - 0.4, 0.2, -0.1, 0.4 * t - 0.2])],
  }),
  /** A peak that moves along an arc and climbs, four axes of space and time. */
  "peak on a curve": (): NarrowProblem => ({
    problem: diffusion(
      "peak on a curve",
      4,
      `exp(-40*(${distance(["0.5*cos(pi*t)", "0.5*sin(pi*t)", "0.6*t-0.3", "0.2"])}))`,
      heat,
    ),
    dimension: 5,
    beside: [around(5, 0.16, (t) => [0.5 * cos(PI * t), 0.5 * sin(PI * t), 0.6 * t - 0.3, 0.2])],
  }),
  /** Two peaks that move towards each other and merge, five axes of space and time, with a reaction. */
  "peaks that merge": (): NarrowProblem => {
    const one = ["0.5-0.5*t", "0.3*t", "0.2", "-0.1", "0"];
    const other = ["0.5*t-0.5", "0.3*t", "0.2", "-0.1", "0"];
    return {
      problem: diffusion(
        "peaks that merge",
        5,
        `exp(-30*(${distance(one)}))+exp(-30*(${distance(other)}))`,
        "u_t = 0.1*lap(u) + u - u^3 + source",
      ),
      dimension: 6,
      beside: [
        around(6, 0.18, (t) => [0.5 - 0.5 * t, 0.3 * t, 0.2, -0.1, 0]),
        around(6, 0.18, (t) => [0.5 * t - 0.5, 0.3 * t, 0.2, -0.1, 0]),
      ],
    };
  },
  /** A thin shell that grows, four axes of space and time. */
  "thin shell": (): NarrowProblem => ({
    problem: diffusion("thin shell", 4, "exp(-200*(sqrt(x1^2+x2^2+x3^2+x4^2+0.0001)-0.35-0.2*t)^2)", heat),
    dimension: 5,
    beside: [aroundSphere(5, 0.06, (t) => 0.35 + 0.2 * t)],
  }),
};

/** Name of a problem. */
export type NarrowName = keyof typeof makers;

/** The problem that sizes were chosen on, then those that are judged. */
export const narrowNames = Object.keys(makers) as readonly NarrowName[];

export const narrowProblem = (name: NarrowName): NarrowProblem => makers[name]();
