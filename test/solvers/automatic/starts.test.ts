// Inside: a decision of the automatic choice by itself.
import { candidatesFor } from "../../../solvers/automatic/by-networks.ts";
import { seedOfStart } from "../../../solvers/automatic/work.ts";
import { pde, solve } from "../../../solvers/index.ts";
import type { Mlp } from "../../../solvers/network/mlp.ts";
import type { NetworkSolution } from "../../../solvers/solution/index.ts";
import { assert, equalBy, test } from "../../harness.ts";

test("further starts of a run share no seed with those of other runs, nor with the seeds of runs", () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const all = seeds.flatMap((seed) => [seed, ...[0, 1, 2, 3, 4].map((start) => seedOfStart(seed, start))]);
  assert.is(new Set(all).size, all.length);
  assert.ok(all.every((seed) => Number.isSafeInteger(seed) && seed >= 0));
  assert.is(seedOfStart(7, 2), seedOfStart(7, 2));
});

const ring = (count: number) => {
  const pairs = Array.from({ length: count }, (_, j) => `k${j}*k${(j + 1) % count}`).join(" + ");
  const spins = Array.from({ length: count }, (_, j) => [`k${j}`, [-1, 1]] as const);
  return pde({
    name: "ring",
    domain: { ...Object.fromEntries(spins), t: [0, 1] },
    unknowns: ["y"],
    equations: `y_t = ${3 / Math.sqrt(count)}*(${pairs})*(1 - y^2)`,
    exact: `tanh(${3 / Math.sqrt(count)}*(${pairs})*t)`,
    conditions: [{ type: "initial", equation: "y = 0" }],
  });
};

test("above sixteen dimensions a network competes whose first layer can tell all of them apart, from new points each step", () => {
  const widest = (dimension: number) =>
    candidatesFor(ring(dimension - 1)).filter(({ network, stepsPerRound }) => {
      const { width, depth } = network as Mlp;
      return width > dimension && depth > 1 && stepsPerRound === 1;
    });
  equalBy([16, 17, 51, 200], (d) => widest(d).length, [0, 1, 1, 1]);
});

test("the text alone learns a sum of pairs of twenty-four variables with the large network", async () => {
  const solution = await solve(ring(24), { seed: 3, budget: { steps: 60 } });
  // Measured 0.42, and 0.35, 0.36, 0.34 after twice as many with seeds 3, 4, 5; a network of 16 neurons a layer stays at 1.
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 0.5, String(relativeL2));
  assert.ok(((solution as NetworkSolution).trial.network as Mlp).width > 24);
  await solution.dispose();
});

test.run();
