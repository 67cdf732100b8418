/** Which parameters a run returns, where the sampler's weights make losses of different rounds different things. */
import { adam } from "../../../engine/index.ts";
import {
  adversarial,
  gaussianMixture,
  mlp,
  type OwnSampler,
  type Progress,
  pde,
  type SolveOptions,
  solve,
} from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const bump = pde({
  ...{ name: "bump", domain: { x: [0, 2] }, equations: "-u_xx = source", manufactured: "x*(2-x)*exp(-100*(x-1.5)^2)" },
  conditions: "exact",
});
const small: SolveOptions = {
  ...{ network: mlp({ width: 8, depth: 1, scale: 8 }), points: 200, growth: { after: 2, factor: 1 } },
  seed: 3,
};

const published = { regularizer: "wasserstein", form: "flow", flow: "krnet" } as const;

/** Rows of weight 1/N at points of [from, to] alone, a place for each round. */
const places = (of: (round: number) => readonly [number, number]): OwnSampler => {
  const q = ([from, to]: readonly [number, number], points: Float64Array) =>
    points.map((x) => (x >= from && x <= to ? 1 / (to - from) : 0));
  return {
    kind: "places",
    start: () => {
      let last: readonly [number, number] = [0, 2];
      return {
        async draw({ count, rng, round }) {
          last = of(round);
          const points = rng.uniform(count).map((u) => last[0] + u * (last[1] - last[0]));
          return { points, weights: new Float64Array(count).fill(1 / count), density: q(last, points) };
        },
        density: (points) => q(last, points),
        state: () => ({}),
        restore() {},
        report: () => ({}),
      };
    },
  };
};

test("a loss under another density does not make untrained parameters the best", async () => {
  // The source is nowhere near the first set, where a network that does nothing is nearly right; later sets are on it.
  const sampler = places((round) => (round === 0 ? [0, 0.3] : [0.1, 2]));
  const network = mlp({ width: 12, depth: 1, scale: 0.01 });
  const rounds: Progress[] = [];
  const solution = await solve(bump, {
    ...{ ...small, network, sampler, stepsPerRound: 20, budget: { steps: 200 } },
    onProgress: (progress) => rounds.push(progress),
  });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2 < 0.2, `error ${relativeL2}`);
  // What is reported is the residual over the domain: that of the first parameters was about 1.
  assert.ok(Math.abs(Math.sqrt(rounds[0]!.freshLoss) - 1) < 0.3, `${Math.sqrt(rounds[0]!.freshLoss)}`);
  await solution.dispose();
});

test("the fresh loss is the mean of r² over the domain within its error, whatever the weights", async () => {
  const samplers = {
    "AAS as published": adversarial({ ...published, steps: 20, batch: 64, pool: 256 }),
    "tempered mixture": gaussianMixture({ tempering: 0.5 }),
    "a part of the domain": places(() => [0.2, 1.7]),
  };
  for (const [name, sampler] of Object.entries(samplers)) {
    const seen: Progress[] = [];
    // Steps so small that all rounds judge the same function.
    const options = { ...small, sampler, optimizer: adam({ learningRate: 1e-12 }), stepsPerRound: 1 };
    const solution = await solve(bump, {
      ...{ ...options, budget: { steps: 12 } },
      onProgress: (progress) => seen.push(progress),
    });
    const even = Float64Array.from({ length: 4000 }, (_, i) => (i + 0.5) / 2000);
    const residual = await solution.residual(even);
    const mean = residual.reduce((sum, r) => sum + r * r, 0) / even.length;
    const errors = seen.map(
      ({ freshLoss, freshError }) =>
        Math.abs(freshLoss * solution.report.scale ** 2 - mean) / (freshError * solution.report.scale ** 2),
    );
    assert.ok(
      errors.every((e) => e < 4),
      `${name}: ${errors.map((e) => e.toFixed(1))} standard errors`,
    );
    assert.ok(
      seen.every(({ freshLoss, freshError }) => freshError < 0.5 * freshLoss),
      name,
    );
    await solution.dispose();
  }
});

test("batches share out each set among the steps, and the loss on fresh points is still that on all of it", async () => {
  const options = { ...small, network: mlp({ width: 8, depth: 1, scale: 4 }), optimizer: adam({ learningRate: 5e-3 }) };
  const run = async (batch: number | undefined, steps: number) => {
    const rounds: Progress[] = [];
    const solution = await solve(bump, {
      ...{ ...options, stepsPerRound: 20, budget: { steps } },
      ...(batch !== undefined && { batch }),
      onProgress: (progress) => rounds.push(progress),
    });
    await solution.dispose();
    return { rounds };
  };
  const [whole, parts, again] = [await run(undefined, 20), await run(50, 20), await run(50, 20)];
  assert.is(parts.rounds.at(-1)!.loss, again.rounds.at(-1)!.loss);
  assert.is.not(parts.rounds.at(-1)!.loss, whole.rounds.at(-1)!.loss);
  // Before the first step both are the mean over the same set.
  const [a, b] = [whole.rounds[0]!, parts.rounds[0]!];
  assert.ok(Math.abs(a.freshLoss - b.freshLoss) < 1e-12 * a.freshLoss, `${a.freshLoss} ${b.freshLoss}`);
  assert.ok(Math.abs(a.freshError - b.freshError) < 0.1 * a.freshError, `${a.freshError} ${b.freshError}`);
  assert.is((await run(200, 20)).rounds[0]!.loss, whole.rounds[0]!.loss, "one part is the whole");
  const long = await run(50, 1500);
  assert.ok(long.rounds.at(-1)!.freshLoss < 0.1 * b.freshLoss, "and it learns");
});

test("the preset of a published method stands for its options, those given in their place", async () => {
  const solution = await solve(bump, {
    ...{
      preset: "aas",
      network: mlp({ width: 6, depth: 1 }),
      points: 60,
      boundaryPoints: 8,
      budget: { steps: 12 },
      stepsPerRound: 6,
    },
    sampler: adversarial({ ...published, steps: 5, batch: 16, pool: 64 }),
  });
  assert.equal([solution.report.conditions, solution.report.scale, solution.report.steps], ["penalty", 1, 12]);
  await solution.dispose();
});

test.run();
