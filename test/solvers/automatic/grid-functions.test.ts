/** Problems with functions on grids, by every method: the error beside the formula that was sampled is within the estimate. */
import { rng } from "../../../engine/index.ts";
import { interpolations } from "../../../equations/expression/index.ts";
import {
  gaussNewton,
  loadSolution,
  mlp,
  type ProblemSpec,
  pde,
  randomFeatures,
  type Solution,
  sobol,
  solve,
} from "../../../solvers/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";

type Places = Readonly<Record<string, readonly number[]>>;
const from = (n: number, low: number, high: number) =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
/** A formula of some axes on a grid, slowest first. */
function sampled(axes: Places, f: (...at: number[]) => number) {
  const lists = Object.values(axes);
  const places = lists.reduce<readonly (readonly number[])[]>(
    (all, own) => all.flatMap((p) => own.map((x) => [...p, x])),
    [[]],
  );
  return { axes, values: places.map((p) => f(...p)) };
}
const budget = { processorSeconds: 2 };
const { sin, exp, PI: pi } = Math;
/** Largest error of a solution beside the true one, relative to the largest value, at points. */
async function errorOf(solution: Solution, truth: (...at: number[]) => number): Promise<number> {
  const d = solution.problem.axes.length;
  const points = solution.domain.interior(300, rng(3));
  const found = await solution.evaluate(points);
  const n = found.length / (points.length / d);
  let [most, size] = [0, 0];
  for (let i = 0; i < points.length / d; i++) {
    const value = truth(...points.subarray(i * d, (i + 1) * d));
    most = Math.max(most, Math.abs(found[i * n]! - value));
    size = Math.max(size, Math.abs(value));
  }
  return most / size;
}
const { folder } = temporaryFolder(test);

/** −div(k grad u) = f with u = sin πx sin πy and a k that is sampled. */
const flow: ProblemSpec = {
  ...{ name: "flow", domain: { x: [0, 1], y: [0, 1] }, conditions: "u = 0" },
  constants: { pi2: pi * pi },
  functions: { k: sampled({ y: from(21, 0, 1), x: from(17, 0, 1) }, (y, x) => exp(x - y / 2)) },
  equations:
    "-div(k*grad(u)) = exp(x - y/2)*(2*pi2*sin(pi*x)*sin(pi*y) - pi*cos(pi*x)*sin(pi*y) + pi/2*sin(pi*x)*cos(pi*y))",
};
const ofFlow = (x: number, y: number) => sin(pi * x) * sin(pi * y);

test("elements with a coefficient on a grid err by its interpolation, which the estimate has", async () => {
  const solution = await solve(pde(flow), { budget, seed: 1 });
  const { relativeL2, by } = solution.report.estimate!;
  const error = await errorOf(solution, ofFlow);
  assert.ok(error < 1e-6 && error < 5 * relativeL2 && relativeL2 < 1e-5, `${error} ${relativeL2}`);
  assert.is(by, "the interpolation of k");
  await solution.save(folder);
  const loaded = await loadSolution(folder);
  const at = Float64Array.of(0.3, 0.4);
  assert.equal(await loaded.quantity("k_x*u", at), await solution.quantity("k_x*u", at));
});

test("linear interpolation costs digits, and the estimate says so", async () => {
  const { k } = flow.functions as { readonly k: ReturnType<typeof sampled> };
  const solution = await solve(pde({ ...flow, functions: { k: { ...k, interpolation: "linear" } } }), {
    budget,
    seed: 1,
  });
  const { relativeL2 } = solution.report.estimate!;
  const error = await errorOf(solution, ofFlow);
  assert.ok(error > 1e-5 && error < 5 * relativeL2 && relativeL2 < 1e-2, `${error} ${relativeL2}`);
});

test("a march begins with a state on a grid, and is driven by a series in time", async () => {
  const problem = pde({
    ...{ name: "rod", domain: { x: [0, 1], t: [0, 0.2] }, equations: "u_t = u_xx + q*sin(pi*x)" },
    functions: {
      start: sampled({ x: from(41, 0, 1) }, (x) => sin(pi * x)),
      q: sampled({ t: from(31, 0, 0.2) }, (t) => (pi * pi - 1) * exp(-t)),
      edge: sampled({ t: from(5, 0, 0.2) }, () => 0),
    },
    conditions: ["u = start at t = 0", "u = edge on x"],
  });
  const solution = await solve(problem, { budget, seed: 1 });
  const error = await errorOf(solution, (x, t) => sin(pi * x) * exp(-t));
  const { relativeL2 } = solution.report.estimate!;
  assert.ok(error < 2e-6 && error < 5 * relativeL2, `${error} ${relativeL2}`);
  assert.match(solution.report.method!.join(" "), /march/);
});

test("finite volumes carry a box by a speed on a grid", async () => {
  const problem = pde({
    ...{ name: "carried", domain: { x: [0, 2], t: [0, 0.5] }, equations: "w_t + dx(c*w) = 0", unknowns: ["w"] },
    functions: { c: sampled({ x: from(11, 0, 2) }, () => 1) },
    conditions: ["w = if(abs(x - 0.5) < 0.25, 1, 0) at t = 0", "w = 0 on x = 0"],
  });
  const solution = await solve(problem, { budget, seed: 1 });
  const [inside, outside] = await solution.evaluate(Float64Array.of(1, 0.5, 1.5, 0.5));
  assert.ok(Math.abs(inside! - 1) < 0.05 && Math.abs(outside!) < 0.05, `${inside} ${outside}`);
});

test("random features and networks have the coefficient as a column of their points", async () => {
  const features = await randomFeatures(pde(flow), { features: 300, seed: 1 });
  const ofFeatures = await errorOf(features, ofFlow);
  assert.ok(ofFeatures < 1e-3, `${ofFeatures}`);
  const [k] = await features.quantity("k", Float64Array.of(0.5, 0.5));
  assert.ok(Math.abs(k! - exp(0.25)) < 1e-4);
  const problem = pde({
    ...flow,
    conditions: ["u = rim"],
    functions: { ...flow.functions, rim: sampled({ x: from(5, 0, 1) }, () => 0) },
  });
  const network = await solve(problem, {
    ...{ network: mlp({ width: 10, depth: 2 }), sampler: sobol(), optimizer: gaussNewton(), points: 300 },
    ...{ budget: { steps: 60 }, seed: 1 },
  });
  const ofNetwork = await errorOf(network, ofFlow);
  assert.ok(ofNetwork < 0.05, `${ofNetwork}`);
});

test("every kind of interpolation of a constant leaves the solution of the constant", async () => {
  for (const interpolation of interpolations) {
    const k = { ...sampled({ x: from(6, -0.1, 1.1) }, () => 2), interpolation };
    const problem = pde({
      ...{ name: interpolation, domain: { x: [0, 1] }, functions: { k }, equations: "-k*u'' = 1" },
      conditions: ["u(0) = 0", "u(1) = 0"],
    });
    const solution = await solve(problem, { budget: { steps: 4 }, seed: 1 });
    assert.ok((await errorOf(solution, (x) => (x * (1 - x)) / 4)) < 1e-10, interpolation);
  }
});

test.run();
