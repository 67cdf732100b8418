/** Which problems in time and one space axis have rows on a grid, and what e is where u = 0 stands for a solution. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evolutionOf, jet } from "../../../solvers/automatic/evolution.ts";
import { implicitLines } from "../../../solvers/automatic/implicit-lines.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";

const circle = { x: [0, "2*pi"], t: [0, 1] } as const;
const around = { type: "periodic", on: "x" } as const;
const start = (...equation: string[]) => ({ type: "initial", equation }) as const;
const heat: ProblemSpec = {
  ...{ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" },
  conditions: [start("u = sin(pi*x)"), { type: "dirichlet", on: "x", equation: "u = 0" }],
};

test("problems without rows on a grid are left alone", () => {
  const others: readonly Partial<ProblemSpec>[] = [
    {
      domain: { x: [0, 1], y: [0, 1], t: [0, 1] },
      equations: "u_t = u_xx + u_yy",
      conditions: [start("u = 0"), "u = 0"],
    },
    { domain: { t: [0, 1] }, equations: "u_t = u", conditions: [start("u = 1")] },
    { equations: "u_t = k*u_xx", trainable: { k: 1 }, observations: [{ points: [0.5, 0.5], values: [0.1] }] },
    { equations: "u_t = u_xx", observations: [{ points: [0.5, 0.5], values: [0.1] }] },
    { equations: "u_t = u_xxt + u_xx" },
    { equations: "u_t + u_x = 0", conditions: [start("u = 0"), { type: "dirichlet", on: "x = 0", equation: "u = 0" }] },
    { equations: "u_t + u*u_x = 0" },
    { parameters: { k: [1, 2] }, equations: "u_t = k*u_xx" },
  ];
  assert.ok(evolutionOf(pde(heat)));
  for (const other of others) assert.is(evolutionOf(pde({ ...heat, ...other })), undefined, JSON.stringify(other));
});

/** ‖e − u‖/‖u‖ on the last line, where u = 0 stands for the solution and e has to be all of it. */
function offAtEnd(spec: ProblemSpec, steps: number, truth: (x: number, t: number) => readonly number[]): number {
  const problem = pde(spec);
  const evolution = evolutionOf(problem)!;
  const [[left, right], [, end]] = problem.bounds as [readonly [number, number], readonly [number, number]];
  const x = Float64Array.from(
    { length: steps + (evolution.faces ? 1 : 0) },
    (_, i) => left + (i * (right - left)) / steps,
  );
  const t = Float64Array.from({ length: steps + 1 }, (_, j) => (j * end) / steps);
  const nothing = problem.unknowns.flatMap(() => jet.map(() => new Float64Array(x.length)));
  const last = implicitLines(problem, evolution, { x, t, base: Array.from(t, () => nothing) })!.at(-1)!;
  let [off, size] = [0, 0];
  x.forEach((at, i) => {
    truth(at, end).forEach((v, u) => {
      off += (v - last[u * jet.length]![i]!) ** 2;
      size += v ** 2;
    });
  });
  return Math.sqrt(off / size);
}

const cases: readonly (readonly [string, ProblemSpec, (x: number, t: number) => readonly number[]])[] = [
  [
    "heat between two cold ends",
    { ...heat, equations: "u_t = u_xx/10" },
    (x, t) => [Math.exp(-(Math.PI ** 2) * 0.1 * t) * Math.sin(Math.PI * x)],
  ],
  [
    "heat with what flows through both ends",
    {
      ...heat,
      equations: "u_t = u_xx + source",
      manufactured: "exp(x - t)",
      conditions: [start("u = exact"), { type: "neumann", on: "x", equation: "u_n = exact" }],
    },
    (x, t) => [Math.exp(x - t)],
  ],
  [
    "a wave that starts with a velocity",
    { ...heat, domain: circle, equations: "u_tt = u_xx", conditions: [start("u = 0", "u_t = cos(x)"), around] },
    (x, t) => [Math.sin(t) * Math.cos(x)],
  ],
  [
    "dispersion of the third order",
    { ...heat, domain: circle, equations: "u_t = u_xxx", conditions: [start("u = sin(x)"), around] },
    (x, t) => [Math.sin(x - t)],
  ],
  [
    "growth that the fourth order holds back",
    { ...heat, domain: circle, equations: "u_t = -2*u_xx - u_xxxx", conditions: [start("u = sin(x)"), around] },
    (x, t) => [Math.exp(t) * Math.sin(x)],
  ],
  [
    "a Burgers equation with a source",
    {
      ...heat,
      domain: circle,
      equations: "u_t + u*u_x = u_xx/10 + source",
      manufactured: "sin(x - t)",
      conditions: [start("u = exact"), around],
    },
    (x, t) => [Math.sin(x - t)],
  ],
  [
    "two unknowns that turn into one another",
    {
      ...{ ...heat, domain: circle, unknowns: ["u", "v"], equations: ["u_t = -v_xx", "v_t = u_xx"] },
      conditions: [start("u = cos(x)", "v = 0"), around],
    },
    (x, t) => [Math.cos(t) * Math.cos(x), -Math.sin(t) * Math.cos(x)],
  ],
];

for (const [words, spec, truth] of cases) {
  test(`${words}: from nothing e becomes the solution, and half the steps bring it three to five times as close`, () => {
    const [coarse, fine] = [offAtEnd(spec, 48, truth), offAtEnd(spec, 96, truth)];
    assert.ok(fine < 5e-3, `off by ${fine}`);
    assert.ok(coarse / fine > 3 && coarse / fine < 5, `${coarse} and ${fine}`);
  });
}

test.run();
