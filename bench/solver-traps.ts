/**
 * Texts that have no solution, several, or something narrower than points: are they refused, doubted, or believed?
 *
 * `node --import tsx --conditions=source bench/solver-traps.ts [--seconds 6] [--tolerance T] [--seed 0] [--only NAME,…]`
 *
 * One line each; the last line counts. `steep-coefficient` is believed and right (u(0.4) = 0.01395), as narrow sources are. `layers` and `lorenz` are believed and right: within 1.3e-4 of a Chebyshev code, and within 1e-5 of SciPy's DOP853
 * (`test/solvers/elements/layers.slow.test.ts`, `test/solvers/marching/known.test.ts`).
 */
import { parseArgs } from "node:util";
import { isMongeError } from "../engine/errors.ts";
import type { ProblemSpec } from "../equations/problem/index.ts";
import { dirichlet, initial, neumann, pde, periodic } from "../equations/problem/index.ts";
import { solve } from "../solvers/automatic/index.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    /** Relative error at which a solve may end. @defaultValue it takes its seconds */
    tolerance: { type: "string" },
    seed: { type: "string", default: "0" },
    only: { type: "string" },
  },
});

const square = { domain: { x: [0, 1], y: [0, 1] } } as const;
const line = { domain: { x: [0, 1] } } as const;
const strip = { domain: { x: [0, 1], t: [0, 1] } } as const;
const time = { domain: { t: [0, 10] } } as const;
const zero = [dirichlet("u = 0")];
const walls = dirichlet("u = 0", { on: "x" });

/** By name, without it. */
const traps: Readonly<Record<string, Omit<ProblemSpec, "name">>> = {
  "overdetermined-plane": { ...square, equations: "-lap(u) = 1", conditions: [...zero, neumann("u_n = 1")] },
  "overdetermined-line": {
    ...{ ...line, equations: "u_xx = 1" },
    conditions: [...zero, dirichlet("u_x = 3", { on: "x = 0" })],
  },
  "overdetermined-integral": { ...line, equations: "-u_xx = 1", conditions: zero, integrals: ["u = 5"] },
  "beyond-a-fold": { ...line, equations: "u_xx + 3.6*exp(u) = 0", conditions: zero },
  "far-beyond-a-fold": { ...line, equations: "u_xx + 4*exp(u) = 0", conditions: zero },
  "hidden-pulse": {
    ...time,
    equations: "u_t = -0.1*u - 2*exp(-((t-3.71)/0.01)^2/2)/(0.01*sqrt(2*pi))*u",
    conditions: [initial("u = 1")],
  },
  "steep-coefficient": {
    ...{ ...line, functions: { k: "10.5 + 9.5*tanh((x-0.4)/1e-5)" } },
    ...{ equations: "-dx(k*u_x) = 1", conditions: zero },
  },
  "no-start": { ...strip, equations: "u_t = u_xx", conditions: [walls], allow: ["missing-condition"] },
  tricomi: { domain: { x: [0, 1], y: [-1, 1] }, equations: "y*u_xx + u_yy = 1", conditions: zero },
  "periodic-source": {
    ...line,
    equations: "u_xx = 1 + sin(2*pi*x)",
    conditions: [periodic({ on: "x" })],
    integrals: ["u = 0"],
  },
  "backward-heat": { ...strip, equations: "u_t = -u_xx", conditions: [initial("u = x*(1-x)"), walls] },
  "cauchy-laplace": {
    ...{ ...square, equations: "lap(u) = 0" },
    conditions: [dirichlet(["u = sin(pi*x)", "u_y = 0"], { on: "y = 0" }), walls],
  },
  eigenvalue: { ...square, equations: "lap(u) + 2*pi^2*u = 1", conditions: zero },
  "dirichlet-wave": { ...square, equations: "u_yy = u_xx", conditions: [dirichlet("u = x*(1-x)*y")] },
  "degenerate-diffusion": {
    ...{ ...strip, equations: "u_t = dx((x-1/2)*u_x)" },
    conditions: [initial("u = sin(pi*x)"), walls],
  },
  "outflow-condition": {
    ...{ ...strip, equations: "u_t + u_x = 0" },
    conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x = 1" })],
  },
  "blow-up": { domain: { t: [0, 2] }, equations: "u_t = u^2", conditions: [initial("u = 1")] },
  "blow-up-heat": { ...strip, equations: "u_t = u_xx + u^2", conditions: [initial("u = 40*sin(pi*x)"), walls] },
  "square-root": { domain: { t: [0, 2] }, equations: "u_t = 2*sqrt(abs(u))", conditions: [initial("u = 0")] },
  resonance: { domain: { x: [0, "pi"] }, equations: "u_xx + u = 0", conditions: zero },
  "burgers-shock": {
    domain: { x: [0, 2], t: [0, 2] },
    equations: "u_t + u*u_x = 0",
    conditions: [initial("u = sin(pi*x)"), walls],
  },
  "cubic-shock": {
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t + u^2*u_x = 0",
    conditions: [initial("u = exp(-10*x^2)"), periodic({ on: "x" })],
    allow: ["corner-mismatch"],
  },
  "u-over-x": { domain: { x: [-1, 1] }, equations: "u_xx + u/x = 1", conditions: zero },
  "slope-over-x": { domain: { x: [-1, 1] }, equations: "u_xx + u_x/x = 1", conditions: zero },
  "several-over-x": { domain: { x: [-1, 1] }, equations: "u_xx = 2*u_x/x + 1", conditions: [dirichlet("u = x^2")] },
  "square-over": { domain: { x: [-1, 1] }, equations: "(x-0.3)^2*u_xx + u = 1", conditions: zero },
  "cube-over-x": { domain: { x: [-1, 1] }, equations: "u_xx + u^3/x = 1", conditions: zero },
  "plane-over-x": { domain: { x: [-1, 1], y: [-1, 1] }, equations: "lap(u) + u/x = 1", conditions: zero },
  "plane-over-ring": {
    domain: { x: [-1, 1], y: [-1, 1] },
    equations: "lap(u) + u/(x^2+y^2-0.25) = 1",
    conditions: zero,
  },
  "plane-over-point": { domain: { x: [-1, 1], y: [-1, 1] }, equations: "lap(u) + u/(x^2+y^2)^2 = 1", conditions: zero },
  "time-over": { domain: { t: [0, 1] }, equations: "u_t = -u/(t-0.5)", conditions: [initial("u = 1")] },
  "time-several": { domain: { t: [0, 1] }, equations: "u_t = 2*u/(t-0.5)", conditions: [initial("u = 1")] },
  "heat-over-x": {
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t = u_xx + u/x",
    conditions: [initial("u = cos(pi*x/2)"), walls],
  },
  "source-over-x": { domain: { x: [-1, 1] }, equations: "u_xx = 1/(x-0.3)", conditions: zero },
  "source-over-plane": { domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = 1/(x^2+y^2)", conditions: zero },
  "infinite-data": {
    ...square,
    equations: "lap(u) = 0",
    conditions: [
      dirichlet("u = 1/x", { on: "y = 0" }),
      dirichlet("u = 0", { on: "y = 1" }),
      dirichlet("u = 0", { on: "x = 1" }),
    ],
    allow: ["missing-condition", "corner-mismatch"],
  },
  "unbalanced-neumann": { ...square, equations: "lap(u) = 1", conditions: [neumann("u_n = 0")], integrals: ["u = 0"] },
  "unbalanced-line": { ...line, equations: "u_xx + 3*u_x = 1", conditions: [neumann("u_n = 0")], integrals: ["u = 0"] },
  "unbalanced-radius": {
    domain: { r: [0, 1] },
    equations: "u_rr + u_r/r = 1",
    conditions: [neumann("u_n = 0")],
    integrals: ["u = 0"],
  },
  "lost-flux": { ...line, functions: { k: "if(x < 0.3, 1, 20)" }, equations: "-dx(k*u_x) = 1", conditions: zero },
  "lost-flux-of-u": { ...line, equations: "dx(if(u > 0.05, 1, 2)*u_x) = -1", conditions: zero },
  "needle-line": { ...line, equations: "-u_xx = exp(-((x-0.37)/1e-4)^2)/1e-4", conditions: zero },
  "needle-plane": { ...square, equations: "-lap(u) = exp(-((x-0.37)^2+(y-0.61)^2)/1e-6)/1e-6", conditions: zero },
  "kick-heat": {
    ...strip,
    equations: "u_t = u_xx + exp(-((t-0.37)/1e-3)^2)/1e-3",
    conditions: [initial("u = 0"), walls],
  },
  lorenz: {
    ...{ domain: { t: [0, 20] }, unknowns: ["a", "b", "c"] },
    equations: ["a_t = 10*(b-a)", "b_t = a*(28-c) - b", "c_t = a*b - 8/3*c"],
    conditions: [initial(["a = 1", "b = 1", "c = 1"])],
  },
  layers: { ...square, equations: "-1e-3*lap(u) + u_x + u_y = 1", conditions: zero },
  "free-pressure": {
    ...{ domain: { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 1] }, unknowns: ["u", "v", "p"], integrals: ["p = 0"] },
    equations: ["u_t + u*u_x + v*u_y = -p_x + 0.1*lap(u)", "v_t + u*v_x + v*v_y = -p_y + 0.1*lap(v)", "u_x + v_y = 0"],
    conditions: [initial(["u = sin(x)*cos(y)", "v = -cos(x)*sin(y)"]), periodic({ on: "x" }), periodic({ on: "y" })],
  },
};

const counts = { refused: 0, doubted: 0, believed: 0 };
for (const [name, spec] of Object.entries(traps)) {
  if (values.only !== undefined && !values.only.split(",").includes(name)) continue;
  try {
    const budget = {
      processorSeconds: Number(values.seconds),
      ...(values.tolerance !== undefined && { tolerance: Number(values.tolerance) }),
    };
    const solution = await solve(pde({ name, ...spec } as ProblemSpec), { seed: Number(values.seed), budget });
    const { status, estimate, residual } = solution.report;
    const verdict = status === "doubtful" ? "doubted" : "believed";
    counts[verdict]++;
    const size = estimate?.relativeL2.toExponential(1);
    console.log(
      `${name}: ${verdict}, estimate ${size}, residual ${residual.toExponential(1)}; ${estimate?.advice ?? status}`,
    );
    await solution.dispose();
  } catch (error) {
    if (!isMongeError(error)) throw error;
    counts.refused++;
    console.log(`${name}: refused; ${(error as Error).message.slice(0, 120)}`);
  }
}
console.log(`\nrefused ${counts.refused}, doubted ${counts.doubted}, believed ${counts.believed}`);
