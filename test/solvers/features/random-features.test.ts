// Inside: kernels of least squares.
/** Random features: the columns of the matrix, and solutions against exact ones. */
import { type ReferenceName, referenceProblem } from "../../../bench/reference/catalogue.ts";
import { OptionsError, rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { featurePrograms } from "../../../solvers/features/feature-rows.ts";
import { isLinear } from "../../../solvers/features/linearity.ts";
import {
  dirichlet,
  mlp,
  neumann,
  type ProblemSpec,
  pde,
  type RandomFeatureOptions,
  randomFeatures,
  robin,
} from "../../../solvers/index.ts";
import { assemble } from "../../../solvers/solve/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const square: ProblemSpec["domain"] = { x: [0, 1], y: [0, 1] };

test("linear and nonlinear equations are told apart", () => {
  const equation = (text: string) =>
    pde({ name: text, domain: square, equations: text, conditions: [dirichlet("u = 0")] }).equations[0]!;
  for (const text of ["lap(u) = 1", "x*u_x - u/(1+y^2) + sin(x)*u_yy = exp(x*y)", "2*(u_xx + u_yy) - 3*u = x"]) {
    assert.ok(isLinear(equation(text)), text);
  }
  for (const text of ["lap(u) = u^2", "u*u_x = lap(u)", "lap(u) = exp(u)", "lap(u)/(1+u) = 1", "abs(u) + lap(u) = 0"]) {
    assert.not(isLinear(equation(text)), text);
  }
});

test("for a linear problem the columns are differences of rows, whatever the split into parts", async () => {
  const problem = pde({
    ...{ name: "system", domain: square, unknowns: ["u", "v"], equations: ["lap(u) + x*v_y = 1", "lap(v) - u = y"] },
    conditions: [dirichlet(["u = 0", "v = x"]), robin("u_n + 2*u = 1", { on: "x = 1" })],
    allow: ["corner-mismatch"],
  });
  const assembly = assemble(problem, domainOf(problem.domain), mlp({ width: 3, depth: 1, activation: "sin" }));
  // More than one run of the program, the last one not full.
  const points = assembly.domain.interior(300, rng(1));
  const set = { points, weights: new Float64Array(300).fill(1 / 300), density: new Float64Array(300).fill(1) };
  const others = assembly.others({ interior: 300, boundary: 20 }, { equations: 1, conditions: 100, observations: 1 });
  const filled = [
    { group: assembly.interior(300, 2), at: assembly.interiorPoints(set, 1) },
    ...others.map((o) => ({ group: o.group, at: o.draw(rng(2)) })),
  ];
  const programs = featurePrograms(assembly.model, 1);
  const rows = programs.of(filled);
  assert.ok(rows.count > 600, `${rows.count} rows: equations and conditions`);
  const theta = assembly.model.network.initial(rng(3));
  const coefficients = 2 * (3 + 1);
  const matrix = { values: new Float64Array(rows.count * coefficients), width: coefficients };
  const at = await rows.rowsAndColumns(theta, matrix);
  assert.equal(at, await rows.rows(theta));
  for (let j = 0; j < coefficients; j++) {
    const moved = theta.slice();
    moved[theta.length - coefficients + j]! += 1;
    const ahead = await rows.rows(moved);
    for (let i = 0; i < rows.count; i++) {
      const expected = ahead[i]! - at[i]!;
      const found = matrix.values[i * coefficients + j]!;
      assert.ok(Math.abs(found - expected) <= 1e-11 * (1 + Math.abs(ahead[i]!)), `row ${i}, column ${j}`);
    }
  }
  await programs.dispose();
});

const errorOf = async (spec: ProblemSpec, options: RandomFeatureOptions) => {
  const solution = await randomFeatures(pde(spec), options);
  const { relativeL2 } = await someErrors(solution);
  await solution.dispose();
  return { relativeL2, report: solution.report, theta: solution.coefficients };
};

test("a solution in the span of the features is found to rounding, with its coefficients", async () => {
  const options = { features: 6, scale: [1, 3], points: 60, boundaryPoints: 2, seed: 9 };
  const ends = [neumann("u_n = 0", { on: "x" })];
  // The frozen layer depends on seed, features and scales alone.
  const any = { name: "any", domain: { x: [-1, 1] }, conditions: ends, equations: "-u_xx + u = 1" } as const;
  const first = await randomFeatures(pde(any), options);
  const frozen = first.coefficients.subarray(0, 12);
  const coefficients = [0.7, -1.2, 0.4, 1.5, -0.3, 0.9];
  const wave = (f: "sin" | "cos", c: (j: number) => number) =>
    coefficients.map((_, j) => `(${c(j)})*${f}((${frozen[j]})*x + (${frozen[6 + j]}))`).join(" + ");
  const exact = wave("sin", (j) => coefficients[j]!);
  const slope = wave("cos", (j) => coefficients[j]! * frozen[j]!);
  const { relativeL2, theta } = await errorOf(
    {
      ...{ name: "span", domain: { x: [-1, 1] }, equations: "-u_xx + u = source", manufactured: exact },
      conditions: [neumann(`u_n = ${slope}`, { on: "x = 1" }), neumann(`u_n = -(${slope})`, { on: "x = -1" })],
    },
    options,
  );
  assert.equal(theta.subarray(0, 12), frozen);
  assert.ok(relativeL2 <= 1e-10, `error ${relativeL2}`);
  for (const [j, c] of coefficients.entries()) assert.ok(Math.abs(theta[12 + j]! - c) <= 1e-6, `coefficient ${j}`);
});

const reference = async (name: ReferenceName, options: RandomFeatureOptions) => {
  const { spec, testSet } = referenceProblem(name);
  const solution = await randomFeatures(pde(spec), options);
  const { relativeL2 } = await solution.errors(testSet(rng(8)));
  await solution.dispose();
  return { relativeL2, report: solution.report };
};

test("Poisson in two dimensions is solved to 1e-12 with 150 features, sines or tanhs", async () => {
  const sines = await reference("poisson-2d", { features: 150, scale: 1.5 });
  assert.ok(sines.relativeL2 <= 1e-12, `sines ${sines.relativeL2}`);
  assert.is(sines.report.status, "converged");
  assert.is(sines.report.steps, 1);
  const tanhs = await reference("poisson-2d", { features: 250, activation: "tanh", scale: 1 });
  assert.ok(tanhs.relativeL2 <= 1e-9, `tanhs ${tanhs.relativeL2}`);
  const soft = await reference("poisson-2d", { features: 150, scale: 1.5, conditions: "penalty" });
  assert.equal(soft.report.exactConditions, []);
  assert.ok(soft.relativeL2 <= 1e-9, `conditions as rows ${soft.relativeL2}`);
});

test("Poisson in five dimensions with soft conditions is solved to one percent by 300 features", async () => {
  const { relativeL2, report } = await reference("poisson-5d", { features: 300, scale: 0.5 });
  assert.is(report.penalizedConditions.length, 1);
  assert.ok(relativeL2 <= 1e-2 && relativeL2 >= 1e-6, `error ${relativeL2}`);
});

test("on the peak it fails, and the residual on fresh points says so", async () => {
  const { relativeL2, report } = await reference("peak", { features: 200, scale: [4, 16] });
  assert.ok(relativeL2 > 0.1, `error ${relativeL2}`);
  assert.ok(report.residual > 0.1, `residual ${report.residual}`);
});

test("a nonlinear problem is solved by a few Newton steps, a nonlinear system too", async () => {
  const cubic = await errorOf(
    {
      ...{ name: "cubic", domain: square, equations: "-lap(u) + u^3 = source", manufactured: "3*sin(pi*x)*sin(pi*y)" },
      conditions: [dirichlet("u = 0")],
    },
    { features: 120, scale: 1.5 },
  );
  assert.ok(cubic.relativeL2 <= 1e-8, `error ${cubic.relativeL2}`);
  assert.is(cubic.report.status, "converged");
  assert.ok(cubic.report.steps >= 3 && cubic.report.steps < 20, `${cubic.report.steps} steps`);
  const { relativeL2 } = await reference("kovasznay", { features: 120, scale: [1, 2] });
  assert.ok(relativeL2 <= 1e-3, `Kovasznay ${relativeL2}`);
});

test("the same seed gives the same bits, another seed other features", async () => {
  const theta = async (seed: number) => {
    const solution = await randomFeatures(pde(referenceProblem("poisson-2d").spec), { features: 20, seed });
    return solution.coefficients;
  };
  const [one, same, other] = [await theta(1), await theta(1), await theta(2)];
  assert.equal(one, same);
  assert.not.equal(one, other);
});

test("bad options and constants to be found are refused before any work", async () => {
  const problem = pde(referenceProblem("poisson-2d").spec);
  const bad: RandomFeatureOptions[] = [
    { features: 0 },
    { scale: [] },
    { scale: [1, -1] },
    { points: 1.5 },
    { seed: -1 },
    { weights: { conditions: 0 } },
  ];
  for (const options of bad) {
    const error = await randomFeatures(problem, options).then(
      () => undefined,
      (e: unknown) => e,
    );
    assert.instance(error, OptionsError, JSON.stringify(options));
  }
  const inverse = pde(referenceProblem("inverse-burgers").spec);
  const error = await randomFeatures(inverse, { features: 10 }).then(
    () => undefined,
    (e: unknown) => e,
  );
  assert.instance(error, OptionsError);
  assert.match((error as Error).message, /nu.*use solve/);
});

test("where nothing but the conditions says anything, residuals have a unit: a harmonic function by its values on a circle", async () => {
  const disk = pde({
    ...{ name: "disk", domain: { shape: "disk", center: [0, 0], radius: 1 }, equations: "lap(u) = 0" },
    ...{ exact: "x^2 - y^2", conditions: [{ type: "dirichlet", equation: "exact" }] },
  });
  const solution = await randomFeatures(disk, { features: 120, scale: [1, 2] });
  assert.is(solution.report.scale, 1);
  assert.ok((await someErrors(solution)).relativeL2 < 1e-8);
});

test.run();
