import { type DomainError, OptionsError, tf } from "../../../engine/index.ts";
import {
  dirichlet,
  initial,
  loadSolution,
  mlp,
  type ProblemSpec,
  pde,
  printProblem,
  problemFromJson,
  problemToJson,
  sobol,
  solve,
} from "../../../solvers/index.ts";
import { assert, inFolder, test } from "../../harness.ts";

const text: ProblemSpec = {
  ...{ name: "burgers", domain: { x: [-1, 1], t: [0, 1] }, constants: { nu: 0.05 } },
  equations: "u_t + u*u_x = nu*u_xx",
  conditions: [initial("u = -sin(pi*x)"), { type: "dirichlet", equation: "u = 0", on: "x" }],
};
const asFunction: ProblemSpec = {
  ...text,
  equations: {
    name: "burgers",
    inputs: ["u", "u_t", "u_x", "nu*u_xx"],
    residual: ([u, ut, ux, diffusion]) => tf.sub(tf.add(ut!, tf.mul(u!, ux!)), diffusion!),
  },
};
const options = { network: mlp({ width: 6, depth: 2 }), sampler: sobol(), points: 200, budget: { steps: 12 }, seed: 3 };

test("a residual as a function leads to the same solution as the same residual as text", async () => {
  const [a, b] = [await solve(pde(text), options), await solve(pde(asFunction), options)];
  // The two graphs may order sums differently: rounding grows a little over twelve steps.
  const worst = a.coefficients.reduce((m, v, i) => Math.max(m, Math.abs(v - b.coefficients[i]!)), 0);
  assert.ok(worst < 1e-7, `parameters differ by ${worst}`);
  assert.ok(Math.abs(a.report.residual / b.report.residual - 1) < 1e-6, `${a.report.residual} ${b.report.residual}`);
  assert.ok(a.report.residual < 0.5, `${a.report.residual}`);
});

test("a switch, which no formula has, is a function: u′ = −max(u, ½) is solved across its kink", async () => {
  const problem = pde({
    name: "switch",
    domain: { x: [0, 1.2] },
    equations: { inputs: ["u_x", "u"], residual: ([ux, u]) => tf.add(ux!, tf.maximum(u!, tf.scalar(0.5))) },
    conditions: [dirichlet("u = 1", { on: "x = 0" })],
  });
  const solution = await solve(problem, { ...options, network: mlp({ width: 12, depth: 2 }), budget: { steps: 60 } });
  // e^{−x} until ln 2, then ½ − ½ (t − ln 2); the kink is in the second derivative.
  const exact = (t: number) => (t < Math.LN2 ? Math.exp(-t) : 0.5 - 0.5 * (t - Math.LN2));
  const at = Float64Array.from({ length: 101 }, (_, i) => (1.2 * i) / 100);
  const values = await solution.evaluate(at);
  const worst = values.reduce((m, v, i) => Math.max(m, Math.abs(v - exact(at[i]!))), 0);
  assert.ok(worst < 1e-3, `largest error ${worst}`);
});

test("a problem with a function prints its name and inputs, and comes back from a file with the problem in hand", async () => {
  const problem = pde(asFunction);
  assert.match(printProblem(problem), /burgers\(u, .+\) = 0/);
  await inFolder(async (folder) => {
    const solution = await solve(problem, { ...options, budget: { steps: 2 } });
    await solution.save(folder);
    const again = await loadSolution(folder, problem);
    const at = Float64Array.of(0.3, 0.4, -0.2, 0.9);
    assert.equal(await again.residual(at), await solution.residual(at));
    const lost = await loadSolution(folder).catch((e: unknown) => e);
    assert.ok(lost instanceof OptionsError && /make the problem in code/.test(lost.message), String(lost));
    const other = await loadSolution(folder, pde(text)).catch((e: unknown) => e);
    assert.ok(other instanceof OptionsError && /another problem/.test(other.message), String(other));
  });
});

test("what a function cannot be used for is refused before any work", () => {
  const refused = (spec: ProblemSpec, pattern: RegExp, kind: typeof OptionsError | typeof DomainError = OptionsError) =>
    assert.throws(() => pde(spec), (e: unknown) => e instanceof kind && pattern.test((e as Error).message)); // biome-ignore format: one line
  const residual = ([u]: readonly tf.Tensor[]) => u!;
  refused({ ...text, equations: { inputs: ["x"], residual } }, /no unknown appears in the inputs of residual/);
  refused({ ...text, equations: [{ inputs: [], residual }] }, /inputs/);
  refused({ ...text, equations: [{ inputs: ["u"], residual: "u" as never }] }, /a function of columns/);
  refused({ ...text, equations: [{ inputs: ["u"], residual }, "u_t = 0"] }, /2 equations for 1/);
  refused({ ...text, equations: { inputs: ["u_t"], residual }, manufactured: "x*t" }, /no equation has one/);
  assert.throws(() => problemFromJson(problemToJson(pde(asFunction))), /functions are no part of JSON/);
});

test.run();
