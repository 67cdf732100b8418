/** Problems with integrals, families, complex unknowns, interfaces, fields: solved, and compared with formulas. */

import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { mlp, type ProblemSpec, pde, printProblem, randomFeatures, solve } from "../../../solvers/index.ts";
import { type GroupPoints, leastSquaresProgram } from "../../../solvers/residual/index.ts";
import { assemble } from "../../../solvers/solve/index.ts";
import { assert, equalBy, test, throws } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const below = (error: number, limit: number) => assert.ok(error < limit, `error ${error}`);
const angle = "atan2(y - 3, x - 2)";
const around = { domain: { x: [-1, 1], y: [-1, 1] }, exact: angle, conditions: "exact" } as const;
const family: Omit<ProblemSpec, "name"> = {
  ...{ domain: { x: [0, "pi"] }, parameters: { k: [1, 3] }, equations: "-lap(u) = k^2*sin(k*x)", exact: "sin(k*x)" },
  conditions: "u = sin(k*x)",
};

// biome-ignore format: a table
const known: Readonly<Record<string, readonly [Omit<ProblemSpec, "name">, features: number, limit: number, number[]?]>> = {
  "Fredholm's equation u = x + ½ ∫ x s u(s) ds has the solution 6x/5": [
    { domain: { x: [0, 1] }, equations: "u = x + 1/2*integral(x*s*u(s), s, 0, 1)", exact: "6/5*x" }, 30, 1e-10],
  "Volterra's u' + u = ∫ exp(s − t) u(s) ds has the solution exp(−t) cosh(t)": [
    { domain: { t: [0, 5] }, equations: "u_t + u = integral(exp(s - t)*u(s), s, 0, t)", exact: "exp(-t)*cosh(t)",
      conditions: "u = exact at t = 0" }, 60, 1e-8],
  "an angle is a source and a prescribed value": [
    { ...around, equations: `lap(u) + u = ${angle}` }, 150, 1e-8, [1, 2]],
  "one solution for a family: sin(k x) for all k from 1 to 3, with −Δ over space alone": [family, 200, 1e-6],
  "the normal's components stand in conditions": [
    { domain: { shape: "disk", center: [0, 0], radius: 1 }, equations: "lap(u) - u = y^2 - x^2", exact: "x^2 - y^2",
      conditions: "u_n = 2*x*nx - 2*y*ny" }, 80, 1e-4],
  "a beam has one unknown's exact values and slopes, moments and shear at its ends": [
    { domain: { x: [0, 1] }, equations: "u_xxxx + 1 = 0", exact: "-x^4/24 + x^3/6 - x^2/4",
      conditions: ["u = exact on x = 0", "u_n = exact on x = 0", "u_xx = 0 on x = 1", "u_xxx = 0 on x = 1"] }, 30, 1e-10],
};

for (const [what, [spec, features, limit, scale = [1, 2, 4]]] of Object.entries(known))
  test(what, async () => {
    const solution = await randomFeatures(pde({ name: "known", ...spec }), { features, scale });
    below((await someErrors(solution)).relativeL2, limit);
    await solution.dispose();
  });

test("an angle is a term of unknowns", async () => {
  const equations = `lap(u) + atan2(u - 4, 1 - u^2) = atan2(${angle} - 4, 1 - ${angle}^2)`;
  const turning = pde({ name: "angle", ...around, equations });
  const solution = await solve(turning, { budget: { steps: 25 }, points: 150 });
  below((await someErrors(solution)).relativeL2, 1e-2);
  await solution.dispose();
});

test("an equation with a delay is solved where its past is written into it", async () => {
  // u' = −u(t − 1) with u = 1 before 0: 1 − t up to 1, then 1 − t + (t − 1)²/2. The kink is in the second derivative.
  const problem = pde({
    ...{ name: "delay", domain: { t: [0, 2] }, equations: "u_t = -if(t < 1, 1, u(t - 1))" },
    conditions: [{ type: "initial", equation: "u = 1" }],
  });
  const solution = await randomFeatures(problem, { features: 60, scale: [2, 8] });
  const values = await solution.evaluate(Float64Array.of(0.5, 1, 1.5, 2));
  [0.5, 0, -0.375, -0.5].forEach((wanted, i) => {
    assert.ok(Math.abs(values[i]! - wanted) < 1e-3, `${values}`);
  });
});

test("around a periodic axis an unknown elsewhere is what comes after the other end, initial values included", async () => {
  // u' = Su with S the shift by half of the axis: u = cosh(t) g + sinh(t) Sg, and g is no periodic formula.
  const problem = pde({
    ...{ name: "shift", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u(x - 0.5, t)" },
    conditions: [
      { type: "initial", equation: "u = exp(-100*(x-0.5)^2)" },
      { type: "periodic", on: "x" },
    ],
  });
  const solution = await randomFeatures(problem, { features: 300, scale: [2, 12], seed: 1 });
  const [middle, end] = await solution.evaluate(Float64Array.of(0.5, 1, 0, 1));
  assert.ok(Math.abs(middle! - Math.cosh(1)) < 1e-2, `${middle}`);
  assert.ok(Math.abs(end! - Math.sinh(1)) < 1e-2, `${end}`);
  await solution.dispose();
});

test("rows with unknowns elsewhere have the Jacobian that differences find", async () => {
  const problem = pde({
    ...{ name: "elsewhere", domain: { x: [0, 1], y: [0, 1] }, trainable: { k: 0.3 } },
    equations: "u_x + u_y(k*x, 1 - y)*u = integral(s*u(x, s)^2, s, 0, y, 3)",
    conditions: [{ type: "dirichlet", equation: "u = 1", on: "x = 0" }],
    observations: [{ points: [[1, 1]], values: [1] }],
  });
  const assembly = assemble(problem, domainOf(problem.domain), mlp({ width: 3, depth: 2 }));
  const group = assembly.interior(4, 1);
  const points = rng(2).uniform(8);
  const at: GroupPoints = { points, rootWeights: Float64Array.of(1, 0.5, 2, 1), data: new Float64Array(4) };
  const program = leastSquaresProgram(assembly.model, [group]);
  program.setPoints([at]);
  const theta = Float64Array.from([...assembly.model.network.initial(rng(1)), 0.3]);
  const { jacobian } = await program.linearize(theta);
  const J = jacobian.slice();
  for (let p = 0; p < program.size; p++) {
    const side = async (h: number) => {
      const moved = theta.slice();
      moved[p]! += h;
      await program.loss(moved);
      return program.residual().slice();
    };
    const [up, down] = [await side(1e-5), await side(-1e-5)];
    up.forEach((v, i) => {
      const difference = (v - down[i]!) / 2e-5;
      assert.ok(
        Math.abs(J[i * program.size + p]! - difference) < 1e-8 * Math.max(1, Math.abs(difference)),
        `${i} ${p}`,
      );
    });
  }
  await program.dispose();
});

test("a family is printed with its parameter, on which no condition can be", () => {
  assert.match(printProblem(pde({ name: "family", ...family })), /u\(x, k\) on x ∈ \[0, π\]/);
  throws(
    () => pde({ name: "family", ...family, conditions: [{ type: "dirichlet", equation: "u = 0", on: "k" }] }),
    OptionsError,
    /with parameters no condition can be on "k"/,
  );
});

test("a complex wave is found as its two parts, and asked for as one", async () => {
  const problem = pde({
    ...{ name: "packet", domain: { x: [0, "2*pi"], t: [0, 1] }, unknowns: ["psi"], complex: ["psi"] },
    ...{ equations: "i*psi_t = -psi_xx/2", exact: "exp(i*(2*x - 2*t))" },
    conditions: [
      { type: "initial", equation: "psi = exp(2*i*x)" },
      { type: "periodic", on: "x" },
    ],
  });
  assert.equal(problem.unknowns, ["psiRe", "psiIm"]);
  const solution = await randomFeatures(problem, { features: 100, scale: [1, 3] });
  below((await someErrors(solution)).relativeL2, 1e-4);
  const size = await solution.quantity("abs(psi)", Float64Array.of(1, 0.5, 2, 0.9));
  for (const v of size) assert.ok(Math.abs(v - 1) < 2e-4, `${v}`);
});

test("two media: values and fluxes meet on a circle inside, where the slope jumps", async () => {
  // −div(k grad u) = 4 with k = 1 inside of r = ½ and 3 outside: −r² + … of both sides.
  const problem = pde({
    ...{ name: "two media", domain: { x: [-1, 1], y: [-1, 1] }, unknowns: ["a", "b"], functions: { rr: "x^2 + y^2" } },
    ...{ equations: ["lap(a) + 4 = 0", "lap(b) + 4/3 = 0"], exact: ["1/4 - rr + (1 - 1/4)/3", "(1 - rr)/3"] },
    conditions: [
      { type: "dirichlet", equation: "b = exact" },
      { type: "interface", equation: ["a = b", "a_n = 3*b_n"], on: "x^2 + y^2 = 0.25" },
    ],
  });
  const solution = await randomFeatures(problem, { features: 60, scale: [1, 2] });
  below((await someErrors(solution)).relativeL2, 3e-5);
  throws(
    () =>
      pde({
        ...problem.text,
        conditions: [{ type: "interface", equation: "a = b", on: "x = 3" }],
        allow: ["missing-condition"],
      }),
    DomainError,
    /is not met in the domain/,
  );
});

test("an unknown coefficient field is found from data, by features and by a network of its own", async () => {
  const xs = Array.from({ length: 41 }, (_, i) => -1 + i / 20);
  const problem = pde({
    ...{ name: "field", domain: { x: [-1, 1] }, fields: { q: { smooth: 1e-6, guess: "1 + x" } } },
    ...{ equations: "-u_xx + q = 0", exact: { u: "sin(pi*x)", q: "-pi^2*sin(pi*x)" } },
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
    observations: [{ points: xs, values: xs.map((x) => Math.sin(Math.PI * x)), sigma: 0.01 }],
  });
  const found = await randomFeatures(problem, { features: 60, weights: { observations: 1 } });
  below((await someErrors(found)).perUnknown["q"]!, 5e-3);
  const trained = await solve(problem, {
    ...{ network: mlp({ width: 10, depth: 2 }), weights: { observations: 1 }, points: 200 },
    budget: { steps: 60 },
  });
  below((await someErrors(trained)).perUnknown["q"]!, 0.15);
  assert.is(trained.coefficients.length, 10 + 10 + 100 + 10 + 10 + 1 + (8 + 8 + 64 + 8 + 8 + 1));
});

test("constants and formulas of them stand in domains; what is none is said", () => {
  const spec = (x: readonly [number | string, number | string]): ProblemSpec => ({
    ...{ name: "domain", domain: { x }, constants: { L: 3 }, equations: "u_x = 1" },
    conditions: [{ type: "dirichlet", equation: "u = 0", on: `x = ${x[0]}` }],
  });
  assert.equal(pde(spec(["-pi", "2*L + 1"])).bounds, [[-Math.PI, 7]]);
  throws(() => pde(spec([0, "w"])), OptionsError, /domain\.x\[1\] is no number[\s\S]*"w" is unknown/);
});

test("an equation alone is a condition on the whole boundary, or at the start where there is no space", () => {
  const square = pde({
    ...{ name: "square", domain: { x: [0, 1], y: [0, 1] }, equations: "lap(u) = 1" },
    conditions: "u = 0",
  });
  equalBy(square.conditions, ({ kind, on }) => [kind, on], [["dirichlet", "boundary"]]);
  const decay = pde({ name: "decay", domain: { t: [0, 1] }, equations: "u_t = -u", conditions: ["u = 1"] });
  assert.is(decay.conditions[0]!.kind, "initial");
});

test.run();
