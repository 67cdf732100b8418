/** Which estimator of the sliced distance is best with as many directions? */
import { rng } from "../../engine/random/rng.ts";
import { controlled } from "../../examples/papers/sliced-estimators.ts";
import { sampleDirections } from "../../wasserstein/sliced/directions.ts";
import { slicedWasserstein } from "../../wasserstein/sliced/sliced.ts";
import type { Bench, Result } from "../measure.ts";
import { type Problem, varianceProblems } from "./sliced-problems.ts";

type Sliced = ReturnType<typeof slicedWasserstein>;

/** A column of the table: the draw of directions, and the estimate from the slices. */
interface Column {
  readonly label: string;
  readonly kind: "uniform" | "orthonormal";
  readonly of: (problem: Problem, drawn: Sliced) => number;
}

const control = (variate: "lower" | "upper", coefficient: "paper" | "regression"): Column => ({
  label: `${coefficient}, ${variate === "lower" ? "LCV" : "UCV"}`,
  kind: "uniform",
  of: ({ x, y }, drawn) => controlled(x, y, drawn, { variate, coefficient }).value,
});
const plain = (label: string, kind: Column["kind"]): Column => ({ label, kind, of: (_, drawn) => drawn.value });
const [independent, blocks] = [plain("iid", "uniform"), plain("orthonormal blocks", "orthonormal")];
const columns: readonly Column[] = [
  independent,
  ...(["paper", "regression"] as const).flatMap((coefficient) =>
    (["lower", "upper"] as const).map((variate) => control(variate, coefficient)),
  ),
  blocks,
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
function values(problem: Problem, count: number, draws: number, truth: number): Score[] {
  const { name, x, y } = problem;
  return columns.map(({ label, kind, of }) => {
    const stream = rng(31).split(name);
    let [sum, squares] = [0, 0];
    const start = performance.now();
    for (let k = 0; k < draws; k++) {
      const drawn = slicedWasserstein(x, y, { kind, directions: count, rng: stream });
      const ratio = of(problem, drawn) / truth - 1;
      sum += ratio / draws;
      squares += ratio ** 2 / draws;
    }
    const time = (performance.now() - start) / draws;
    return { label, error: Math.sqrt(squares - sum ** 2), bias: sum, time };
  });
}

function gradients({ name, x, y }: Problem, count: number, draws: number, truth: Float64Array): Score[] {
  const size = truth.reduce((sum, g) => sum + g * g, 0);
  return [independent, blocks].map(({ label, kind }) => {
    const stream = rng(32).split(name);
    let squares = 0;
    const start = performance.now();
    for (let k = 0; k < draws; k++) {
      const { x: g } = slicedWasserstein(x, y, { kind, directions: count, rng: stream }).gradient();
      for (const [i, v] of g.entries()) squares += (v - truth[i]!) ** 2 / draws / size;
    }
    return { label, error: Math.sqrt(squares), bias: 0, time: (performance.now() - start) / draws };
  });
}

const digits = (v: number) => v.toPrecision(2);

export const slicedEstimators: Bench = {
  name: "sliced-estimators",
  question:
    "relative error of the sliced W₂² with as many directions: iid, control variates, orthonormal blocks; and of its gradient",
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
        const [own, other] = [scores.at(-1)!.error, scores[what.startsWith("value") ? 1 : 0]!.error];
        results.push({
          name: `${problem.name}, ${what}`,
          unit: "relative error (orthonormal blocks; peer: the paper's LCV, of gradients iid)",
          ours: own,
          peer: other,
          ratio: other / own,
          oursMedian: own,
          peerMedian: other,
          ratioOfMedians: other / own,
          goal: null,
          timings: [],
          notes: scores.map((s) => `${s.label}: ${digits(s.error)} bias ${digits(s.bias)}`),
        });
      }
    }
    return results;
  },
};
