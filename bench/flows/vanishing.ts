/**
 * Shocks without viscosity: the potentials of `examples/flows/*-potential.json` by one network, as they stand or with a viscosity that vanishes step by step, each
 * solve going on from the one before.
 *
 * `node --import tsx --conditions=source bench/flows/vanishing.ts [--only burgers,sod] [--seeds 0-2] [--seconds 10] [--ladder 2e-3,5e-4,1.2e-4,0]`
 *
 * `--seconds` of the processor are for each step of the ladder. The error is relative L¹ at the last moment, in 400 cells, against the exact solution; `change` is the
 * distance from the step before in the same norm, which is all that a user without a truth can see.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import { pde } from "../../equations/problem/index.ts";
import { mlp } from "../../solvers/network/mlp.ts";
import { gaussNewton } from "../../solvers/optimizer/gauss-newton.ts";
import { adversarial } from "../../solvers/sampler/adversarial.ts";
import { systemClock } from "../../solvers/solution/budget.ts";
import { solve } from "../../solvers/solve/solve.ts";
import { burgersExact, riemann } from "./finite-volume.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "burgers,sod" },
    seeds: { type: "string", default: "0-2" },
    seconds: { type: "string", default: "10" },
    ladder: { type: "string", default: "2e-3,5e-4,1.2e-4,0" },
  },
});
const cells = 400;
const between = (low: number, high: number) =>
  Float64Array.from({ length: cells }, (_, i) => low + ((high - low) * (i + 0.5)) / cells);

/** A text, the second derivatives that a viscosity multiplies, and what is compared at the end. */
interface Shock {
  readonly unknowns: readonly string[];
  readonly quantities: readonly string[];
  readonly network: ReturnType<typeof mlp>;
  /** How λ is led: by the gain ratio the tube sticks at its start. */
  readonly control: "gain" | "delayed";
  /** What takes the place of the text's condition at the ends, which no viscosity would keep. */
  readonly ends?: ConditionSpec;
  readonly x: Float64Array;
  readonly time: number;
  exact(x: number): readonly number[];
}
const tube = riemann([1, 0, 1], [0.125, 0, 0.1], 1.4);
const shocks: Readonly<Record<string, Shock>> = {
  burgers: {
    unknowns: ["phi"],
    quantities: ["dx(phi)"],
    network: mlp({ depth: 4, width: 12, scale: 4 }),
    control: "gain",
    ends: { type: "neumann", equation: "phi_n = 0", on: "x" },
    x: between(-1, 1),
    time: 0.6,
    exact: (x) => [burgersExact(x, 0.6)],
  },
  sod: {
    unknowns: ["a", "b", "c"],
    quantities: ["r", "u", "p"],
    network: mlp({ depth: 4, width: 14, scale: 10 }),
    control: "delayed",
    x: between(-0.5, 0.5),
    time: 0.2,
    exact: (x) => tube(x / 0.2),
  },
};

const [first, last = first] = values.seeds.split("-").map(Number);
const ladder = values.ladder.split(",").map(Number);
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
console.log("| text | seed | viscosity | error | change | steps | processor s |\n|---|--:|--:|---|---|--:|--:|");
for (const name of values.only.split(",")) {
  const { unknowns, quantities, network, control, ends, x, time, exact } = shocks[name]!;
  const spec = JSON.parse(readFileSync(`examples/flows/${name}-potential.json`, "utf8")) as ProblemSpec;
  const equations = [spec.equations].flat() as string[];
  const conditions = ends ? [(spec.conditions as readonly ConditionSpec[])[0]!, ends] : spec.conditions;
  const points = Float64Array.from([...x].flatMap((at) => [at, time]));
  const truth = quantities.map((_, k) => Array.from(x, (at) => exact(at)[k]!));
  const size = sum(truth.flat().map(Math.abs));
  const distance = (a: readonly (readonly number[])[], b: typeof a) =>
    sum(a.flatMap((column, k) => column.map((v, i) => Math.abs(v - b[k]![i]!)))) / size;
  for (let seed = first!; seed <= last!; seed++) {
    let start: Float64Array | undefined;
    let before: number[][] | undefined;
    for (const viscosity of ladder) {
      const viscous = equations.map((one, k) => one.replace(/= 0$/, `= ${viscosity}*dx(dx(${unknowns[k]}))`));
      const problem = pde({ ...spec, conditions, ...(viscosity > 0 && { equations: viscous }) } as ProblemSpec);
      const solution = await solve(problem, {
        ...{
          network,
          sampler: adversarial({ shape: [256, 64] }),
          seed,
          clock: { ...systemClock, wall: systemClock.processor },
          points: 2000,
        },
        ...{ growth: { after: 1, factor: 1 }, budget: { seconds: Number(values.seconds) } },
        ...(start && { start }),
        optimizer: gaussNewton({ control, ...(start && { damping: 1e-6 }) }),
      });
      start = solution.coefficients;
      const found: number[][] = [];
      for (const quantity of quantities) found.push([...(await solution.quantity(quantity, points))]);
      const { steps, seconds } = solution.report;
      const change = before ? distance(found, before).toExponential(1) : "–";
      const row = [name, seed, viscosity, distance(found, truth).toExponential(1), change, steps, seconds.toFixed(0)];
      console.log(`| ${row.join(" | ")} |`);
      before = found;
      await solution.dispose();
    }
  }
}
