// Inside: a part of the method of networks.
/** How runs of `solve` end, what they return, and what they refuse. */

import {
  adam,
  ConvergenceError,
  DomainError,
  type MongeError,
  OptionsError,
  rng,
  ShapeError,
} from "../../../engine/index.ts";
import { gaussLegendre } from "../../../engine/numerics/gauss-legendre.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { separable } from "../../../examples/papers/separable.ts";
import {
  adversarial,
  dirichlet,
  gaussNewton,
  mlp,
  type ProblemSpec,
  type Progress,
  pde,
  periodic,
  type SampleContext,
  type SolveOptions,
  type Stepper,
  solve,
  uniform,
} from "../../../solvers/index.ts";
import { gaussNewtonStepper } from "../../../solvers/optimizer/gauss-newton.ts";
import { start } from "../../../solvers/sampler/index.ts";
import { systemClock } from "../../../solvers/solution/budget.ts";
import type { Round } from "../../../solvers/solution/options.ts";
import { assemble } from "../../../solvers/solve/index.ts";
import { quadrature } from "../../../solvers/solve/quadrature.ts";
import { type TrainOptions, train } from "../../../solvers/solve/train.ts";
import { assert, equalBy, test } from "../../harness.ts";

const line = pde({
  ...{ name: "line", domain: { x: [0, 2] }, equations: "-u_xx + u^3 = source", manufactured: "sin(3*x)*exp(-x)" },
  conditions: "exact",
});
const small: SolveOptions = {
  ...{ network: mlp({ width: 6, depth: 1 }), sampler: uniform(), points: 80, growth: { after: 0.7, factor: 1 } },
  seed: 2,
};

/** Even points of the line. */
const even = start(uniform(), domainOf(line.domain));

/** The loop with parts replaced. */
function loop(changes: Partial<TrainOptions>, problem = line, stepper?: (made: Stepper) => Stepper) {
  const assembly = assemble(problem, domainOf(problem.domain), mlp({ width: 6, depth: 1 }));
  let draws = 0;
  const sets: Float64Array[] = [];
  const rounds: Progress[] = [];
  const result = train({
    ...{ blas: "none", assembly },
    sampler: {
      async draw({ count, rng: stream, domain }) {
        draws++;
        const points = stream.uniform(count).map((u) => domain.low[0]! + u * (domain.high[0]! - domain.low[0]!));
        sets.push(points);
        return { points, weights: new Float64Array(count).fill(1 / count), density: new Float64Array(count).fill(0.5) };
      },
      density: (points) => new Float64Array(points.length).fill(0.5),
      state: () => ({}),
      restore() {},
      report: () => ({}),
    },
    processor: () => 0,
    stepper: (program) => {
      const made = gaussNewtonStepper(gaussNewton(), program);
      return stepper ? stepper(made) : made;
    },
    ...{ seed: 1, budget: { steps: 20 }, points: 80, boundaryPoints: 10, stepsPerRound: 4 },
    ...{ growth: { after: 1, factor: 1 }, weights: { equations: 1, conditions: 100, observations: 1 } },
    ...{ starts: { count: 1, steps: 60 }, threads: 1, elapsed: () => 0 },
    onRound: (progress) => {
      rounds.push(progress);
    },
    ...changes,
  });
  return result.then((ended) => ({ ...ended, draws, sets, rounds }));
}

test("A budget of steps is met exactly, one of seconds by the caller's clock", async () => {
  const steps = await solve(line, { ...small, budget: { steps: 17 } });
  assert.equal([steps.status, steps.report.steps, steps.report.rounds], ["budget", 17, 2]);
  let now = 0;
  const timed = await solve(line, {
    ...small,
    budget: { seconds: 0.05 },
    clock: { ...systemClock, wall: () => now++ },
  });
  assert.is(timed.status, "budget");
  assert.ok(timed.report.seconds >= 0.05 && timed.report.steps > 0 && timed.report.steps < 50);
  let used = 5;
  const processed = await solve(line, {
    ...small,
    budget: { processorSeconds: 0.05 },
    clock: { ...systemClock, processor: () => used++ },
  });
  assert.is(processed.status, "budget");
  const { processorSeconds = 0, steps: taken } = processed.report;
  assert.ok(processorSeconds >= 0.05 && taken > 0 && taken < 50);
});

test("A target residual ends the run as converged, and the residual said is the one on fresh points", async () => {
  const progress: Progress[] = [];
  const solution = await solve(line, {
    ...small,
    budget: { steps: 400, residual: 1e-3 },
    onProgress: (p) => progress.push(p),
  });
  assert.is(solution.status, "converged");
  assert.ok(solution.report.residual <= 1e-3 && solution.report.steps < 400);
  // Independently: the root mean square of the residual over the domain, in units of that of u = 0.
  const points = solution.domain.interior(4096, rng(11));
  const residual = await solution.residual(points);
  const rms = Math.sqrt(residual.reduce((sum, r) => sum + r * r, 0) / residual.length) / solution.report.scale;
  assert.ok(rms < 3e-3 && rms > solution.report.residual / 3, `${rms} and ${solution.report.residual}`);
});

test("A round hands out its points with density and weights: w = 1/(N |Ω| q), so that Σ w is near 1", async () => {
  const rounds: Round[] = [];
  const square: ProblemSpec = {
    ...{ name: "square", domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = source" },
    ...{ manufactured: "exp(-30*((x-0.3)^2+y^2))", conditions: "exact" },
  };
  await solve(pde(square), {
    ...{ network: mlp({ width: 6, depth: 2 }), sampler: adversarial(), points: 400, seed: 2 },
    ...{ budget: { steps: 6 }, stepsPerRound: 2, onProgress: ({ state }) => rounds.push(state) },
  });
  for (const { points, weights, density } of rounds) {
    assert.equal([points.length, weights.length, density.length], [800, 400, 400]);
    for (let i = 0; i < 400; i++) assert.ok(Math.abs(weights[i]! * 400 * 4 * density[i]! - 1) < 1e-9);
    // The mean of 1/q over points from q is |Ω|; 30 % even points bound the variance.
    assert.ok(Math.abs(weights.reduce((sum, w) => sum + w, 0) - 1) < 0.2);
  }
  assert.ok(
    rounds.some(({ density }) => Math.max(...density) > 3 * Math.min(...density)),
    "the density is uneven",
  );
});

test("A run that is stopped returns a usable solution", async () => {
  const controller = new AbortController();
  const solution = await solve(line, {
    ...small,
    budget: { steps: 1000 },
    signal: controller.signal,
    onProgress: ({ round }) => round === 3 && controller.abort(),
  });
  assert.equal([solution.status, solution.report.rounds], ["aborted", 4]);
  assert.ok((await solution.errors()).relativeL2 < 0.1);
});

test("Points change between rounds only: one draw a round, and the same set throughout its steps", async () => {
  const drawnBefore: number[] = [];
  let drawn = 0;
  const { draws, rounds, sets } = await loop({}, line, (made) => ({
    ...made,
    step(theta) {
      drawnBefore.push(drawn);
      return made.step(theta);
    },
    changed() {
      drawn++;
      made.changed();
    },
  }));
  // One more than rounds: the last one judges the last θ.
  assert.is(draws, rounds.length + 1);
  const expected = Array.from({ length: 20 }, (_, i) => Math.floor(i / 4) + 1);
  assert.equal(drawnBefore, expected);
  // Resampling with a stream of its own: no two sets agree (a fixed seed would resample nothing).
  assert.is(new Set(sets.map((s) => s.join())).size, draws);
});

test("The θ that is returned is the one with the lowest loss on a fresh set", async () => {
  const byRound = new Map<number, Float64Array>();
  const start: Float64Array[] = [];
  const { theta, freshLoss, rounds } = await loop({ budget: { steps: 40 }, onRound() {} }, line, (made) => ({
    ...made,
    async step(theta) {
      const step = await made.step(theta);
      // From the third round on every step spoils θ.
      if (byRound.size >= 3) for (let i = 0; i < theta.length; i++) theta[i]! += 0.3;
      start.push(theta.slice());
      if (start.length % 4 === 0) byRound.set(start.length / 4, theta.slice());
      return step;
    },
  }));
  assert.is(rounds.length, 0);
  assert.ok(Number.isFinite(freshLoss));
  assert.equal(theta, byRound.get(3));
});

test("Adam with an absurd learning rate diverges, and the best parameters before that are kept", async () => {
  const solution = await solve(line, {
    ...small,
    ...{ optimizer: adam({ learningRate: 1e6 }), stepsPerRound: 5, budget: { steps: 50 } },
  });
  assert.is(solution.status, "diverged");
  assert.ok(solution.coefficients.every((v) => Math.abs(v) < 1e3));
  assert.ok((await solution.evaluate(Float64Array.of(0.5, 1))).every(Number.isFinite));
});

test("An optimizer that loses θ ends the run as diverged and says why; so does a residual that is not finite", async () => {
  const lost = await loop({}, line, (made) => {
    let steps = 0;
    return {
      ...made,
      async step(theta) {
        if (++steps > 6) throw new ConvergenceError("optimizer: nothing is finite", "not-finite");
        return made.step(theta);
      },
    };
  });
  assert.equal([lost.status, lost.reason, lost.steps], ["diverged", "optimizer: nothing is finite", 6]);
  const infinite = await loop({}, line, (made) => ({
    ...made,
    async step(theta) {
      theta.fill(1e200);
      return { loss: 1, accepted: true };
    },
  }));
  assert.is(infinite.status, "diverged");
  assert.ok(infinite.theta.every((v) => Math.abs(v) < 1e3));
});

test("A sampler that diverges ends the run with the last θ and what it said; before the first step it throws", async () => {
  const diverging = (after: number) => ({
    ...even,
    async draw(context: SampleContext) {
      if (context.round >= after) throw new ConvergenceError("sampler: no points are left", "diverged");
      return even.draw(context);
    },
  });
  const lost = await loop({ sampler: diverging(3), budget: { steps: 100 } });
  assert.equal([lost.status, lost.reason, lost.steps], ["diverged", "sampler: no points are left", 12]);
  const whole = await loop({ sampler: even, budget: { steps: 12 } });
  assert.equal(lost.theta, whole.theta);
  const error = await loop({ sampler: diverging(0) }).catch((e: MongeError) => e);
  assert.is((error as Error).message, "sampler: no points are left");
});

test("Where nothing is finite from the start, a ConvergenceError names the point", async () => {
  const problem = pde({
    ...{ name: "logarithm", domain: { x: [0, 1] }, equations: "u_xx + log(u) = 0" },
    conditions: [dirichlet("u = 0")],
  });
  const error = await refusal({ ...small, budget: { steps: 4 } }, problem);
  assert.instance(error, ConvergenceError);
  assert.match(error!.message, /residual of u = 0 is .* at \(/);
});

test("A set on which no trial is accepted is given up for a new one; five in a row are a stall", async () => {
  const refusing = (refuse: (round: number) => boolean) => (made: Stepper) => {
    let round = 0;
    return {
      ...made,
      changed() {
        round++;
        made.changed();
      },
      async step(theta: Float64Array) {
        return refuse(round) ? { loss: 1, accepted: false } : made.step(theta);
      },
    };
  };
  const once = await loop(
    {},
    line,
    refusing((round) => round % 2 === 1),
  );
  assert.equal([once.status, once.steps], ["budget", 20]);
  const never = await loop(
    {},
    line,
    refusing((round) => round > 2),
  );
  assert.equal([never.status, never.rounds.length, never.steps], ["stalled", 7, 8 + 5]);
  // Nor does Gauss–Newton at a solution that it has to the last digit go on for ever.
  const straight = pde({
    ...{ name: "straight", domain: { x: [0, 1] }, equations: "u_xx = 0" },
    conditions: [dirichlet("u = x")],
  });
  const exact = await solve(straight, { ...small, budget: { steps: 4000 } });
  assert.ok(["stalled", "budget"].includes(exact.status));
  assert.ok((await exact.evaluate(Float64Array.of(0.25)))[0]! - 0.25 < 1e-14);
});

async function refusal(options: SolveOptions, problem = line): Promise<MongeError | undefined> {
  try {
    await solve(problem, { budget: { steps: 1 }, ...options });
  } catch (error) {
    return error as MongeError;
  }
  return undefined;
}

test("Every option out of range is named, before any work", async () => {
  const wrong: readonly (readonly [string, object])[] = [
    ["points", { points: 0 }],
    ["points", { points: 2.5 }],
    ["boundaryPoints", { boundaryPoints: -1 }],
    ["stepsPerRound", { stepsPerRound: 0 }],
    ["threads", { threads: Number.NaN }],
    ["seed", { seed: -1 }],
    ["seed", { seed: 0.5 }],
    ["checkpointEvery", { checkpointEvery: 0 }],
    ["budget", { budget: {} }],
    ["budget", { budget: { residual: 1e-3 } }],
    ["budget", { budget: { minutes: 1 } }],
    ["budget.steps", { budget: { steps: 0 } }],
    ["budget.seconds", { budget: { seconds: Number.NaN } }],
    ["budget.seconds", { budget: { seconds: Number.POSITIVE_INFINITY } }],
    ["budget.residual", { budget: { steps: 1, residual: -1 } }],
    ["growth.after", { growth: { after: -1, factor: 2 } }],
    ["growth.factor", { growth: { after: 0.5, factor: 0 } }],
    ["growth.factor", { growth: { after: 0.5, factor: 1e-9 } }],
    ["weights.conditions", { weights: { conditions: 0 } }],
    ["weights", { weights: { boundary: 3 } }],
    ["conditions", { conditions: "firm" }],
    ["warmStart.steps", { warmStart: { optimizer: adam(), steps: 0 } }],
    ["warmStart.optimizer", { warmStart: { optimizer: { kind: "sgd" }, steps: 1 } }],
    ["optimizer", { optimizer: { kind: "newton" } }],
    ["network", { network: { kind: "forest" } }],
    ["sampler", { sampler: { kind: "grid" } }],
    ["network.periodic", { network: mlp({ periodic: { 1: 2 } }) }],
    ["periodic.0", { network: { ...mlp(), periodic: { 0: 1.5 } } }],
    ["network.fourier", { network: mlp({ fourier: [[1, 2]] }) }],
    ["fourier", { network: { ...mlp(), fourier: [[Number.NaN]] } }],
    ["starts.count", { starts: { count: 0 } }],
    ["starts.steps", { starts: { count: 2, steps: 1.5 } }],
    ["residualScale", { residualScale: 0 }],
    ["residualScale", { residualScale: Number.POSITIVE_INFINITY }],
  ];
  for (const [option, options] of wrong) {
    const error = await refusal(options as SolveOptions);
    assert.instance(error, OptionsError, JSON.stringify(options));
    assert.is((error as OptionsError).option, option, error!.message);
  }
});

test("Of several starts the one with the lowest loss on fresh points goes on, from where it was", async () => {
  const { rounds, steps } = await loop({ starts: { count: 3, steps: 12 }, budget: { steps: 60 } });
  assert.is(steps, 60);
  const rivals = [0, 1, 2].map((k) => rounds.filter((r) => r.steps > 12 * k && r.steps <= 12 * (k + 1)));
  equalBy(rivals, (own) => own.length, [3, 3, 3]);
  // Each begins anew: three networks, none with a loss that another left.
  for (const own of rivals) assert.ok(own[0]!.freshLoss > 10 * own[2]!.bestFreshLoss);
  const lowest = rivals.map((own) => own[2]!.bestFreshLoss);
  assert.is(new Set(lowest).size, 3);
  const next = rounds[9]!;
  assert.is(next.bestFreshLoss, Math.min(...lowest, next.freshLoss));
  const winner = lowest.indexOf(Math.min(...lowest));
  assert.ok(next.freshLoss < 10 * lowest[winner]!, `${next.freshLoss} after ${lowest}`);
  // λ is the winner's, but for the four steps since.
  const [before, after] = [rivals[winner]![2]!, next].map((r) => r.optimizer["damping"]!);
  assert.ok(after! < 20 * before! && after! > before! / 5 ** 4 / 1.01, `${after} after ${before}`);
});

test("A budget that ends among several starts gives the best so far; one that diverges is passed over", async () => {
  const three = await loop({ starts: { count: 3, steps: 12 }, budget: { steps: 36 } });
  const two = await loop({ starts: { count: 3, steps: 12 }, budget: { steps: 28 } });
  assert.is(two.steps, 28);
  const lowest = Math.min(...two.rounds.map((r) => r.bestFreshLoss));
  assert.is(two.freshLoss, lowest);
  assert.ok(three.freshLoss <= lowest);
  let made = 0;
  const spoilt = await loop({ starts: { count: 2, steps: 12 }, budget: { steps: 40 } }, line, (stepper) => {
    const first = made++ === 0;
    return {
      ...stepper,
      async step(theta) {
        const step = await stepper.step(theta);
        if (first) theta.fill(1e200);
        return step;
      },
    };
  });
  assert.is(spoilt.status, "budget");
  assert.ok(spoilt.theta.every((v) => Math.abs(v) < 1e3));
  assert.ok(spoilt.freshLoss < 1e-2, `${spoilt.freshLoss}`);
});

test("First parameters are where the steps begin; too few, and what is not finite, are refused", async () => {
  const first = await solve(line, { ...small, budget: { steps: 30 } });
  const second = await solve(line, { ...small, seed: 3, start: first.coefficients, budget: { steps: 1 } });
  const random = await solve(line, { ...small, seed: 3, budget: { steps: 1 } });
  assert.ok(second.report.residual < 2 * first.report.residual, `${second.report.residual}`);
  assert.ok(random.report.residual > 10 * first.report.residual, `${random.report.residual}`);
  assert.instance(await refusal({ ...small, start: first.coefficients.slice(1) }), ShapeError);
  const spoilt = first.coefficients.slice();
  spoilt[4] = Number.NaN;
  const error = await refusal({ ...small, start: spoilt });
  assert.instance(error, DomainError);
  assert.match(error!.message, /start\[4\] is NaN/);
  for (const solution of [first, second, random]) await solution.dispose();
});

test("A scale of residuals that is given is the unit of the residual that is reported", async () => {
  const own = await solve(line, { ...small, budget: { steps: 1 } });
  const given = await solve(line, { ...small, residualScale: 10 * own.report.scale, budget: { steps: 1 } });
  assert.is(given.report.scale, 10 * own.report.scale);
  assert.ok(Math.abs(10 * given.report.residual - own.report.residual) < 1e-3 * own.report.residual);
  for (const solution of [own, given]) await solution.dispose();
});

test("Periodic conditions that a network cannot have are refused", async () => {
  const base = { name: "ring", domain: { x: [0, 1] }, equations: "u_xx - u = 0" } as const;
  const ring = pde({ ...base, conditions: [periodic({ on: "x" })] });
  assert.instance(await refusal({ network: separable() }, ring), OptionsError);
  const half = pde({
    ...base,
    unknowns: ["u", "v"],
    equations: ["u_xx - u = 0", "v_xx - v = 0"],
    conditions: [periodic({ on: "x", unknowns: ["u"] }), dirichlet("v = 1")],
  });
  const error = await refusal({}, half);
  assert.instance(error, OptionsError);
  assert.match(error!.message, /some unknowns/);
});

test("Sources that are not finite are refused with the problem", () => {
  const spec = {
    ...{ name: "pole", equations: "u_xx = 1/(x - x)", conditions: [dirichlet("u = 0")] },
    domain: { x: [0, 1] },
  } as const;
  assert.throws(
    () => pde(spec),
    (error: unknown) => error instanceof DomainError,
  );
});

test("Gauss–Legendre nodes integrate polynomials of degree 2n − 1 on [0, 1]", () => {
  for (const n of [2, 3, 7, 40]) {
    const { nodes, weights } = gaussLegendre(n);
    for (let k = 0; k < 2 * n; k++) {
      const sum = nodes.reduce((total, x, i) => total + weights[i]! * x ** k, 0);
      assert.ok(Math.abs(sum - 1 / (k + 1)) < 1e-14, `n = ${n}, degree ${k}: ${sum}`);
    }
  }
  const next = gaussLegendre(3);
  assert.ok(Math.abs(next.nodes.reduce((s, x, i) => s + next.weights[i]! * x ** 6, 0) - 1 / 7) > 1e-4);
});

test("Quadrature gives means over boxes, at moments, and over other shapes", () => {
  const mean = (
    spec: Parameters<typeof domainOf>[0],
    f: (x: ArrayLike<number>) => number,
    fixed?: { axis: number; at: number },
  ) => {
    const domain = domainOf(spec);
    const { points, weights } = quadrature(domain, 400, fixed).draw(rng(1));
    return weights.reduce(
      (sum, w, i) => sum + w * f(points.subarray(i * domain.dimension, (i + 1) * domain.dimension)),
      0,
    );
  };
  const box = { x: [0, 2], t: [1, 3] } as const;
  assert.ok(Math.abs(mean(box, (p) => Math.exp(p[0]!) * p[1]!) - ((Math.exp(2) - 1) / 2) * 2) < 1e-12);
  assert.ok(
    Math.abs(mean(box, (p) => Math.exp(p[0]!) * p[1]!, { axis: 1, at: 1.5 }) - ((Math.exp(2) - 1) / 2) * 1.5) < 1e-12,
  );
  const disk = { shape: "ball", center: [0, 0], radius: 1 } as const;
  // ∫ x² over the unit disk is π/4; even points in number 4096 have errors of order 1e-3.
  assert.ok(Math.abs(mean(disk, (p) => p[0]! ** 2) - 0.25) < 2e-3);
});

test.run();
