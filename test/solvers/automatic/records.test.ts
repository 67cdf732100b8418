// Inside: a decision of the automatic choice by itself.
/** Records of solves whose method was chosen: what is in them is what was taken, and it can be read and gone on with. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readRunOptions } from "../../../engine/files/run.ts";
import { correct } from "../../../solvers/automatic/feature-fit.ts";
import { solveByRows } from "../../../solvers/automatic/index.ts";
import { settingOf } from "../../../solvers/automatic/setting.ts";
import { loadSolution, mlp, pde, type Solution, solve } from "../../../solvers/index.ts";
import type { ResolvedOptions } from "../../../solvers/solve/index.ts";
import { solve as solveAsAsked } from "../../../solvers/solve/solve.ts";
import { assert, inFolder, test } from "../../harness.ts";

/** Too many waves for a few features, and for a few steps of a network. */
const wave = pde({
  name: "wave",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_tt = 100*u_xx",
  conditions: [
    { type: "initial", equation: ["u = exp(-400*(x-0.5)^2)", "u_t = 0"] },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ],
});

test("random features on top of a network are saved with the constants that were found, and read again", async () => {
  const times = Array.from({ length: 11 }, (_, i) => i / 10);
  const decay = pde({
    name: "decay",
    domain: { t: [0, 1] },
    equations: "u_t = -k*u + c",
    trainable: { k: 1.5, c: 0.2 },
    conditions: [{ type: "initial", equation: "u = 1" }],
    observations: [{ points: times.map((t) => [t]), values: times.map((t) => Math.exp(-2 * t)) }],
  });
  const network = await solveAsAsked(decay, { network: mlp({ width: 4, depth: 1 }), points: 40, budget: { steps: 6 } });
  const plan = { features: 24, bandwidth: 4, stretch: [1] };
  const setting = settingOf({ budget: { steps: 1 } });
  const { corrected } = (await correct(decay, network, plan, setting, { seed: 1, deadline: setting.speed.until(1) }))!;
  assert.equal(corrected.report.constants, network.report.constants);
  await inFolder(async (folder) => {
    await corrected.save(folder);
    const again = await loadSolution(folder);
    const at = Float64Array.from(times);
    assert.equal(await again.evaluate(at), await corrected.evaluate(at));
    assert.equal(await again.residual(at), await corrected.residual(at));
    assert.equal(again.report, corrected.report);
  });
});

test("a network that was tried in vain leaves no run beside that of the solution", async () =>
  inFolder(async (runs) => {
    const slow = pde({ ...wave.text, equations: "u_tt = 2*u_xx" });
    const solution = await solveByRows(slow, { seed: 1, budget: { steps: 16 }, runs });
    const { method } = solution.report;
    assert.ok(method!.some((line) => line.startsWith("mlp")) && method!.at(-1)!.includes("random features"));
    assert.equal(await readdir(runs), [solution.run!.slice(runs.length + 1)]);
    assert.equal((await loadSolution(solution.run!)).report, solution.report);
  }));

test("a solve that goes on after an interruption keeps its estimate and its doubt", async () =>
  inFolder(async (runs) => {
    const steep = pde({
      ...wave.text,
      name: "steep",
      domain: { "x1..x5": [0, 1] },
      equations: "-lap(u) = 500*sin(40*x1)",
      conditions: ["u = 0"],
    });
    const options = { seed: 1, budget: { steps: 8 }, runs, checkpointEvery: 1 };
    const whole = await solve(steep, { ...options, runs: join(runs, "whole") });
    assert.is(whole.report.status, "doubtful");
    const controller = new AbortController();
    let rounds = 0;
    const stopped = await solve(steep, {
      ...options,
      signal: controller.signal,
      onProgress: () => {
        if (++rounds === 1) controller.abort();
      },
    });
    assert.is(stopped.status, "aborted");
    const {
      problem: _,
      automatic,
      ...recorded
    } = (await readRunOptions(stopped.run!)) as ResolvedOptions & {
      readonly problem: unknown;
      readonly automatic: boolean;
    };
    assert.is(automatic, true);
    const ended = (await solve(steep, { ...recorded, resume: stopped.run! })) as Solution;
    assert.is(ended.report.status, "doubtful");
    assert.equal(ended.report.estimate, whole.report.estimate);
    assert.equal(ended.coefficients, (whole as Solution).coefficients);
    assert.equal((await loadSolution(stopped.run!)).report, ended.report);
  }));

test.run();
