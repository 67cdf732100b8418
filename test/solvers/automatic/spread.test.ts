// Inside: a decision of the automatic choice by itself.
import { rng } from "../../../engine/index.ts";
import { isObserved, spread } from "../../../solvers/automatic/spread.ts";
import { mlp, type ProblemSpec, pde, solve, solve as solveByItself } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { estimateBy } from "./assessed.ts";

const network = mlp({ width: 10, depth: 2, scale: 1 });
const sigma = 0.02;
/** Values of a function at even moments, with noise. */
const seen = (f: (t: number) => number, count: number, end: number) => {
  const noise = rng(7).split("noise").normal(count);
  const points = Array.from({ length: count }, (_, i) => [((i + 0.5) / count) * end]);
  return { points, values: points.map(([t], i) => f(t!) + sigma * noise[i]!), sigma };
};
const inTime = (equations: string, observations: ProblemSpec["observations"] & {}, trainable = {}) =>
  pde({
    ...{ name: "seen", domain: { t: [0, 2] }, equations, conditions: [], observations, trainable },
    allow: ["missing-condition"],
  });
const solved = (problem: ReturnType<typeof pde>) => solve(problem, { network, points: 200, budget: { steps: 60 } });

test("a constant that n values of noise σ tell of is open by σ/√n", async () => {
  for (const count of [9, 100]) {
    const problem = inTime("u_t = 0", [seen(() => 0.8, count, 2)]);
    assert.ok(isObserved(problem));
    const { unknowns, end } = (await spread(await solved(problem), { threads: 1, blas: undefined }))!;
    const exact = sigma / Math.sqrt(count) / 0.8;
    for (const found of [unknowns, end!]) assert.ok(Math.abs(found / exact - 1) < 0.5, `${found}, exact ${exact}`);
  }
});

test("a decay whose rate and start are found is open as the Cramér–Rao bound says, and most where nothing was seen", async () => {
  const [rate, count] = [1.3, 40];
  const seenPart = seen((t) => Math.exp(-rate * t), count, 1);
  const problem = inTime("u_t = -a*u", [seenPart], { a: 1 });
  const { unknowns, end } = (await spread(await solved(problem), { threads: 1, blas: undefined }))!;
  // Slopes of A e^(−at) by A and a at t, and the inverse of their information.
  const slopes = (t: number) => [Math.exp(-rate * t), -t * Math.exp(-rate * t)] as const;
  let [aa, ab, bb] = [0, 0, 0];
  for (const [t] of seenPart.points) {
    const [p, q] = slopes(t!);
    [aa, ab, bb] = [aa + p * p, ab + p * q, bb + q * q];
  }
  const variance = (t: number) => {
    const [p, q] = slopes(t);
    return (sigma ** 2 * (p * p * bb - 2 * p * q * ab + q * q * aa)) / (aa * bb - ab ** 2);
  };
  const moments = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 100);
  const mean = (f: (t: number) => number) => moments.reduce((sum, t) => sum + f(t), 0) / moments.length;
  const exact = Math.sqrt(mean(variance) / mean((t) => Math.exp(-2 * rate * t)));
  const atEnd = Math.sqrt(variance(2)) / Math.exp(-2 * rate);
  assert.ok(Math.abs(unknowns / exact - 1) < 0.4, `${unknowns}, exact ${exact}`);
  assert.ok(Math.abs(end! / atEnd - 1) < 0.5, `at the end ${end}, exact ${atEnd}`);
  assert.ok(end! > 3 * unknowns);
});

test("with one value for two constants a solution is open by more than its size, and doubted", async () => {
  const problem = inTime("u_tt = -k*u", [seen(() => 0.8, 1, 2)], { k: 1 });
  const { status, estimate } = (await solveByItself(problem, { budget: { steps: 8 } })).report;
  assert.is(status, "doubtful");
  assert.is(estimate!.by, "the noise of observations");
  assert.ok(estimate!.relativeL2 > 0.3, `${estimate!.relativeL2}`);
  assert.ok(estimate!.advice !== undefined);
});

test("the estimate of a solution that noisy observations lead is Cramér and Rao's bound to a fifth, and its error is below three of it", async () => {
  const rate = 1.3;
  const problem = inTime("u_t = -a*u", [seen((t) => Math.exp(-rate * t), 20, 2)], { a: 1 });
  const solution = await solveByItself(problem, { budget: { steps: 60 } });
  const points = Float64Array.from({ length: 400 }, (_, i) => i / 200);
  const { relativeL2 } = await solution.errors({
    ...{ points, values: points.map((t) => Math.exp(-rate * t)) },
    unknowns: 1,
  });
  const { estimate, status } = solution.report;
  assert.is.not(status, "doubtful");
  assert.is(estimate!.by, "the noise of observations");
  assert.ok(relativeL2 < 3 * estimate!.relativeL2, `${relativeL2}, estimated ${estimate!.relativeL2}`);
  // √(∫ ∇uᵀ I⁻¹ ∇u dt / ∫ u² dt) for u = A e^(−at), where I is the information of the twenty values about A and a.
  assert.ok(Math.abs(estimate!.relativeL2 / 0.01558 - 1) < 0.2, `estimated ${estimate!.relativeL2}`);
});

test("a tolerance takes nothing of the noise away: the estimate is the same bound, and the work ends there", async () => {
  const problem = inTime("u_t = -a*u", [seen((t) => Math.exp(-1.3 * t), 20, 2)], { a: 1 });
  const { estimate, status, method } = (await solveByItself(problem, { budget: { steps: 60, tolerance: 1e-4 } }))
    .report;
  assert.is(estimate!.by, "the noise of observations");
  assert.ok(Math.abs(estimate!.relativeL2 / 0.01558 - 1) < 0.2, `estimated ${estimate!.relativeL2}`);
  assert.is(status, "budget");
  assert.not(method!.some((line) => line.startsWith("mlp")));
});

test("where noise leaves what is asked for open more observations are advised, and not more time", async () => {
  const problem = pde({
    ...{ name: "seen", domain: { t: [0, 2] }, equations: "u_t = 0", conditions: [], quantities: { twice: "2*u" } },
    ...{ observations: [seen(() => 0.8, 9, 2)], allow: ["missing-condition"] },
  });
  const solution = await solved(problem);
  const open = (await spread(solution, { threads: 1, blas: undefined }))!;
  assert.ok(Math.abs(open.quantities[0]! / open.unknowns - 1) < 1e-6, "twice as much of twice as much");
  const { advice } = await estimateBy(problem, solution, { spread: { ...open, unknowns: 0.01, quantities: [0.2] } });
  assert.match(advice!, /^the error of twice is estimated at 20 %; give it more observations/);
  const far = { unknowns: 0.001, each: [0.001], gradient: 0.001, quantities: [0.002] };
  const unknown = { ...open, unknowns: 0.01, quantities: [Number.NaN] };
  const { quantities } = await estimateBy(problem, solution, { correction: { size: far }, spread: unknown });
  assert.is(quantities!.twice, 0.002, "what noise does not tell leaves the other opinions as they are");
});

test.run();
