/**
 * Is the error of windows of time estimated well? Random features in windows that are good, middling and bad, on problems whose truth is known, with two estimates: the distance from
 * a second solution with 0.6 of the features, and what a correction with as many adds that goes through all windows.
 *
 * `node --import tsx --conditions=source bench/solver-windows.ts [--seeds 0-2] [--only NAME,…]`
 *
 * The rule, written before: an estimate is right within a factor of 5. One line of Markdown a problem, plan and seed, with processor seconds of the three.
 */
import { parseArgs } from "node:util";
import { distance } from "../solvers/automatic/distance.ts";
import { type FeaturePlan, marchWithFeatures } from "../solvers/automatic/feature-solve.ts";
import { Speed } from "../solvers/automatic/speed.ts";
import { ownShare } from "../solvers/automatic/window-correction.ts";
import { pde } from "../solvers/problem/pde.ts";
import type { ProblemSpec } from "../solvers/problem/problem.ts";
import type { MarchedSolution } from "../solvers/solve/marched-solution.ts";
import type { TestSet } from "../solvers/solve/test-set.ts";
import { development } from "./solver-suite/development.ts";
import { evolution, type Rate } from "./solver-suite/ordinary.ts";
import { formula } from "./solver-suite/suite-problem.ts";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "0-2" }, only: { type: "string" } } });

/** Ordinary differential equations: text, rate, whole time, and plans of features, reach and windows. */
const ordinary = (
  name: string,
  unknowns: readonly string[],
  equations: readonly string[],
  rate: Rate,
  start: readonly number[],
  until: number,
) => ({
  spec: {
    ...{ name, unknowns, equations, domain: { t: [0, until] as const } },
    conditions: [{ type: "initial" as const, equation: unknowns.map((u, i) => `${u} = ${start[i]}`) }],
  },
  truth: () => evolution(rate, start, until),
});
/** u = cos t on a saddle: errors grow as e^{8t}, to nine million times at the end. */
const saddle = {
  spec: {
    ...{ name: "saddle", unknowns: ["u", "v"], domain: { t: [0, 2] as const } },
    equations: ["u_t = v", "v_t = 64*u - 65*cos(t)"],
    conditions: [{ type: "initial" as const, equation: ["u = 1", "v = 0"] }],
  },
  truth: formula([0], [2], ([t]) => [Math.cos(t!), -Math.sin(t!)]),
};
const lorenz = ordinary(
  "lorenz",
  ["x", "y", "z"],
  ["x_t = 10*(y - x)", "y_t = x*(28 - z) - y", "z_t = x*y - 8/3*z"],
  (_, [x, y, z]) => [10 * (y! - x!), x! * (28 - z!) - y!, x! * y! - (8 / 3) * z!],
  [-8, 7, 27],
  8,
);
const vanDerPol = ordinary(
  "van-der-pol",
  ["u", "v"],
  ["u_t = v", "v_t = 20*(1 - u^2)*v - u"],
  (_, [u, v]) => [v!, 20 * (1 - u! * u!) * v! - u!],
  [2, 0],
  60,
);
const cubicWave = development.find(({ spec }) => spec.name === "klein-gordon-periodic")!;
const front = development.find(({ spec }) => spec.name === "nagumo-front")!;

const line = (features: number, reach: number, windows: number): FeaturePlan => ({
  features,
  reach,
  stretch: [1],
  windows,
});
const plane = (features: number, reach: number, windows: number): FeaturePlan => ({
  features,
  reach,
  stretch: [1, 1],
  windows,
});
const cases: readonly {
  readonly spec: ProblemSpec;
  readonly truth: () => TestSet;
  readonly plans: readonly FeaturePlan[];
}[] = [
  { ...saddle, plans: [line(24, 4, 4), line(12, 4, 8), line(8, 4, 8)] },
  { ...lorenz, plans: [line(24, 12, 40), line(40, 12, 40), line(60, 12, 40)] },
  { ...vanDerPol, plans: [line(60, 16, 50), line(100, 16, 50)] },
  { ...cubicWave, plans: [plane(60, 4, 4), plane(120, 4, 4), plane(200, 4, 4)] },
  { ...front, plans: [plane(60, 12, 4), plane(120, 12, 4)] },
];

const [first, last = first] = values.seeds.split("-").map(Number);
const only = values.only?.split(",");
const speed = new Speed({ steps: 1 }, () => ({ seconds: 0, processorSeconds: 0 }));
console.log(
  "| problem | features, windows | seed | error | by a second solution | by correction | left | s |\n|---|---|--:|---|---|---|---|---|",
);
const hits = { second: 0, correction: 0, all: 0 };
for (const { spec, truth, plans } of cases.filter((c) => only?.includes(c.spec.name) ?? true)) {
  const problem = pde(spec);
  const test = truth();
  for (const plan of plans) {
    for (let seed = first!; seed <= last!; seed++) {
      const march = async (features: number, offset: number, base?: MarchedSolution) => {
        const { user, system } = process.cpuUsage();
        const run = { seed: 10 * seed + offset, threads: 1, speed, pace: speed.until(1) };
        const solution = (await marchWithFeatures(problem, { ...plan, features }, run, base))!;
        const after = process.cpuUsage();
        return { solution, seconds: (after.user + after.system - user - system) / 1e6 };
      };
      const fewer = Math.max(6, Math.floor(0.6 * plan.features));
      const main = await march(plan.features, 0);
      const second = await march(fewer, 1);
      const corrected = await march(fewer, 2, main.solution);
      const { relativeL2: error } = await main.solution.errors(test);
      const [residual, other] = [main.solution.report.residual, second.solution.report.residual];
      const bySecond =
        (await distance(problem, main.solution, second.solution)).unknowns * Math.min(1, residual / other);
      const left = corrected.solution.report.residual / residual;
      const byCorrection =
        (await distance(problem, corrected.solution, main.solution)).unknowns * ownShare(problem, left);
      hits.all++;
      if (Math.max(error / bySecond, bySecond / error) <= 5) hits.second++;
      if (Math.max(error / byCorrection, byCorrection / error) <= 5) hits.correction++;
      const { relativeL2: then } = await corrected.solution.errors(test);
      const numbers = [error, bySecond, byCorrection].map((v) => v.toExponential(1)).join(" | ");
      const after = `${left.toExponential(0)}, then ${then.toExponential(1)}`;
      const seconds = [main, second, corrected].map((r) => r.seconds.toFixed(1)).join(", ");
      console.log(
        `| ${spec.name} | ${plan.features}, ${plan.windows} | ${seed} | ${numbers} | ${after} | ${seconds} |`,
      );
    }
  }
}
console.log(
  `\nwithin a factor of 5: a second solution in ${hits.second} of ${hits.all}, the correction in ${hits.correction}.`,
);
