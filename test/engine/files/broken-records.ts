/** What is attacked: checkpoints of training and of solvers, solutions, marches, and records of runs. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  createRun,
  latestCheckpoint,
  loadLatestCheckpoint,
  openRun,
  readMetrics,
  readRunOptions,
} from "../../../engine/files/index.ts";
import { isMongeError, rng } from "../../../engine/index.ts";
import { tilesOf } from "../../../generative/data/index.ts";
import { loadTraining, saveTraining, trainOnTiles } from "../../../generative/training/index.ts";
import { adversarial, loadSolution, mlp, pde, solve } from "../../../solvers/index.ts";
import { assert } from "../../harness.ts";
import { attack, jsonDamages, type Target, tensorDamages } from "./broken.ts";

const network = { baseChannels: 8, multipliers: [1, 2] };
const heat = pde({
  name: "heat",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_t - 0.1*u_xx = 0",
  conditions: [
    { type: "initial", equation: "u = sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0" },
  ],
});
const small = {
  ...{ points: 20, boundaryPoints: 8, stepsPerRound: 2, network: mlp({ width: 4, depth: 1 }) },
  sampler: adversarial({ regularizer: "wasserstein", shape: [4, 4] }),
};

async function trainingTarget(folder: string): Promise<Target> {
  const values = Float32Array.from(rng(1).normal(4 * 256), (z) => Math.max(0, Math.expm1(1.5 * z)));
  const recipe = { seed: 3, steps: 1, batch: 2, crop: 8, network, warmup: 2 };
  const { checkpoint } = await trainOnTiles(tilesOf(values, 16), recipe);
  const path = await saveTraining(folder, checkpoint);
  const read = () => loadLatestCheckpoint(folder, loadTraining);
  return { name: "checkpoint of training", paths: [path], damages: tensorDamages, read };
}

async function solverTarget(root: string): Promise<Target> {
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const options = { ...small, budget: { steps: 8 }, checkpointEvery: 1, runs: root };
  const solution = await solve(heat, { ...options, onProgress, signal: stop.signal });
  const path = (await latestCheckpoint(solution.run!))!;
  /** Goes on with it, and is stopped at once. */
  const read = async () => {
    const { coefficients: theta, report } = await solve(heat, {
      ...small,
      ...{ budget: { steps: 8 }, resume: solution.run!, signal: AbortSignal.abort() },
    });
    return { theta, status: report.status, steps: report.steps };
  };
  return { name: "checkpoint of a solver", paths: [path], damages: tensorDamages, read };
}

async function solutionTargets(folder: string): Promise<Target[]> {
  await (await solve(heat, { ...small, budget: { steps: 2 } })).save(folder);
  const read = async () => {
    const { coefficients: theta, report, problem, trial } = await loadSolution(folder);
    return { theta, report, equations: problem.equations, layout: trial.layout };
  };
  const [json, tensors] = [join(folder, "solution.json"), join(folder, "solution.safetensors")];
  return [
    { name: "solution", paths: [json], damages: jsonDamages, read },
    { name: "parameters", paths: [tensors], damages: tensorDamages, read },
  ];
}

async function recordTarget(root: string): Promise<Target> {
  const options = { a: 1.5, b: ["x", { c: [1, 2] }], d: Number.NaN };
  const { directory } = await createRun({
    ...{ root, name: "record", options },
    ...{ seed: 3, device: "cpu", precision: "float64" },
  });
  const read = () => readRunOptions(directory);
  return { name: "record of a run", paths: [join(directory, "options.json")], damages: jsonDamages, read };
}

/** Attacks everything. @param share - of `count` attacks, an equal one for each of the files */
export async function attackRecords(count: number, seed: number): Promise<{ refused: number; same: number }> {
  const root = await mkdtemp(join(tmpdir(), "monge-broken-records-"));
  const at = (name: string) => join(root, name);
  const tell = { refused: 0, same: 0 };
  try {
    const targets = [
      await trainingTarget(at("training")),
      await solverTarget(at("solver")),
      ...(await solutionTargets(at("solution"))),
      await recordTarget(at("runs")),
    ];
    assert.is(count % targets.length, 0);
    for (const target of targets) {
      const { refused, same } = await attack(target, count / targets.length, seed);
      console.log(`${target.name}: ${refused} refused, ${same} the same`);
      tell.refused += refused;
      tell.same += same;
    }
    return tell;
  } finally {
    await rm(root, { recursive: true });
  }
}

/**
 * Damages `result.json` and `metrics.jsonl`. What ended stays ended, however its result was damaged; metrics have no checksum:
 * what is not JSON in the midst is refused, and a file that was cut gives the lines before the cut.
 */
export async function attackLogs(count: number, seed: number): Promise<{ refused: number; shorter: number }> {
  const root = await mkdtemp(join(tmpdir(), "monge-broken-logs-"));
  const now = () => new Date(0);
  try {
    const run = await createRun({ root, name: "log", options: {}, seed: 0, device: "cpu", precision: "float64" }, now);
    for (let step = 0; step < 20; step++) run.log({ step, loss: 1 / (step + 1) });
    await run.finish({ loss: 0.05 });
    const [result, metrics] = [join(run.directory, "result.json"), join(run.directory, "metrics.jsonl")];
    const [end, log, whole] = [await readFile(result), await readFile(metrics), await readMetrics(run.directory)];
    const tell = { refused: 0, shorter: 0 };
    const refused = async (work: Promise<unknown>, name: string) => {
      const error: unknown = await work.then(
        () => undefined,
        (e: unknown) => e,
      );
      assert.ok(isMongeError(error) && error.message.includes(name), String(error));
      tell.refused++;
    };
    const kinds = Object.values(jsonDamages);
    for (let i = 0; i < count; i++) {
      const draw = [...rng(seed).split(i).uniform(3)] as unknown as [number, number, number];
      const damaged = kinds[i % kinds.length]!(end, draw);
      await writeFile(result, damaged ?? "");
      await refused(openRun(run.directory, now), dirname(result));
      await writeFile(metrics, log.subarray(0, Math.floor(draw[0] * log.length)));
      const read = await readMetrics(run.directory);
      assert.equal(read, whole.slice(0, read.length));
      tell.shorter++;
      const lines = log.toString().split("\n");
      lines[Math.floor(draw[1] * 19)] = ["", "{", "[1]", "null", "\0\0", '"x"'][Math.floor(6 * draw[2])]!;
      await writeFile(metrics, lines.join("\n"));
      await refused(readMetrics(run.directory), metrics);
    }
    return tell;
  } finally {
    await rm(root, { recursive: true });
  }
}
