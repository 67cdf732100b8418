/** Runs of `solve` that are repeated, interrupted, and gone on with: the same bits, or a typed error. */

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readMetrics, readRunOptions, sealedJson } from "../../../engine/files/index.ts";
import { adam, DomainError, FormatError, OptionsError } from "../../../engine/index.ts";
import { systemBlas } from "../../../engine/system/index.ts";
import {
  adversarial,
  gaussianMixture,
  gaussNewton,
  mlp,
  pde,
  type Solution,
  type SolveOptions,
  sobol,
  solve,
} from "../../../solvers/index.ts";
import { systemClock } from "../../../solvers/solution/index.ts";
import { mongeRefused } from "../../cli/run.ts";
import { assert, inFolder, refuses, test } from "../../harness.ts";

const poisson = (d: number, rate = 4) => {
  const axes = Array.from({ length: d }, (_, k) => `x${k + 1}`);
  return pde({
    name: `poisson ${d}`,
    domain: Object.fromEntries(axes.map((a) => [a, [-1, 1] as const])),
    equations: d === 1 ? "-u_x1x1 = source" : "-lap(u) = source",
    manufactured: `exp(-${rate}*(${axes.map((a) => `(${a}-0.2)^2`).join("+")}))*${axes.map((a) => `(1-${a}^2)`).join("*")}`,
    conditions: "exact",
  });
};

const base: SolveOptions = {
  ...{ network: mlp({ width: 4, depth: 1 }), points: 60, stepsPerRound: 4, growth: { after: 0.5, factor: 2 } },
  ...{ checkpointEvery: 2, seed: 3 },
  // Seconds are there so that the clock is read before every step.
  budget: { steps: 22, seconds: 1e9 },
};
// Few iterations and small pools: what is compared are bits, not how good the points are.
const adversary = adversarial({ regularizer: "wasserstein", maxIterations: 4 });
const arms: readonly (readonly [string, number, SolveOptions])[] = [
  ["Gauss–Newton on the adversary's points", 2, { optimizer: gaussNewton(), sampler: adversary }],
  [
    "Gauss–Newton on a Gaussian mixture in four dimensions",
    4,
    { optimizer: gaussNewton(), sampler: gaussianMixture({ startPool: 500, pool: 500 }) },
  ],
  [
    "Gauss–Newton on the density of |r|, after Adam",
    2,
    {
      optimizer: gaussNewton(),
      sampler: adversarial({ shape: [16, 16] }),
      warmStart: { optimizer: adam({ learningRate: 0.01 }), steps: 6 },
    },
  ],
  [
    "The best of three starts on the adversary's points",
    2,
    { optimizer: gaussNewton(), sampler: adversary, starts: { count: 3, steps: 4 } },
  ],
  ["Adam on Sobol points", 2, { optimizer: adam({ learningRate: 0.01 }), sampler: sobol() }],
];

const bits = (x: Float64Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString("hex");
const timeless = ({ report }: Solution) => ({ ...report, seconds: 0, processorSeconds: 0 });
/** The last record of every round, without times. */
async function rounds(folder: string) {
  const records = await readMetrics(folder);
  const byRound = new Map(records.map((r) => [r.round, { ...r, seconds: 0, loggedAt: "" }]));
  return [...byRound.values()];
}

for (const [name, d, arm] of arms) {
  test(`${name}: another seed gives other bits, and a run that was interrupted twice those of a whole one of the same seed`, () =>
    inFolder(async (root) => {
      const problem = poisson(d);
      const options = { ...base, ...arm };
      const whole = await solve(problem, { ...options, runs: join(root, "whole") });
      const other = await solve(problem, { ...options, seed: 4, budget: { steps: 4 } });
      assert.is.not(bits(other.coefficients), bits(whole.coefficients));

      // Stopped inside the third round, by a clock that is read before every step, and in checkpoints; then again after a later round.
      const [first, second] = [new AbortController(), new AbortController()];
      let ticks = 0;
      const stopped = await solve(problem, {
        ...options,
        runs: join(root, "parts"),
        signal: first.signal,
        clock: {
          ...systemClock,
          wall() {
            ticks++;
            if (ticks === (options.starts ? 18 : 24)) first.abort();
            return ticks;
          },
        },
      });
      assert.is(stopped.status, "aborted");
      assert.ok(stopped.report.steps > 4 && stopped.report.steps < 22 && stopped.report.steps % 4 !== 0);
      assert.ok((await stopped.evaluate(new Float64Array(d))).every(Number.isFinite));
      const folder = stopped.run!;
      const further = await solve(problem, {
        ...options,
        ...{ resume: folder, signal: second.signal, onProgress: ({ round }) => round === 4 && second.abort() },
      });
      assert.is(further.status, "aborted");
      const resumed = await solve(problem, { ...options, resume: folder });
      assert.is(bits(resumed.coefficients), bits(whole.coefficients));
      assert.equal(timeless(resumed), timeless(whole));
      assert.equal(await rounds(folder), await rounds(whole.run!));
      assert.ok(await readFile(join(folder, "result.json"), "utf8"));
    }));
}

test("A run that was interrupted before its first round ended goes on from the beginning", () =>
  inFolder(async (root) => {
    const options = { ...base, sampler: sobol() };
    const controller = new AbortController();
    controller.abort();
    const stopped = await solve(poisson(1), { ...options, runs: root, signal: controller.signal });
    assert.is(stopped.status, "aborted");
    assert.is(stopped.report.steps, 0);
    const resumed = await solve(poisson(1), { ...options, resume: stopped.run! });
    assert.is(bits(resumed.coefficients), bits((await solve(poisson(1), options)).coefficients));
  }));

test("A larger budget goes on from whole rounds; everything else must be as it was", () =>
  inFolder(async (root) => {
    const options = { ...base, sampler: sobol(), growth: { after: 0.5, factor: 1 } };
    const controller = new AbortController();
    const stop = { signal: controller.signal, onProgress: () => controller.abort() };
    const { run } = await solve(poisson(1), { ...options, ...stop, runs: root });
    const refused = async (o: SolveOptions, problem = poisson(1)) => {
      try {
        await solve(problem, { ...options, ...o, resume: run! });
      } catch (error) {
        return error as OptionsError;
      }
      return undefined;
    };
    const before = await readdir(run!);
    for (const [option, changed, problem] of [
      ["seed", { seed: 9 }, poisson(1)],
      ["points", { points: 61 }, poisson(1)],
      ["network.width", { network: mlp({ width: 5, depth: 1 }) }, poisson(1)],
      ["sampler.kind", { sampler: adversarial() }, poisson(1)],
      ["problem.manufactured", {}, poisson(1, 5)],
      ["problem.name", {}, poisson(2)],
    ] as const) {
      const error = await refused(changed, problem);
      assert.instance(error, OptionsError);
      assert.ok(error!.option.startsWith(option) && error!.message.includes("resume it as it began"), error!.message);
    }
    assert.equal(await readdir(run!), before);
    // Without growth the budget does not act on the steps, so that 22 + 20 steps are 42 steps.
    const longer = await solve(poisson(1), { ...options, resume: run!, budget: { steps: 42 } });
    assert.is(
      bits(longer.coefficients),
      bits((await solve(poisson(1), { ...options, budget: { steps: 42 } })).coefficients),
    );
    const ended = await refused({ budget: { steps: 50 } });
    assert.instance(ended, DomainError);
  }));

test("a run with an optimizer or a sampler that the library had once is refused by name, with those that it has", () =>
  inFolder(async (root) => {
    const controller = new AbortController();
    controller.abort();
    const { run } = await solve(poisson(1), { ...base, sampler: sobol(), runs: root, signal: controller.signal });
    const path = join(run!, "options.json");
    const recorded = await readFile(path, "utf8");
    for (const [part, kind, known] of [
      ["optimizer", "lbfgs", /optimizer has the kind "lbfgs", which is none of gauss-newton, adam; .*start/],
      ["sampler", "rad", /sampler has the kind "rad", which is none of adversarial, .*; .*start/],
      ["sampler", "latinHypercube", /sampler has the kind "latinHypercube", which is none of adversarial/],
    ] as const) {
      const { "monge-sha256": _, ...stored } = JSON.parse(recorded);
      await writeFile(path, sealedJson({ ...stored, options: { ...stored.options, [part]: { kind } } }));
      const now = { ...base, sampler: sobol(), [part]: { kind } };
      await refuses(solve(poisson(1), { ...now, resume: run! }), known, OptionsError);
      await mongeRefused(known, "solve", "--resume", run!);
    }
  }));

test("Folders that hold no run, or a damaged one, are refused before any work", () =>
  inFolder(async (root) => {
    const refusal = async (o: SolveOptions) => {
      try {
        await solve(poisson(1), { ...base, sampler: sobol(), ...o });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    assert.instance(await refusal({ resume: join(root, "nowhere") }), FormatError);
    await writeFile(join(root, "file"), "no folder");
    assert.instance(await refusal({ runs: join(root, "file") }), FormatError);
    assert.instance(await refusal({ runs: join(root, "file", "below") }), FormatError);
    const controller = new AbortController();
    controller.abort();
    const { run } = await solve(poisson(1), { ...base, sampler: sobol(), runs: root, signal: controller.signal });
    const checkpoints = join(run!, "checkpoints");
    const [file] = await readdir(checkpoints);
    const whole = await readFile(join(checkpoints, file!));
    await writeFile(join(checkpoints, file!), whole.subarray(0, whole.length - 9));
    assert.instance(await refusal({ resume: run! }), FormatError);
    await writeFile(join(run!, "options.json"), "{");
    assert.instance(await refusal({ resume: run! }), FormatError);
    // Nothing was added to the record by what was refused.
    assert.is((await readMetrics(run!)).length, 0);
  }));

test("the linear algebra is recorded: a run goes on with the library it began with, or tells that it cannot", () =>
  inFolder(async (root) => {
    const problem = poisson(2);
    const stop = new AbortController();
    const begun = await solve(problem, {
      ...{ ...base, sampler: sobol(), blas: "none", runs: root, signal: stop.signal },
      onProgress: () => stop.abort(),
    });
    assert.is(((await readRunOptions(begun.run!)) as { blas: string }).blas, "none");
    const refused = (error: unknown) => error instanceof OptionsError && /blas is/.test(error.message);
    const go = (blas?: string) =>
      solve(problem, { ...base, sampler: sobol(), resume: begun.run!, ...(blas && { blas }) });
    await go("a library that is not here").then(
      () => assert.unreachable(),
      (error) => assert.ok(refused(error)),
    );
    if (systemBlas())
      await go("auto").then(
        () => assert.unreachable(),
        (error) => assert.ok(refused(error)),
      );
    // Where nothing is said it is the run's own.
    assert.is((await go()).report.status, "budget");
  }));

test("with the machine's BLAS a run has the digits that it has without", async () => {
  if (!systemBlas()) return console.log("SKIP the machine's BLAS: koffi or a library is missing");
  const run = (blas: string) => solve(poisson(2), { ...base, sampler: sobol(), budget: { steps: 6 }, blas });
  const [a, b, again] = [await run("none"), await run("auto"), await run("auto")];
  assert.is(bits(b.coefficients), bits(again.coefficients));
  const size = Math.max(...a.coefficients.map(Math.abs));
  assert.ok(a.coefficients.every((v, i) => Math.abs(v - b.coefficients[i]!) < 1e-6 * size));
});

test.run();
