/**
 * Does a large network, by Gauss–Newton steps without a Jacobian, solve what small ones cannot? −Δu = s on [−1, 1]² with u a sum of Gaussian
 * bumps of width 0.04 at random places, equal processor seconds and points.
 *
 * `node --import tsx --conditions=source bench/solver-large.ts [--bumps 60] [--seconds 120] [--seeds 1-3] [--nets 4x16,4x160:nystrom] [--points 2000]`
 *
 * A network is its depth and width; after a colon comes the form of its steps, "auto" where there is none.
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/rng.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { type GaussNewtonOptions, gaussNewton } from "../solvers/optimizer/gauss-newton.ts";
import { pde } from "../solvers/problem/pde.ts";
import { residualDensity } from "../solvers/sampler/residual-density.ts";
import { solve } from "../solvers/solve/solve.ts";

const { values: asked } = parseArgs({
  options: {
    bumps: { type: "string", default: "60" },
    seconds: { type: "string", default: "120" },
    seeds: { type: "string", default: "1-3" },
    nets: { type: "string", default: "4x16,4x32,4x160" },
    points: { type: "string", default: "2000" },
  },
});

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

function bumps(count: number, seed: number) {
  const draw = rng(seed).split("bumps");
  const parts = Array.from({ length: count }, () => {
    const [x, y, size] = [draw.uniform() * 1.7 - 0.85, draw.uniform() * 1.7 - 0.85, draw.uniform() * 2 - 1];
    const at = (axis: string, c: number) => `(${axis}${c < 0 ? "+" : "-"}${Math.abs(c).toFixed(3)})^2`;
    return `${size < 0 ? "-" : "+"} ${Math.abs(size).toFixed(3)}*exp(-312.5*(${at("x", x)}+${at("y", y)}))`;
  });
  return pde({
    name: `${count} bumps, ${seed}`,
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: `(1-x^2)*(1-y^2)*(0 ${parts.join(" ")})`,
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  });
}

const [first, last = first] = asked.seeds.split("-").map(Number);
console.log(
  "| network | parameters | seed | relative L2 | residual | steps | processor s |\n|---|--:|--:|---|---|--:|--:|",
);
for (let seed = first!; seed <= last!; seed++) {
  const problem = bumps(Number(asked.bumps), seed);
  for (const net of asked.nets.split(",")) {
    const [shape, form = "auto"] = net.split(":") as [string, GaussNewtonOptions["form"]];
    const [depth, width] = shape.split("x").map(Number) as [number, number];
    const solution = await solve(problem, {
      ...{ network: mlp({ depth, width, scale: 12 }), sampler: residualDensity(), seed, clock: cpu },
      optimizer: gaussNewton({ form }),
      ...{ points: Number(asked.points), growth: { after: 1, factor: 1 }, budget: { seconds: Number(asked.seconds) } },
      onProgress: ({ steps, seconds, freshLoss }) =>
        process.stderr.write(
          `${net} ${seed}: ${steps} steps, ${seconds.toFixed(0)} s, residual ${Math.sqrt(freshLoss).toExponential(2)}\n`,
        ),
    });
    const { relativeL2 } = await solution.errors();
    const { residual, steps, seconds } = solution.report;
    const row = [
      net,
      solution.theta.length,
      seed,
      relativeL2.toExponential(2),
      residual.toExponential(2),
      steps,
      seconds.toFixed(0),
    ];
    console.log(`| ${row.join(" | ")} |`);
    await solution.dispose();
  }
}
