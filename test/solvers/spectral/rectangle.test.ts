/** Problems in rectangles: by spectral elements where these see what the equations hold, by elements and marches elsewhere. */
import { type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const square = { x: [0, 1], y: [0, 1] } as const;
const usual = { tolerance: 1e-8, processorSeconds: 6 };

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
  return { taken: method!.at(-1)!, status, off, estimated: estimate!.relativeL2 };
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

test("a plane that is periodic along both axes is marched on splines", async () => {
  const problem = pde({
    ...{ name: "periodic", domain: { ...square, t: [0, 1] }, equations: "u_t = 0.002*lap(u) + u - u^3" },
    conditions: ["u = 0.6*sin(2*pi*x)*cos(2*pi*y) at t = 0", { type: "periodic", on: ["x", "y"] }],
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

test("where transport prevails and the equations of spectral elements stay unsolved elements begin early", async () => {
  const solution = await solve(
    pde({
      ...{
        name: "outflow",
        domain: square,
        equations: "-0.0009*lap(u) + 0.63*u_x + 0.78*u_y = 1",
        conditions: "u = 0",
      },
    }),
    { budget: { tolerance: 1e-3, processorSeconds: 6 }, threads: 1, seed: 0 },
  );
  const grids = solution.report.method!.filter((line) => line.startsWith("spectral elements")).length;
  assert.ok(grids >= 1 && grids <= 4, `${grids} grids`);
  assert.is(solution.status, "converged");
  await solution.dispose();
});

test.run();
