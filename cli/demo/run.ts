/** `monge demo`: archive, training, held-out days, scores, files. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";
import { ConvergenceError, OptionsError } from "../../engine/errors.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { rng } from "../../engine/rng.ts";
import { createRun } from "../../engine/files/run.ts";
import { Downscaler } from "../../generative/downscaling/index.ts";
import { downscale, modelName, recordTraining } from "../../generative/downscaling/index.ts";
import {
  exactEnsemble,
  interpolations,
  type SyntheticArchive,
  syntheticArchive,
} from "../../generative/downscaling/index.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { verifyTiles } from "../../generative/verification/index.ts";
import { Field } from "../../io/field/index.ts";
import { writeGeotiff } from "../../io/formats/index.ts";
import { writeNetcdf } from "../../io/formats/index.ts";
import type { DemoOptions } from "./command.ts";
import { refinedGrid } from "../../generative/downscaling/index.ts";
import { type Interrupt, onInterrupt } from "../shell/interrupt.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { drawEnsemble } from "../pictures.ts";
import { startProgress } from "../shell/progress.ts";
import { rateUnits } from "../../generative/downscaling/index.ts";
import { type ScoreRow, scoresJson, scoreTable } from "../shell/score-table.ts";
import { duration, emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { drawLoss } from "../train/loss-curve.ts";
import { version } from "../shell/version.ts";

const FACTOR = 4;
/** Side of a fine cell of the made-up grid, km. */
const CELL = 1;

/** Written at the end, beside the run. */
const fileNames = ["coarse.nc", "truth.nc", "downscaled.nc", "downscaled.tif", "map.png"] as const;

type Plan = ReturnType<typeof resolvePlan>;

/** A path as one would type it here. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return shellWord(near.startsWith("..") ? path : near || ".");
}

export async function demo(options: DemoOptions): Promise<void> {
  const plan = resolvePlan(options);
  checkFolder(plan.out);
  if (existsSync(plan.out)) {
    prepareOutputs(
      fileNames.map((name) => ({ path: join(plan.out, name), option: "out" })),
      [],
      options.overwrite,
    );
  }
  if (options.dryRun) return emitJson({ command: "demo", ...plan });
  const began = performance.now();
  const interrupt = onInterrupt("stopping; again to stop at once");
  try {
    const root = rng(plan.seed).split("demo");
    say(`1/4  ${plan.days} days of synthetic rain on a grid of 64 x 64, the last ${plan.heldOut} held out`);
    const archive = await syntheticArchive({ ...plan, factor: FACTOR }, root.split("tiles"));
    say(`2/4  training on ${archive.training.count} fields for ${plan.steps} steps (x${FACTOR} refinement)`);
    const { run, model } = await trainModel(archive, plan, interrupt);
    say(`3/4  downscaling ${plan.heldOut} held-out days, ${plan.members} members`);
    const coarse = dailyField(archive.heldOut.coarse, archive.heldOut.firstDay, CELL * FACTOR);
    const fine = await drawMembers(model, coarse, plan, interrupt);
    say("4/4  scores on the held-out days");
    const rows = scoreAll(fine, archive, plan);
    const files = await writeAll(fine, coarse, archive, plan);
    const seconds = (performance.now() - began) / 1e3;
    if (options.json) {
      return emitJson({ seconds, run, files, steps: plan.steps, scores: rows.map(scoresJson) });
    }
    emit(scoreTable(rows));
    say(
      "* the exact law given block means of the latent Gaussian field: other information than the block means of the",
    );
    say("  rain that the methods above it get, so a yardstick and not a bound");
    for (const path of files) say(`wrote ${shown(path)}`);
    say(`${duration(seconds)}; next: monge downscale ${shown(run)} ${shown(files[0]!)} -o fine.nc`);
  } finally {
    interrupt.stop();
  }
}

function resolvePlan(o: DemoOptions) {
  const { seed, steps, days, heldOut, members, channels, batch, evaluations } = o;
  if (channels % 8 !== 0) {
    throw new OptionsError(`--channels is ${channels}; it must be a multiple of 8`, "channels", channels);
  }
  if (heldOut + 30 >= days) {
    throw new OptionsError(
      `--held-out ${heldOut} and the 30 days before leave none of --days ${days} for training`,
      "held-out",
      heldOut,
    );
  }
  const threads = o.threads ?? Math.min(2, availableParallelism());
  return { out: resolve(o.out), seed, steps, days, heldOut, members, channels, batch, evaluations, threads };
}

async function trainModel({ training }: SyntheticArchive, plan: Plan, interrupt: Interrupt) {
  const { out, seed, steps, threads, channels, batch } = plan;
  const recipe = {
    seed,
    steps,
    factor: FACTOR,
    batch,
    network: { baseChannels: channels },
    warmup: Math.min(50, steps),
  };
  const root = join(out, "runs");
  const run = await createRun({ root, name: "demo", seed, device: "cpu", precision: "float32", options: plan });
  const bar = startProgress("training", steps, { unit: "steps" });
  const ended = await recordTraining(run, training, {
    recipe,
    threads,
    device: "cpu",
    signal: interrupt.signal,
    onProgress: ({ step, loss }) => bar.update(step, `loss ${loss.toFixed(4)}`),
    onFinish: drawLoss,
    checkpointEvery: Math.max(steps, 1),
    provenance: { wetThreshold: 0.1, data: "synthetic rain", days: plan.days, heldOut: plan.heldOut },
  }).finally(() => bar.stop());
  await ended.downscaler?.dispose();
  if (ended.status === "diverged") throw new ConvergenceError(ended.reason, "diverged");
  if (ended.status === "aborted") throw interrupt.error();
  return { run: run.directory, model: join(run.directory, modelName) };
}

async function drawMembers(path: string, coarse: Field, plan: Plan, interrupt: Interrupt): Promise<Field> {
  const { members, seed, evaluations, threads, heldOut } = plan;
  const model = await Downscaler.load(path, { threads });
  const total = heldOut * members * evaluations;
  const bar = startProgress("downscaling", total, { unit: "evaluations" });
  try {
    return await downscale(model, coarse, {
      members,
      seed,
      evaluations,
      // Days wetter than those of a short training are scored too.
      force: true,
      onProgress(done, all) {
        interrupt.check();
        bar.update(Math.round((done / all) * total));
      },
    });
  } finally {
    bar.stop();
    await model.dispose();
  }
}

function scoreAll(fine: Field, archive: SyntheticArchive, { members, seed }: Plan): ScoreRow[] {
  const { truth, coarse } = archive.heldOut;
  const { bilinear, quantileMapped } = interpolations(archive);
  const exact = exactEnsemble(archive, members, rng(seed).split("exact"));
  const of = (method: string, ensemble: ShapedArray): ScoreRow => ({
    method,
    scores: verifyTiles(ensemble, truth, coarse).pooled,
  });
  return [of("monge", fine), of("bilinear", bilinear), of("quantile mapping", quantileMapped), of("exact law*", exact)];
}

/** The held-out days as fields: coarse input, truth, ensemble; the first day as GeoTIFF and as a picture. */
async function writeAll(
  fine: Field,
  coarse: Field,
  { heldOut, rain }: SyntheticArchive,
  plan: Plan,
): Promise<string[]> {
  const { out, seed } = plan;
  await mkdir(out, { recursive: true });
  const truth = dailyField(heldOut.truth, heldOut.firstDay, CELL);
  const grid = refinedGrid(coarse, FACTOR);
  const history = `monge demo --seed ${seed} --steps ${plan.steps} (monge ${version()})`;
  const source = `monge ${version()}: synthetic rain, seed ${rain.climate.seed}`;
  const path = (name: string) => join(out, name);
  const options = (title: string) => ({ history, attributes: { title, source } });
  await writeNetcdf(path("coarse.nc"), coarse, options("Block means of held-out synthetic rain"));
  await writeNetcdf(path("truth.nc"), truth, options("Held-out synthetic rain"));
  await writeNetcdf(path("downscaled.nc"), fine, options("Ensemble of fine precipitation from coarse.nc"));
  const bands = Array.from({ length: plan.members }, (_, i) => `member=${i}`);
  await writeGeotiff(path("downscaled.tif"), fine.isel({ time: 0 }), { bands, epsg: "none" });
  await drawEnsemble(path("map.png"), { coarse, fine, grid, truth, title: "Synthetic rain" });
  return fileNames.map(path);
}

/** Days on a plane with coordinates in kilometres. */
function dailyField({ values, shape }: ShapedArray, firstDay: number, cell: number): Field {
  const [days, height, width] = shape as [number, number, number];
  const centres = (n: number) => Float64Array.from({ length: n }, (_, i) => (i + 0.5) * cell);
  const axis = (name: "x" | "y", n: number) => ({
    name,
    dims: [name],
    values: centres(n),
    attributes: { standard_name: `projection_${name}_coordinate`, units: "km", axis: name.toUpperCase() },
  });
  const time = {
    name: "time",
    dims: ["time"],
    values: Float64Array.from({ length: days }, (_, i) => firstDay + i),
    attributes: { standard_name: "time", units: "days since 2001-01-01", calendar: "365_day", axis: "T" },
  };
  return new Field({
    name: "pr",
    dims: ["time", "y", "x"],
    shape,
    values,
    units: rateUnits,
    coordinates: [time, axis("y", height), axis("x", width)],
    attributes: { standard_name: "lwe_precipitation_rate", long_name: "rain rate" },
  });
}
