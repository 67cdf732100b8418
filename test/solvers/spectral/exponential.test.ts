/** Long reactions in a rectangle by exponential steps, beside exact solutions. */
import { loadSolution, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const { at } = temporaryFolder(test);
const square = { x: [0, 1], y: [0, 1] } as const;
const solved = (text: Omit<ProblemSpec, "name">, tolerance: number) =>
  solve(pde({ name: "plane", ...text }), { budget: { processorSeconds: 18, tolerance }, seed: 1 });
const relaxing = (end: number): Omit<ProblemSpec, "name"> => ({
  domain: { ...square, t: [0, end] },
  equations:
    "u_t = 0.01*lap(u) - 10*(u - cos(t)*sin(pi*x)*sin(pi*y)) + (0.02*pi^2*cos(t) - sin(t))*sin(pi*x)*sin(pi*y)",
  conditions: ["u(x,y,0) = sin(pi*x)*sin(pi*y)", "u = 0"],
  exact: "cos(t)*sin(pi*x)*sin(pi*y)",
});

test("steps see the error of sources that change in time alone, however fast what they drive decays", async () => {
  const solution = await solved(relaxing(40), 1e-4);
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  const [{ relativeL2 }, estimate] = [await someErrors(solution), solution.report.estimate!.relativeL2];
  assert.ok(estimate < 1e-4 && relativeL2! < 2 * estimate && estimate < 20 * relativeL2!, `${relativeL2}, ${estimate}`);
});

test("a front of Fisher's equation that enters and leaves by its sides keeps its speed", async () => {
  const front = (t: string) => `(1+exp(x-5*${t}))^(-2)`;
  const solution = await solved(
    {
      domain: { x: [-5, 15], y: [0, 5], t: [0, 8] },
      equations: "u_t = lap(u) + 6*u*(1-u)",
      conditions: [`u(x,y,0) = ${front("0")}`, `u = ${front("t")} on x`, "u_n = 0 on y"],
      exact: front("t"),
    },
    1e-4,
  );
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 2 * solution.report.estimate!.relativeL2, `${relativeL2}`);
});

test("two unknowns that feed one another stay what their sources make them, and come back from their file", async () => {
  const [u, v] = ["1 + 0.5*sin(pi*x)*sin(pi*y)*cos(t)", "2 + 0.3*cos(pi*x)*cos(2*pi*y)*sin(t)"];
  const solution = await solved(
    {
      domain: { ...square, t: [0, 20] },
      unknowns: ["u", "v"],
      equations: ["u_t = 0.01*lap(u) + 1 + u^2*v - 6*u + source", "v_t = 0.02*lap(v) + 2*u - 4*u^2*v + source"],
      manufactured: [u, v],
      conditions: ["u(x,y,0) = 1 + 0.5*sin(pi*x)*sin(pi*y)", "v(x,y,0) = 2", "u = 1", "v_n = 0"],
    },
    1e-3,
  );
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 1e-3, `${relativeL2}`);
  await solution.save(at("both"));
  const points = Float64Array.of(0.3, 0.4, 0.5, 0.7, 0.2, 19.5);
  assert.equal([...(await (await loadSolution(at("both"))).evaluate(points))], [...(await solution.evaluate(points))]);
});

test("what is carried faster than it reacts, and what is over soon, takes no exponential steps", async () => {
  const carried = "sin(3*x-2*y+t)";
  for (const text of [
    relaxing(1),
    {
      domain: { ...square, t: [0, 10] as const },
      equations: "u_t = 0.02*lap(u) - 3*u_x - 2*u_y + 8*u*(1-u^2) + source",
      manufactured: carried,
      conditions: ["u(x,y,0) = sin(3*x-2*y)", `u = ${carried}`],
    },
  ]) {
    const { report } = await solved(text, 1e-2);
    // Exponential steps begin with a tolerance of 1e-2.
    assert.not(report.method!.some((line) => line.includes("steps of tolerance 1e-2")));
    assert.ok(report.estimate!.relativeL2 < 1e-2);
  }
});

test.run();
