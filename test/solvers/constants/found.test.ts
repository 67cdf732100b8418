/** Constants to be found from observations, by whichever method is chosen. */

import { OptionsError, rng } from "../../../engine/index.ts";
import { dirichlet, initial, type Problem, type ProblemSpec, pde, robin, solve } from "../../../solvers/index.ts";
import { assert, test, throws } from "../../harness.ts";

const found = async (problem: Problem) => (await solve(problem, { budget: { steps: 12 } })).report;
const even = (count: number, end: number) => Float64Array.from({ length: count }, (_, i) => ((i + 1) * end) / count);

test("m = 2 and h = 1.5 of a fin, u″ = m²u with u′ + h u = 0 at its end, come out of ten exact values to eight digits, from 1 and 1", async () => {
  const [m, h] = [2, 1.5];
  const b = -(m * Math.sinh(m) + h * Math.cosh(m)) / (m * Math.cosh(m) + h * Math.sinh(m));
  const points = even(10, 0.5);
  const { constants } = await found(
    pde({
      name: "fin",
      domain: { x: [0, 1] },
      trainable: { m: 1, h: 1 },
      equations: "u_xx = m^2*u",
      conditions: [dirichlet("u = 1", { on: "x = 0" }), robin("u_n + h*u = 0", { on: "x = 1" })],
      observations: [{ points, values: points.map((x) => Math.cosh(m * x) + b * Math.sinh(m * x)) }],
    }),
  );
  assert.ok(Math.abs(constants["m"]!.value - m) < 1e-8, `m = ${constants["m"]!.value}`);
  assert.ok(Math.abs(constants["h"]!.value - h) < 1e-7, `h = ${constants["h"]!.value}`);
});

/** exp(−kt) of k = 0.8 with noise of 0.01 at 40 times. */
function decay(equations: string, trainable: ProblemSpec["trainable"] & {}, functions: Record<string, string> = {}) {
  const points = even(40, 4);
  const noise = rng(3).normal(40);
  return pde({
    ...{ name: "decay", domain: { t: [0, 4] }, trainable, functions, equations, conditions: [initial("u = 1")] },
    observations: [{ points, values: points.map((t, i) => Math.exp(-0.8 * t) + 0.01 * noise[i]!), sigma: 0.01 }],
  });
}

test("the standard deviation of a decay's rate is Cramér and Rao's bound σ/√Σ(t e^−kt)², also from a guess fifty times too small", async () => {
  const { constants } = await found(decay("u_t = -k*u", { k: 0.016 }));
  const { value, standardDeviation } = constants["k"]!;
  const bound = 0.01 / Math.sqrt(even(40, 4).reduce((sum, t) => sum + (t * Math.exp(-value * t)) ** 2, 0));
  assert.ok(Math.abs(value - 0.8) < 4 * bound, `k = ${value}`);
  assert.ok(Math.abs(standardDeviation! / bound - 1) < 0.02, `${standardDeviation} beside ${bound}`);
});

test("of two constants of which the equation tells the product alone, the product is found and both are infinitely uncertain", async () => {
  const { a, b } = (await found(decay("u_t = -a*b*u", { a: 1, b: 1 }))).constants;
  assert.ok(Math.abs(a!.value * b!.value - 0.8) < 0.02);
  assert.is(a!.standardDeviation, Number.POSITIVE_INFINITY);
  assert.is(b!.standardDeviation, Number.POSITIVE_INFINITY);
});

test("a prior of one of two constants that appear as a product determines both, as the data do not tell of it", async () => {
  const { a, b } = (await found(decay("u_t = -a*b*u", { a: { guess: 1.6, sigma: 0.05 }, b: 1 }))).constants;
  assert.ok(Math.abs(a!.value - 1.6) < 1e-3 && Math.abs(a!.standardDeviation! / 0.05 - 1) < 0.01, JSON.stringify(a));
  // b is k/a: the relative errors of k and of the prior add up in squares.
  const expected = Math.hypot(0.05 / 1.6, 0.0137) * b!.value;
  assert.ok(Math.abs(b!.value - 0.5) < 0.03, JSON.stringify(b));
  assert.ok(Math.abs(b!.standardDeviation! / expected - 1) < 0.15, `${b!.standardDeviation} beside ${expected}`);
  throws(
    () =>
      pde({
        ...decay("u_t = -a*b*u", { a: 1, b: 1 }).text,
        observations: [{ points: [1], values: [1] }],
        trainable: { a: { guess: 1, sigma: 1 }, b: 1 },
      }),
    OptionsError,
    /prior of a .* sigma/,
  );
});

test("a logarithm that is sought makes a constant positive and moves over decades", async () => {
  const { lnk } = (await found(decay("u_t = -k*u", { lnk: "log(1e-3)" }, { k: "exp(lnk)" }))).constants;
  assert.ok(Math.abs(lnk!.value - Math.log(0.8)) < 4 * lnk!.standardDeviation!, JSON.stringify(lnk));
});

test("a slow guess finds the fast oscillation of its data", async () => {
  const points = even(30, 4);
  const problem = pde({
    ...{ name: "oscillator", domain: { t: [0, 4] }, trainable: { w: 1 }, equations: "u_tt = -w^2*u" },
    conditions: [initial(["u = 1", "u_t = 0"])],
    observations: [{ points, values: points.map((t) => Math.cos(6 * t)), sigma: 1e-3 }],
  });
  const w = Math.abs((await found(problem)).constants["w"]!.value);
  assert.ok(Math.abs(w - 6) < 1e-3, `w = ${w}`);
});

test.run();
