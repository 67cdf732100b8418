/** Coefficients that jump across an axis: solutions with kinks, beside formulas of each side. */
import { OptionsError } from "../../../engine/index.ts";
import { initial, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, refuses, test } from "../../harness.ts";

const solved = (text: Omit<ProblemSpec, "name">, processorSeconds = 4): Promise<Solution> =>
  solve(pde({ name: "layers", ...text }), { budget: { processorSeconds, tolerance: 1e-7 }, seed: 1 });

/** Believes a solution that is within the tolerance of its formula, and within ten times its estimate. */
async function holds(text: Omit<ProblemSpec, "name">, processorSeconds?: number): Promise<void> {
  const solution = await solved(text, processorSeconds);
  const [{ relativeL2 }, estimate] = [await solution.errors(), solution.report.estimate!.relativeL2];
  assert.ok(relativeL2! < 1e-6 && relativeL2! < Math.max(10 * estimate, 1e-13), `error ${relativeL2} of ${estimate}`);
  assert.is(solution.status, "converged");
}

test("the resistances of five layers in one if add up", async () => {
  const layers = [1, 100, 0.1, 10, 1];
  const whole = layers.reduce((sum, k) => sum + 0.2 / k, 0);
  const k = `if(x < 0.2, 1, if(x < 0.4, 100, if(x < 0.6, 0.1, if(x < 0.8, 10, 1))))`;
  const solution = await solved({
    ...{ domain: { x: [0, 1] }, functions: { k }, equations: "dx(k*u_x) = 0" },
    conditions: ["u = 0 on x = 0", "u = 1 on x = 1"],
  });
  const ends = Float64Array.of(0.1, 0.2, 0.4, 0.5, 0.6, 0.8, 0.9);
  const values = await solution.evaluate(ends);
  for (const [i, x] of ends.entries()) {
    const before = layers.reduce((sum, one, n) => sum + Math.min(0.2, Math.max(0, x - 0.2 * n)) / one, 0);
    assert.ok(Math.abs(values[i]! - before / whole) < 1e-12, `${x}: ${values[i]}`);
  }
  assert.is(solution.status, "converged");
});

// u = 0 at 0, k u′ = c − x on both sides.
const twoSides = (c: string) => `if(x < 0.3, ${c}*x - x^2/2, 0.3*${c} - 0.045 + (${c}*(x - 0.3) - (x^2 - 0.09)/2)/20)`;

test("kinks are where a source, Robin's condition, a nonlinear flux and a second unknown are", async () => {
  const domain = { x: [0, 1] } as const;
  const functions = { k: "if(x < 0.3, 1, 20)" };
  await holds({
    ...{ domain, functions, equations: "-dx(k*u_x) = 1", exact: twoSides("0.5") },
    conditions: ["u = 0 on x = 0", "20*u_n = -0.5 on x = 1"],
  });
  // w = u + u³/3 satisfies the linear equation.
  const cubic = (w: string) => `2*sinh(log(3*(${w})/2 + sqrt((3*(${w})/2)^2 + 1))/3)`;
  await holds({
    ...{ domain, functions, equations: "-dx(k*(1 + u^2)*u_x) = 1", exact: cubic(twoSides("1.2")) },
    conditions: ["u = 0 on x = 0", "u = exact on x = 1"],
  });
  await holds({
    ...{ domain, functions, unknowns: ["u", "v"], equations: ["-dx(k*u_x) + v = 1 + x", "v_xx = 0"] },
    ...{ exact: { u: twoSides("0.5"), v: "x" }, conditions: ["u = exact", "v = exact"] },
  });
});

test("layers of a plane, and of heat on a line, have kinks across their axis alone", async () => {
  // sinh of each side, with one value and one flux at x = 0.
  const sides = `if(x < 0, sinh(pi*(x + 1)), sinh(pi)*cosh(pi*x) + 0.25*cosh(pi)*sinh(pi*x))`;
  await holds({
    ...{ domain: { x: [-1, 1], y: [0, 1] }, functions: { k: "if(x < 0, 1, 4)" }, equations: "div(k*grad(u)) = 0" },
    ...{ exact: `(${sides})*sin(pi*y)`, conditions: "u = exact" },
  });
  // tan(ω/2)/ω + tan(ω/4)/(2ω) = 0 has ω = 4.601047966043725.
  const [w, c] = [4.601047966043725, 0.8164965809277264];
  const mode = `if(x < 0.5, sin(${w}*x), ${c}*sin(${w / 2}*(1 - x)))`;
  await holds({
    ...{ domain: { x: [0, 1], t: [0, 0.1] }, functions: { k: "if(x < 0.5, 1, 4)" }, equations: "u_t = dx(k*u_x)" },
    ...{ exact: `exp(-${w * w}*t)*(${mode})`, conditions: ["u = 0 on x", initial("u = exact")] },
  });
});

test("layers of a cube, and of heat in a square, have kinks where spectral elements meet", async () => {
  const [w, c, r] = [4.601047966043725, 0.8164965809277264, Math.PI * Math.SQRT2];
  await holds({
    ...{ domain: { x: [0, 1], y: [0, 1], z: [0, 1] }, functions: { k: "if(z < 0.4, 1, 25)" } },
    equations: "-div(k*grad(u)) = 0",
    exact: `(if(z < 0.4, sinh(${r}*z), sinh(0.4*${r})*cosh(${r}*(z - 0.4)) + cosh(0.4*${r})*sinh(${r}*(z - 0.4))/25))*sin(pi*x)*sin(pi*y)`,
    conditions: "u = exact",
  });
  await holds(
    {
      ...{ domain: { x: [0, 1], y: [0, 1], t: [0, 0.1] }, functions: { k: "if(x < 0.5, 1, 4)" } },
      equations: "u_t = div(k*grad(u)) + (k - 1)*pi^2*u",
      exact: `exp(-(${w * w} + pi^2)*t)*sin(pi*y)*if(x < 0.5, sin(${w}*x), ${c}*sin(${w / 2}*(1 - x)))`,
      conditions: ["u = 0", initial("u = exact")],
    },
    8,
  );
});

test("methods that lose the flux are refused: a network", async () => {
  const problem = pde({
    ...{ name: "layers", domain: { x: [0, 1] }, functions: { k: "if(x < 0.3, 1, 20)" } },
    ...{ equations: "dx(k*u_x) = 1", conditions: "u = 0" },
  });
  await refuses(
    solve(problem, { network: { width: 4, depth: 1 } as never, budget: { steps: 1 }, seed: 1 }),
    /elements alone keep its flux/,
    OptionsError,
  );
});

test.run();
