/** Which problems in time and one or two space axes have rows on a grid, and what e is where u = 0 stands for a solution. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { evolutionOf } from "../../../solvers/automatic/evolution.ts";
import { implicitLines } from "../../../solvers/automatic/implicit-lines.ts";
import { coordinatesOf } from "../../../solvers/automatic/space-differences.ts";
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
      domain: { x: [0, 1], y: [0, 1], z: [0, 1], t: [0, 1] },
      equations: "u_t = lap(u)",
      conditions: [start("u = 0"), "u = 0"],
    },
    {
      domain: { x: [0, 1], y: [0, 1], t: [0, 1] },
      equations: "u_t = -lap(lap(u))",
      conditions: [start("u = 0"), "u = 0", { type: "neumann", equation: "u_n = 0" }],
    },
    {
      domain: { shape: "ball", center: [0, 0], radius: 1, t: [0, 1] },
      equations: "u_t = lap(u)",
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

/** A solution at a place and a time, an unknown after the other. */
type Truth = (place: readonly number[], t: number) => readonly number[];

/** ‖e − u‖/‖u‖ on the last line, where u = 0 stands for the solution and e has to be all of it. */
function offAtEnd(spec: ProblemSpec, steps: number, truth: Truth): number {
  const problem = pde(spec);
  const evolution = evolutionOf(problem)!;
  const end = problem.bounds.at(-1)![1];
  const axes = evolution.faces.map((face, axis) => {
    const [left, right] = problem.bounds[axis]!;
    return Float64Array.from({ length: steps + (face ? 1 : 0) }, (_, i) => left + (i * (right - left)) / steps);
  });
  const t = Float64Array.from({ length: steps + 1 }, (_, j) => (j * end) / steps);
  const space = coordinatesOf(axes);
  const kinds = evolution.jet.orders.length;
  const nothing = Array.from({ length: problem.unknowns.length * kinds }, () => new Float64Array(space[0]!.length));
  const last = implicitLines(problem, evolution, { axes, t, base: Array.from(t, () => nothing) })!.at(-1)!;
  let [off, size] = [0, 0];
  space[0]!.forEach((_, node) => {
    truth(
      space.map((x) => x[node]!),
      end,
    ).forEach((v, u) => {
      off += (v - last[u * kinds]![node]!) ** 2;
      size += v ** 2;
    });
  });
  return Math.sqrt(off / size);
}

const square = { x: [0, 1], y: [0, 1], t: [0, 1] } as const;
const torus = { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 1] } as const;
const allAround = [around, { type: "periodic", on: "y" }] as const;

const cases: readonly (readonly [string, ProblemSpec, Truth])[] = [
  [
    "heat between two cold ends",
    { ...heat, equations: "u_t = u_xx/10" },
    ([x], t) => [Math.exp(-(Math.PI ** 2) * 0.1 * t) * Math.sin(Math.PI * x!)],
  ],
  [
    "heat with what flows through both ends",
    {
      ...heat,
      equations: "u_t = u_xx + source",
      manufactured: "exp(x - t)",
      conditions: [start("u = exact"), { type: "neumann", on: "x", equation: "u_n = exact" }],
    },
    ([x], t) => [Math.exp(x! - t)],
  ],
  [
    "a wave that starts with a velocity",
    { ...heat, domain: circle, equations: "u_tt = u_xx", conditions: [start("u = 0", "u_t = cos(x)"), around] },
    ([x], t) => [Math.sin(t) * Math.cos(x!)],
  ],
  [
    "dispersion of the third order",
    { ...heat, domain: circle, equations: "u_t = u_xxx", conditions: [start("u = sin(x)"), around] },
    ([x], t) => [Math.sin(x! - t)],
  ],
  [
    "growth that the fourth order holds back",
    { ...heat, domain: circle, equations: "u_t = -2*u_xx - u_xxxx", conditions: [start("u = sin(x)"), around] },
    ([x], t) => [Math.exp(t) * Math.sin(x!)],
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
    ([x], t) => [Math.sin(x! - t)],
  ],
  [
    "two unknowns that turn into one another",
    {
      ...{ ...heat, domain: circle, unknowns: ["u", "v"], equations: ["u_t = -v_xx", "v_t = u_xx"] },
      conditions: [start("u = cos(x)", "v = 0"), around],
    },
    ([x], t) => [Math.cos(t) * Math.cos(x!), -Math.sin(t) * Math.cos(x!)],
  ],
  [
    "heat in a square with four faces of two kinds",
    {
      ...{
        ...heat,
        domain: square,
        equations: "u_t = lap(u)/10 + u_xy/20 + source",
        manufactured: "exp(x - t)*cos(2*y)",
      },
      conditions: [
        start("u = exact"),
        { type: "dirichlet", on: "x", equation: "u = exact" },
        { type: "neumann", on: "y", equation: "u_n = exact" },
      ],
    },
    ([x, y], t) => [Math.exp(x! - t) * Math.cos(2 * y!)],
  ],
  [
    "a wave around a torus",
    {
      ...heat,
      domain: torus,
      equations: "u_tt = lap(u)",
      conditions: [start("u = 0", "u_t = cos(x + y)"), ...allAround],
    },
    ([x, y], t) => [(Math.sin(Math.SQRT2 * t) / Math.SQRT2) * Math.cos(x! + y!)],
  ],
  [
    "what a flow carries along a strip while it reacts",
    {
      ...{ ...heat, domain: { ...square, x: [0, "2*pi"] }, unknowns: ["u", "v"] },
      equations: ["u_t + u*u_x + v*u_y = lap(u)/10 + source", "v_t + u*v_x = lap(v)/10 - u*v + source"],
      manufactured: ["sin(x - t)*(1 + y)", "cos(x + y)*exp(-t)"],
      conditions: [
        start("u = exact", "v = exact"),
        around,
        { type: "dirichlet", on: "y", equation: ["u = exact", "v = exact"] },
      ],
    },
    ([x, y], t) => [Math.sin(x! - t) * (1 + y!), Math.cos(x! + y!) * Math.exp(-t)],
  ],
];

for (const [words, spec, truth] of cases) {
  test(`${words}: from nothing e becomes the solution, and half the steps bring it three to five times as close`, () => {
    const steps = pde(spec).axes.length === 2 ? 48 : 16;
    const [coarse, fine] = [offAtEnd(spec, steps, truth), offAtEnd(spec, 2 * steps, truth)];
    assert.ok(fine < 5e-3, `off by ${fine}`);
    assert.ok(coarse / fine > 3 && coarse / fine < 5, `${coarse} and ${fine}`);
  });
}

test.run();
