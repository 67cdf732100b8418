import { test } from "uvu";
import * as assert from "uvu/assert";
import { candidatesFor, longBudget } from "../../../solvers/automatic/network-contest.ts";
import { seedOfStart } from "../../../solvers/automatic/work.ts";
import type { Mlp } from "../../../solvers/network/mlp.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import { referenceProblem } from "../../../solvers/reference/catalogue.ts";

test("further starts of a run share no seed with those of other runs, nor with the seeds of runs", () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const all = seeds.flatMap((seed) => [seed, ...[0, 1, 2, 3, 4].map((start) => seedOfStart(seed, start))]);
  assert.is(new Set(all).size, all.length);
  assert.ok(all.every((seed) => Number.isSafeInteger(seed) && seed >= 0));
  assert.is(seedOfStart(7, 2), seedOfStart(7, 2));
});

test("networks that end long before a long budget does compete for short ones alone", () => {
  const problem = pde(referenceProblem("burgers").spec);
  const shapesFor = (seconds: number) =>
    candidatesFor(problem, seconds).map(({ network }) => `${(network as Mlp).depth} x ${(network as Mlp).width}`);
  assert.equal(shapesFor(longBudget - 1), ["4 x 12", "4 x 16", "5 x 12", "4 x 12"]);
  assert.equal(shapesFor(longBudget), ["4 x 16", "5 x 16", "4 x 16"]);
});

test.run();
