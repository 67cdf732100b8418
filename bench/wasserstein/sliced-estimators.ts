/** Which estimator of the sliced distance is best at equal cost, in value and in gradient? */
import { rng } from "../../engine/random/rng.ts";
import { sampleDirections } from "../../wasserstein/sliced/directions.ts";
import { type SlicedOptions, slicedWasserstein } from "../../wasserstein/sliced/sliced.ts";
import type { Bench, Result } from "../measure.ts";
import { type Problem, varianceProblems } from "./sliced-problems.ts";

/** A column of the table: how directions are drawn and combined. */
interface Column {
  readonly label: string;
  readonly options: SlicedOptions;
}

const control = (variate: "lower" | "upper", coefficient: "paper" | "regression"): SlicedOptions => ({
  kind: "uniform",
  estimator: "controlVariate",
  variate,
  coefficient,
});
const columns: readonly Column[] = [
  { label: "iid", options: { kind: "uniform" } },
  { label: "paper, LCV", options: control("lower", "paper") },
  { label: "paper, UCV", options: control("upper", "paper") },
  { label: "regression, LCV", options: control("lower", "regression") },
  { label: "regression, UCV", options: control("upper", "regression") },
  { label: "orthonormal blocks", options: { kind: "orthonormal" } },
];
const gradientColumns: readonly Column[] = [
  { label: "iid", options: { kind: "uniform" } },
  { label: "paper, LCV, through γ", options: { ...control("lower", "paper"), detach: false } },
  { label: "regression, LCV, through γ", options: { ...control("lower", "regression"), detach: false } },
  { label: "regression, LCV, γ held", options: control("lower", "regression") },
  { label: "regression, UCV, γ held", options: control("upper", "regression") },
  { label: "orthonormal blocks", options: { kind: "orthonormal" } },
];

interface Score {
  readonly label: string;
  /** Standard deviation and bias relative to the true value; for gradients the relative rms error, bias 0. */
  readonly error: number;
  readonly bias: number;
  /** ms an estimate. */
  readonly time: number;
}

/** Every column sees its own draws of one seed, so that columns of one kind see the same directions. */
function values({ name, x, y }: Problem, count: number, draws: number, truth: number): Score[] {
  return columns.map(({ label, options }) => {
    const stream = rng(31).split(name);
    let [sum, squares] = [0, 0];
    const start = performance.now();
    for (let k = 0; k < draws; k++) {
      const ratio = slicedWasserstein(x, y, { ...options, directions: count, rng: stream }).value / truth - 1;
      sum += ratio / draws;
      squares += ratio ** 2 / draws;
    }
    const time = (performance.now() - start) / draws;
    return { label, error: Math.sqrt(squares - sum ** 2), bias: sum, time };
  });
}

function gradients({ name, x, y }: Problem, count: number, draws: number, truth: Float64Array): Score[] {
  const size = truth.reduce((sum, g) => sum + g * g, 0);
  return gradientColumns.map(({ label, options }) => {
    const stream = rng(32).split(name);
    let squares = 0;
    const start = performance.now();
    for (let k = 0; k < draws; k++) {
      const { x: g } = slicedWasserstein(x, y, { ...options, directions: count, rng: stream }).gradient();
      for (const [i, v] of g.entries()) squares += (v - truth[i]!) ** 2 / draws / size;
    }
    return { label, error: Math.sqrt(squares), bias: 0, time: (performance.now() - start) / draws };
  });
}

const digits = (v: number) => v.toPrecision(2);

export const slicedEstimators: Bench = {
  name: "sliced-estimators",
  question:
    "relative error of the sliced W₂² and of its gradient at equal cost: iid, control variates, orthonormal blocks",
  async run({ quick, say }) {
    const results: Result[] = [];
    for (const problem of varianceProblems()) {
      say(`  ${problem.name}`);
      const dim = problem.x.dim;
      const many = sampleDirections(quick ? 2000 : 40_000, dim, { kind: "orthonormal", rng: rng(33) });
      const truth = slicedWasserstein(problem.x, problem.y, { directions: many });
      const tables = [
        ["value, L=10", values(problem, 10, quick ? 100 : 3000, truth.value)],
        ["value, L=100", values(problem, 100, quick ? 20 : 300, truth.value)],
        ["gradient, L=10", gradients(problem, 10, quick ? 50 : 500, truth.gradient().x)],
      ] as const;
      for (const [what, scores] of tables) {
        const cells = scores.map(({ label, error, bias, time }) => {
          const lean = what.startsWith("value") ? `, bias ${(100 * bias).toFixed(2)} %` : "";
          return `    ${label.padEnd(28)} ${digits(error).padStart(8)}${lean}, ${time.toFixed(2)} ms`;
        });
        say([`   ${what}`, ...cells].join("\n"));
        const [own, paper] = [scores.at(-1)!.error, scores[1]!.error];
        results.push({
          name: `${problem.name}, ${what}`,
          unit: "relative error (orthonormal blocks; peer: the paper's LCV)",
          ours: own,
          peer: paper,
          ratio: paper / own,
          oursMedian: own,
          peerMedian: paper,
          ratioOfMedians: paper / own,
          goal: null,
          timings: [],
          notes: scores.map((s) => `${s.label}: ${digits(s.error)} bias ${digits(s.bias)}`),
        });
      }
    }
    return results;
  },
};
