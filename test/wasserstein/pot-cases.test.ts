/**
 * The case table: POT's own test cases, made and solved by POT where it is installed (Debian: python3-pot), against what
 * solves them here. Prints a row for each, and for what POT's tests ask that is not offered.
 */
import { readFileSync } from "node:fs";
import * as ot from "../../wasserstein/index.ts";
import { assert, test } from "../harness.ts";
import { hasPython, python, skip } from "../io/oracle.ts";

interface Case {
  readonly origin: string;
  readonly kind: string;
  readonly value: number;
  readonly shape: Readonly<Record<string, readonly number[]>>;
  readonly [input: string]: unknown;
}

/** Inputs as numbers, lists, matrices of costs, clouds and spaces. */
class Inputs {
  readonly one: Case;
  constructor(one: Case) {
    this.one = one;
  }
  list(name: string): Float64Array {
    return Float64Array.from(this.one[name] as number[]);
  }
  number(name: string): number {
    return this.one[name] as number;
  }
  get masses() {
    return { xWeights: this.list("a"), yWeights: this.list("b") };
  }
  get problem() {
    const [rows, columns] = this.one.shape["M"] as [number, number];
    return { cost: this.list("M"), rows, columns, ...this.masses };
  }
  /** Values of one name, with the weights of another. */
  sample(values: string, weights: string) {
    return { values: this.list(values), weights: this.list(weights) };
  }
  cloud(name: string) {
    const [count, dim] = this.one.shape[name] as [number, number];
    return { points: this.list(name), count, dim };
  }
}

const tight = { tolerance: 1e-12, maxIterations: 100_000 };
const sum = (w: Float64Array) => w.reduce((s, v) => s + v, 0);

const ours: Readonly<Record<string, (given: Inputs) => number>> = {
  emd: (q) => ot.emd(q.problem).value,
  line: (q) => ot.wasserstein1d(q.sample("x", "a"), q.sample("y", "b"), { p: q.number("p") }).value,
  "line-histogram": (q) => ot.wasserstein1d(q.sample("grid", "a"), q.sample("grid", "b"), { p: q.number("p") }).value,
  circle: (q) => ot.wassersteinCircle(q.sample("x", "a"), q.sample("y", "b"), { p: q.number("p") }).value,
  sinkhorn: (q) => ot.sinkhorn(q.problem, undefined, { ...tight, epsilon: q.number("epsilon") }).linearCost,
  unbalanced: (q) => {
    const options = { ...tight, epsilon: q.number("epsilon"), reach: Math.sqrt(q.number("rho") / 2) };
    return ot.sinkhorn(q.problem, undefined, options).linearCost;
  },
  "free-support": (q) => {
    const clouds = [
      { ...q.cloud("x"), weights: q.list("a") },
      { ...q.cloud("y"), weights: q.list("b") },
    ];
    return ot.freeSupportBarycenter(clouds, { start: q.cloud("start"), maxIterations: 1000 }).value;
  },
  sliced: (q) => {
    const directions = { ...q.cloud("theta"), kind: "uniform" as const };
    const [x, y] = [
      { ...q.cloud("x"), weights: q.list("a") },
      { ...q.cloud("y"), weights: q.list("b") },
    ];
    return ot.slicedWasserstein(x, y, { directions, p: q.number("p") }).value;
  },
};

/** What POT's tests ask that has no counterpart here. */
const notOffered: readonly (readonly [string, string])[] = [
  ["test_smooth, test_optim", "transport regularised by squares, groups or any function"],
  ["test_bregman (greenkhorn, screenkhorn), test_stochastic", "other solvers of the same entropic problem"],
  ["test_bregman (unmixing, jcpot), test_da, test_mapping", "unmixing and domain adaptation"],
  ["unbalanced test_mm, test_lbfgs", "unbalanced transport priced by squares or total variation, without entropy"],
  ["test_partial, gromov, test_gaussian, sliced test_max_sliced", "partial, Gromov, Gaussian and max-sliced transport"],
  ["test_lowrank, test_factored", "low-rank plans"],
  ["test_coot, test_ucoot", "co-optimal transport"],
  ["test_weak, test_dmmot, test_gmm", "weak, multi-marginal and mixture transport"],
  ["test_dr, test_gnn, test_plot", "dimension reduction, layers of graph networks, pictures"],
  ["sliced test_spherical_sliced, test_circle (linear, semicircular)", "sliced distances on spheres"],
];

test("of POT's own cases each agrees or differs for a reason that is told", () => {
  if (!hasPython("ot")) return skip("POT's cases: /usr/bin/python3 has no module ot (Debian: python3-pot)");
  const code = readFileSync(new URL("../oracles/pot_cases.py", import.meta.url), "utf8");
  const { version, cases } = python(code) as { version: string; cases: Case[] };
  const rows: string[] = [];
  const wrong: string[] = [];
  const tally = { agree: 0, differs: 0 };
  for (const one of cases) {
    const solve = ours[one.kind];
    assert.ok(solve, one.kind);
    const value = solve(new Inputs(one));
    const gap = value - one.value;
    const scale = Math.max(Math.abs(one.value), 1e-6);
    let verdict = "agree";
    if (Math.abs(gap) > 1e-6 * scale) {
      const judge = one["judge"] as number | undefined;
      if (judge !== undefined && Math.abs(value - judge) <= 1e-9)
        verdict = "differs: POT's own emd on the arcs gives ours";
      else verdict = "WRONG";
      if (verdict === "WRONG") wrong.push(`${one.origin}: ${value} against ${one.value}`);
    }
    tally[verdict === "agree" ? "agree" : "differs"]++;
    rows.push(`${one.origin} | ${value.toPrecision(8)} | ${one.value.toPrecision(8)} | ${verdict}`);
  }
  console.log(`POT ${version}: case | ours | POT | verdict`);
  for (const row of rows) console.log(row);
  for (const [origin, what] of notOffered) console.log(`${origin} | – | – | not offered: ${what}`);
  console.log(`${tally.agree} agree, ${tally.differs} differ for a reason, ${notOffered.length} groups not offered`);
  assert.equal(wrong, []);
  assert.ok(cases.length >= 25 && sum(Float64Array.from(cases, ({ value }) => value)) > 0, `${cases.length} cases`);
});

test.run();
