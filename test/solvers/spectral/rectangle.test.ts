/** Problems in rectangles: by spectral elements where these see what the equations hold, by elements and marches elsewhere. */
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const square = { x: [0, 1], y: [0, 1] } as const;
const usual = { tolerance: 1e-8, processorSeconds: 20 };

/** What is taken, and the relative error. */
async function solved(
  spec: Omit<ProblemSpec, "name">,
  truth: (x: number, y: number) => readonly number[],
  budget = usual,
) {
  const solution = await solve(pde({ name: "rectangle", ...spec } as ProblemSpec), { budget, threads: 1, seed: 0 });
  const points = Array.from({ length: 400 }, (_, i) => [((i % 20) + 0.37) / 20, (Math.floor(i / 20) + 0.61) / 20]);
  const found = await solution.evaluate(points as [number, number][]);
  const all = points.flatMap(([x, y]) => truth(x!, y!));
  const size = Math.hypot(...all);
  const { method, status, estimate } = solution.report;
  const off = Math.hypot(...all.map((v, i) => found[i]! - v)) / size;
  await solution.dispose();
  return { taken: method!.at(-1)!, method: method!, status, off, estimated: estimate!.relativeL2 };
}

test("a system of two equations with fronts has eight digits of its formula in a rectangle", async () => {
  const front = (x: number, y: number) => Math.tanh((x + 2 * y - 1.3) / 0.1);
  const hill = (x: number, y: number) => Math.exp(-30 * ((x - 0.4) ** 2 + (y - 0.6) ** 2));
  const { taken, status, off, estimated } = await solved(
    {
      ...{ domain: square, unknowns: ["u", "v"], conditions: "exact" },
      equations: ["-0.1*lap(u) + v + sin(u) = source", "-lap(v) - u + v = source"],
      manufactured: ["tanh((x + 2*y - 1.3)/0.1)", "exp(-30*((x - 0.4)^2 + (y - 0.6)^2))"],
    },
    (x, y) => [front(x, y), hill(x, y)],
  );
  assert.match(taken, /spectral elements/);
  assert.is(status, "converged");
  assert.ok(off < 1e-8 && off < 5 * estimated, `${off} beside ${estimated}`);
});

test("a narrow layer inside is no closer to its formula than the grid's estimate says within a factor of 2", async () => {
  const [w, a, b] = [0.00377, -0.9867, 0.16258];
  const { off, estimated, status } = await solved(
    {
      ...{ domain: square, equations: "-lap(u) = source", conditions: "exact" },
      manufactured: `tanh((${a}*(x - 0.3445) + ${b}*(y - 0.5043))/${w})*cos(x*y)`,
    },
    (x, y) => [Math.tanh((a * (x - 0.3445) + b * (y - 0.5043)) / w) * Math.cos(x * y)],
    { tolerance: 1e-3, processorSeconds: 20 },
  );
  assert.is(status, "converged");
  assert.ok(off < 1e-3 && off < 2 * estimated, `${off} beside ${estimated}`);
});

test("a clamped plate that converges to 1e-6 is no further from its formula", async () => {
  const [a, b] = [1.504, -1.18];
  const bell = (x: number, y: number) => (Math.sin(Math.PI * x) * Math.sin(Math.PI * y)) ** 2;
  const { off, status } = await solved(
    {
      ...{ domain: square, equations: "lap(lap(u)) = source" },
      manufactured: `(sin(pi*x)*sin(pi*y))^2*exp(${a}*x + ${b}*y)`,
      conditions: ["u = 0", { type: "neumann", equation: "u_n = 0" }],
    },
    (x, y) => [bell(x, y) * Math.exp(a * x + b * y)],
    { tolerance: 1e-6, processorSeconds: 20 },
  );
  assert.is(status, "converged");
  assert.ok(off < 1e-6, `${off}`);
});

test("diffusion, reaction and transport in time have eight digits of their formula in a rectangle", async () => {
  const problem = pde({
    ...{ name: "evolution", domain: { ...square, t: [0, 0.5] }, conditions: "exact" },
    equations: "u_t = 0.1*lap(u) - (1 + x)*u_x + u*(1 - u) + source",
    manufactured: "1/(1 + exp(4*(x + y - 1.5*t)))",
  });
  const solution = await solve(problem, { budget: { tolerance: 1e-7, processorSeconds: 20 }, threads: 1, seed: 0 });
  const { method, status } = solution.report;
  const points = Array.from({ length: 200 }, (_, i) => [(i % 20) / 19, Math.floor(i / 20) / 9, 0.05 * ((i % 10) + 1)]);
  const found = await solution.evaluate(points as [number, number, number][]);
  const off = points.map(([x, y, t], i) => found[i]! - 1 / (1 + Math.exp(4 * (x! + y! - 1.5 * t!))));
  await solution.dispose();
  assert.match(method!.at(-1)!, /spectral elements/);
  assert.is(status, "converged");
  assert.ok(Math.max(...off.map(Math.abs)) < 1e-7, `${Math.max(...off.map(Math.abs))}`);
});

const periodicStart = (formula: string) => [`u = ${formula} at t = 0`, { type: "periodic", on: ["x", "y"] } as const];
const timed = (end: number) => ({ ...square, t: [0, end] as const });

test("a bump that is carried around a periodic plane, as it spreads by constant diffusion, has its formula's values at its estimate", async () => {
  const [speed, sharp] = [1.3, 4];
  const bump = `exp(${sharp}*(cos(2*pi*(x - ${speed}*t)) + cos(2*pi*y) - 2))`;
  const problem = pde({
    ...{
      name: "carried",
      domain: timed(1),
      equations: `u_t + ${speed}*u_x = 0.01*lap(u) + source`,
      manufactured: bump,
    },
    conditions: [
      { type: "initial", equation: "exact" },
      { type: "periodic", on: ["x", "y"] },
    ],
  });
  const solution = await solve(problem, { budget: { tolerance: 1e-4, processorSeconds: 10 }, threads: 1, seed: 0 });
  const { relativeL2 } = await solution.errors();
  const { method, estimate, status } = solution.report;
  await solution.dispose();
  assert.is(method!.at(-1), "taken: spectral elements");
  assert.is(status, "converged");
  assert.ok(relativeL2 < 1e-4 && relativeL2 < 5 * estimate!.relativeL2, `${relativeL2}, ${estimate!.relativeL2}`);
});

test("the estimate sees the error of steps that only their growth bounds: of logistic growth without waves it is all", async () => {
  for (const tolerance of [1e-2, 1e-4, 1e-6]) {
    const problem = pde({
      ...{ name: "logistic", domain: timed(1), equations: "u_t = 0.01*lap(u) + 3*u*(1 - u)" },
      ...{ conditions: periodicStart("0.1 + 0*x"), exact: "1/(1 + 9*exp(-3*t))" },
    });
    const solution = await solve(problem, { budget: { tolerance, processorSeconds: 6 }, threads: 1, seed: 0 });
    const { relativeL2 } = await solution.errors();
    const said = solution.report.estimate!.relativeL2;
    await solution.dispose();
    assert.ok(relativeL2 < 5 * said + 1e-12 && relativeL2 < tolerance, `${relativeL2} where ${said} is said`);
  }
});

test("viscous velocities that steepen on a periodic plane have the values of Cole's and Hopf's formula, though the first grids blow up", async () => {
  const [nu, modes, nodes] = [0.01, 64, 512];
  // u = −2ν·θₓ/θ solves Burgers' equation where θ solves the heat equation, here from exp(cos(2πx)/(4πν)).
  const over = Array.from({ length: nodes }, (_, k) => (2 * Math.PI * k) / nodes);
  const start = over.map((angle) => Math.exp((Math.cos(angle) - 1) / (4 * Math.PI * nu)));
  const sizes = Array.from({ length: modes }, (_, n) => over.reduce((m, v, k) => m + start[k]! * Math.cos(n * v), 0));
  const truth = (x: number, t: number) => {
    let [theta, slope] = [sizes[0]!, 0];
    for (let n = 1; n < modes; n++) {
      const [wave, size] = [2 * Math.PI * n, 2 * sizes[n]! * Math.exp(-((2 * Math.PI * n) ** 2) * nu * t)];
      theta += size * Math.cos(wave * x);
      slope += size * wave * Math.sin(wave * x);
    }
    return (2 * nu * slope) / theta;
  };
  const problem = pde({
    ...{ name: "steepening", domain: timed(0.5), unknowns: ["u", "v"] },
    equations: [`u_t + u*u_x + v*u_y = ${nu}*lap(u)`, `v_t + u*v_x + v*v_y = ${nu}*lap(v)`],
    conditions: [...periodicStart("sin(2*pi*x)"), "v = 0*x at t = 0"],
  });
  const solution = await solve(problem, { budget: { tolerance: 1e-3, processorSeconds: 20 }, threads: 1, seed: 0 });
  const points = Array.from({ length: 200 }, (_, i) => [((i % 20) + 0.3) / 20, (i % 7) / 7, 0.05 * (1 + (i % 10))]);
  const found = await solution.evaluate(points as [number, number, number][]);
  const { method, status, estimate } = solution.report;
  await solution.dispose();
  const exact = points.map(([x, , t]) => truth(x!, t!));
  const off = Math.hypot(...exact.map((v, i) => found[2 * i]! - v)) / Math.hypot(...exact);
  assert.is(method!.at(-1), "taken: spectral elements");
  assert.is(status, "converged");
  assert.ok(off < 1e-4 && off < 5 * estimate!.relativeL2, `${off}, ${estimate!.relativeL2}`);
});

test("a periodic plane whose diffusion varies is marched on splines", async () => {
  const problem = pde({
    ...{ name: "periodic", domain: timed(1), equations: "u_t = 0.002*(1 + u^2)*lap(u) + u - u^3" },
    conditions: periodicStart("0.6*sin(2*pi*x)*cos(2*pi*y)"),
  });
  const { report } = await solve(problem, { budget: { tolerance: 1e-3, processorSeconds: 6 }, threads: 1, seed: 0 });
  assert.is(report.method!.at(-1), "taken: the march");
});

test("a coefficient that steps within 6e-5 is left to elements, which keep its flux", async () => {
  const [a, s, w] = [5.91, 0.365, 6.38e-5];
  const log = (z: number) =>
    z < 0 ? Math.log1p((1 + a) * Math.exp(2 * z)) : 2 * z + Math.log(Math.exp(-2 * z) + 1 + a);
  // ∫ 1/k from 0 to x.
  const resistance = (x: number) => x - ((a / (1 + a)) * w * (log((x - s) / w) - log(-s / w))) / 2;
  const { taken, off } = await solved(
    {
      ...{
        domain: square,
        functions: { k: `1 + ${a}*(1 + tanh((x - ${s})/${w}))/2` },
        equations: "div(k*grad(u)) = 0",
      },
      conditions: ["u = 0 on x = 0", "u = 1 on x = 1", "u_n = 0 on y"],
    },
    (x) => [resistance(x) / resistance(1)],
  );
  assert.match(taken, /\d+ elements, polynomials/);
  assert.ok(off < 1e-6, `${off}`);
});

/** Iterations on each grid, by the words of the report. */
const iterations = (method: readonly string[]) =>
  method.flatMap((line) => line.match(/^spectral elements, .* after (\d+) iterations/)?.[1] ?? []).map(Number);

test("where transport prevails grids after the first are solved by elimination, and layers at outflow have their formula", async () => {
  const [e, a, b] = [9e-4, 0.63, 0.78];
  const layer = (s: number, c: number) => s - (Math.exp((c * (s - 1)) / e) - Math.exp(-c / e)) / (1 - Math.exp(-c / e));
  const { off, status, method, estimated } = await solved(
    {
      ...{ domain: square, constants: { e, a, b }, manufactured: "f(x)*g(y)", conditions: "exact" },
      functions: {
        "f(s)": "s - (exp(a*(s-1)/e) - exp(-a/e))/(1 - exp(-a/e))",
        "g(s)": "s - (exp(b*(s-1)/e) - exp(-b/e))/(1 - exp(-b/e))",
      },
      equations: "-e*lap(u) + a*u_x + b*u_y = source",
    },
    (x, y) => [layer(x, a) * layer(y, b)],
    { tolerance: 1e-3, processorSeconds: 60 },
  );
  const found = iterations(method);
  assert.ok(found.length > 2 && found.slice(1).every((n) => n <= 2), found.join());
  assert.is(status, "converged");
  assert.ok(off < 1e-4 && estimated < 1e-3, `${off}, ${estimated}`);
});

test("elimination has all terms: two unknowns, mixed derivatives, conditions of Robin, and a period", async () => {
  const truth = (x: number, y: number) => [Math.sin(2 * x + y), Math.exp(x) * Math.cos(y)] as const;
  const { off, method } = await solved(
    {
      ...{ domain: square, unknowns: ["u", "v"], manufactured: ["sin(2*x + y)", "exp(x)*cos(y)"] },
      equations: [
        "-lap(u) + 0.5*u_xy + (80 + 40*y)*u_x - 90*x*u_y + 3*v = source",
        "-(1 + x)*lap(v) - 0.3*v_xy + 70*v_x + 60*v_y + 5*u_x = source",
      ],
      conditions: [
        { type: "neumann", equation: "u_n + 2*u = 2*sin(2*x + y) + (2*x - 1)*2*cos(2*x + y)", on: "x" },
        { type: "dirichlet", equation: "u = sin(2*x + y)", on: "y" },
        { type: "dirichlet", equation: "v = exp(x)*cos(y)", on: "x" },
        { type: "neumann", equation: "v_n + u + v = sin(2*x + y) + exp(x)*cos(y) - (2*y - 1)*exp(x)*sin(y)", on: "y" },
      ],
    } as never,
    truth,
    { tolerance: 1e-10, processorSeconds: 60 },
  );
  const found = iterations(method);
  assert.ok(found.length > 1 && found.slice(1).every((n) => n <= 2), found.join());
  assert.ok(off < 1e-10, `${off}`);
  const periodic = await solved(
    {
      ...{ domain: { x: [0, 1], y: [0, 2 * Math.PI] }, manufactured: "x*(1 - x)*exp(sin(y))" },
      equations: "-u_xx - 0.2*u_xy - u_yy + (50 + 20*cos(y))*u_x + 40*x*u_y = source",
      conditions: ["u = 0 on x", "u periodic on y"],
    } as never,
    (x, y) => [x * (1 - x) * Math.exp(Math.sin(2 * Math.PI * y))],
    { tolerance: 1e-10, processorSeconds: 60 },
  );
  const ofPeriod = iterations(periodic.method);
  assert.ok(ofPeriod.length > 1 && ofPeriod.slice(1).every((n) => n <= 2), ofPeriod.join());
});

test.run();
