/**
 * Does a large network, by Gauss–Newton steps without a Jacobian, solve what small ones cannot? Equal processor seconds.
 *
 * - `--ring 50`: y' = E(k)(1 − y²), y(0) = 0 for t in [0, 1] and all k in [−1, 1]^50, with E = 3/√50 Σ k_j k_{j+1} around a ring; y = tanh(E t). The Hessian of E has
 *   rank 50, so that a first layer of fewer neurons does not see all of k.
 * - `--bumps 60`: −Δu = s on [−1, 1]², u a sum of Gaussian bumps of width 0.04 at random places.
 * - `--modes 32`: −Δu = s on [0, 1]², u the sum of a_ij sin(iπx) sin(jπy) over i² + j² ≤ 32², with a_ij from a normal distribution: as many degrees of
 *   freedom as terms, none smaller than another.
 *
 * `node --import tsx --conditions=source bench/solver-large.ts [--ring 50 | --bumps 60 | --modes 32] [--seconds 120] [--seeds 1-3] [--nets 4x16,4x160:kernel]
 *   [--points 2000] [--activation sin] [--scale 16] [--output-scale 100] [--steps 3] [--batch 500] [--rate 1e-3] [--no-geodesic]`
 *
 * A network is its depth and width; after a colon comes the form of its steps, "auto" where there is none, or "adam" (with --rate, on
 * --batch of the points), which has 64 times the points of the others with `--ring`. "text" in the place of a network leaves all to `solve`; "sines" is a classical solve of
 * `--modes`, by sine transforms on a grid.
 *
 * Rule for `--ring 50`, written before its seeds 0 to 2 were run (points, scale, rate and batch were chosen on seed 100 in 60 s): it needs a large network and steps without
 * a Jacobian if after 200 processor seconds 2 × 300 with "kernel" has at most a third of the error of each of 2 × 300 with Adam,
 * 2 × 300 with L-BFGS (an optimizer that the library had then) and 2 × 40 with JᵀJ, with every seed.
 */
import { parseArgs } from "node:util";
import { adam } from "../engine/index.ts";
import { rng } from "../engine/random/rng.ts";
import type { Problem } from "../equations/problem/index.ts";
import { pde } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/solve.ts";
import { mlp } from "../solvers/network/mlp.ts";
import { type GaussNewtonOptions, gaussNewton } from "../solvers/optimizer/gauss-newton.ts";
import { adversarial } from "../solvers/sampler/adversarial.ts";
import { uniform } from "../solvers/sampler/uniform.ts";

const { values: asked } = parseArgs({
  options: {
    bumps: { type: "string", default: "60" },
    modes: { type: "string" },
    ring: { type: "string" },
    seconds: { type: "string", default: "120" },
    seeds: { type: "string", default: "1-3" },
    nets: { type: "string", default: "4x16,4x32,4x160" },
    points: { type: "string", default: "2000" },
    activation: { type: "string", default: "tanh" },
    scale: { type: "string", default: "12" },
    "output-scale": { type: "string", default: "1" },
    steps: { type: "string" },
    batch: { type: "string" },
    rate: { type: "string", default: "1e-3" },
    "no-geodesic": { type: "boolean", default: false },
  },
});

/** The mean field of a ring of spins, for all spins at once. */
function ring(count: number): Problem {
  const pairs = Array.from({ length: count }, (_, j) => `k${j}*k${(j + 1) % count}`).join(" + ");
  const energy = `${3 / Math.sqrt(count)}*(${pairs})`;
  const spins = Array.from({ length: count }, (_, j) => [`k${j}`, [-1, 1]] as const);
  return pde({
    name: `ring of ${count}`,
    domain: { ...Object.fromEntries(spins), t: [0, 1] },
    unknowns: ["y"],
    equations: `y_t = (${energy})*(1 - y^2)`,
    exact: `tanh((${energy})*t)`,
    conditions: [{ type: "initial", equation: "y = 0" }],
  });
}

function bumps(count: number, seed: number): Problem {
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

/** The numbers a_ij, the degrees of freedom. */
function amplitudes(most: number, seed: number): number[][] {
  const draw = rng(seed).split("modes");
  return Array.from({ length: most }, (_, i) =>
    Array.from({ length: Math.floor(Math.sqrt(most ** 2 - (i + 1) ** 2)) }, () => draw.normal()),
  ).filter((row) => row.length > 0);
}

/** u has a mean square of 1. */
function modes(most: number, seed: number): Problem {
  const a = amplitudes(most, seed);
  const count = a.flat().length;
  const text = (weight: (i: number, j: number) => number) =>
    a.map(
      (row, i) => `sin(${i + 1}*pi*x)*(${row.map((value, j) => termOf(value, weight(i + 1, j + 1), j)).join(" ")})`,
    );
  return pde({
    name: `${count} modes, ${seed}`,
    domain: { x: [0, 1], y: [0, 1] },
    equations: `-lap(u) = ${text((i, j) => (2 * Math.PI ** 2 * (i * i + j * j)) / Math.sqrt(count)).join(" + ")}`,
    exact: text(() => 2 / Math.sqrt(count)).join(" + "),
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  });
}

const termOf = (value: number, weight: number, j: number) =>
  `${value < 0 ? "-" : "+"} ${Math.abs(value * weight).toPrecision(9)}*sin(${j + 1}*pi*y)`;

/** −Δu = s from values of s on a grid of 2·most − 1 inner points a side, by dense sine transforms: milliseconds, and the relative error of u there. */
function bySines(most: number, seed: number): { milliseconds: number; error: number } {
  const n = 2 * most - 1;
  const sine = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (__, j) => Math.sin((Math.PI * (i + 1) * (j + 1)) / (n + 1))),
  );
  const times = (a: readonly Float64Array[], b: readonly Float64Array[]) =>
    a.map((row) => {
      const sum = new Float64Array(n);
      for (const [k, v] of row.entries()) for (let j = 0; j < n; j++) sum[j]! += v * b[k]![j]!;
      return sum;
    });
  const transformed = (values: readonly Float64Array[]) => times(times(sine, values), sine);
  const a = amplitudes(most, seed);
  const scaled = (values: (i: number, j: number) => number) =>
    sine.map((_, i) => Float64Array.from({ length: n }, (__, j) => values(i, j)));
  const eigenvalue = (i: number, j: number) => Math.PI ** 2 * ((i + 1) ** 2 + (j + 1) ** 2);
  const truth = transformed(scaled((i, j) => a[i]?.[j] ?? 0));
  const source = transformed(scaled((i, j) => (a[i]?.[j] ?? 0) * eigenvalue(i, j)));
  const start = performance.now();
  const spectrum = transformed(source);
  const found = transformed(scaled((i, j) => (spectrum[i]![j]! * (2 / (n + 1)) ** 2) / eigenvalue(i, j)));
  const milliseconds = performance.now() - start;
  const norm = (value: (i: number, j: number) => number) =>
    Math.hypot(...truth.map((row, i) => Math.hypot(...row.map((_, j) => value(i, j)))));
  return {
    milliseconds,
    error: norm((i, j) => found[i]![j]! - truth[i]![j]!) / norm((i, j) => truth[i]![j]!),
  };
}

/** The optimizer that stands after the colon. */
function optimizerOf(form: string) {
  if (form === "adam") return adam({ learningRate: Number(asked.rate) });
  return gaussNewton({
    form: form as NonNullable<GaussNewtonOptions["form"]>,
    geodesic: !asked["no-geodesic"],
  });
}

/** What `solve` is told beside the budget. */
function optionsOf(net: string) {
  if (net === "text") return {};
  const [shape, form = "auto"] = net.split(":") as [string, string?];
  const [depth, width] = shape.split("x").map(Number) as [number, number];
  const activation = asked.activation as "tanh" | "sin";
  const first = form === "adam";
  const points = Number(asked.points) * (first && asked.ring ? 64 : 1);
  return {
    network: mlp({ depth, width, activation, scale: Number(asked.scale), outputScale: Number(asked["output-scale"]) }),
    sampler: asked.modes || asked.ring ? uniform() : adversarial(),
    optimizer: optimizerOf(form),
    points,
    ...(asked.batch && form === "adam" && { batch: Number(asked.batch) }),
    growth: { after: 1, factor: 1 },
    ...(asked.steps && !first && { stepsPerRound: Number(asked.steps) }),
  };
}

const [first, last = first] = asked.seeds.split("-").map(Number);
console.log(
  "| network | parameters | seed | relative L2 | residual | steps | processor s |\n|---|--:|--:|---|---|--:|--:|",
);
for (let seed = first!; seed <= last!; seed++) {
  const problem = asked.ring
    ? ring(Number(asked.ring))
    : asked.modes
      ? modes(Number(asked.modes), seed)
      : bumps(Number(asked.bumps), seed);
  for (const net of asked.nets.split(",")) {
    if (net === "sines") {
      const { milliseconds, error } = bySines(Number(asked.modes), seed);
      console.log(
        `| ${["sines", 0, seed, error.toExponential(2), "", 1, (milliseconds / 1e3).toFixed(3)].join(" | ")} |`,
      );
      continue;
    }
    const solution = await solve(problem, {
      ...optionsOf(net),
      seed,
      budget: { processorSeconds: Number(asked.seconds) },
      onProgress: ({ steps, seconds, freshLoss }) =>
        process.stderr.write(
          `${net} ${seed}: ${steps} steps, ${seconds.toFixed(0)} s, residual ${Math.sqrt(freshLoss).toExponential(2)}\n`,
        ),
    });
    const { relativeL2 } = await solution.errors();
    const { residual, steps, processorSeconds = 0 } = solution.report;
    const size = solution.coefficients.length;
    const row = [
      ...[net, size, seed, relativeL2.toExponential(2), residual.toExponential(2)],
      ...[steps, processorSeconds.toFixed(0)],
    ];
    console.log(`| ${row.join(" | ")} |`);
    await solution.dispose();
  }
}
