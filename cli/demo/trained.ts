/** The second part of `monge demo`: two data sets of one rain, training, hours that were held out, scores, files. */
import { join } from "node:path";
import { ConvergenceError } from "../../engine/errors.ts";
import {
  baselineDownscaler,
  downscale,
  loadDownscaler,
  type SyntheticPairs,
  syntheticPairs,
  train,
} from "../../generative/index.ts";
import type { Field } from "../../io/field/index.ts";
import { writeGeotiff, writeNetcdf } from "../../io/formats/index.ts";
import { verify } from "../../verification/index.ts";
import { drawEnsemble } from "../pictures.ts";
import type { Interrupt } from "../shell/interrupt.ts";
import { startProgress } from "../shell/progress.ts";
import type { ScoreRow } from "../shell/score-table.ts";
import { say } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import { drawLoss } from "../train/loss-curve.ts";
import type { Plan } from "./run.ts";

/** Two data sets to learn from, and the ground under both. */
const learnedFrom = { fine: "fine.nc", coarse: "coarse.nc", orography: "orography.nc" } as const;
/** Held-out input of the model, and its truth. */
const heldOut = { coarse: "held-out-coarse.nc", fine: "held-out-fine.nc" } as const;
const made = { ensemble: "downscaled.nc", hour: "downscaled.tif", map: "map.png" } as const;
/** Names of all files. */
export const trainedFiles = [learnedFrom, heldOut, made].flatMap((group) => Object.values(group));

/** The pairs of the plan: to learn from, and held out. */
interface Data {
  readonly learned: SyntheticPairs;
  readonly held: SyntheticPairs;
}

/** Trains, downscales what was held out, and scores it. */
export async function trainOnSynthetic(
  plan: Plan,
  interrupt: Interrupt,
): Promise<{ readonly run: string; readonly scores: readonly ScoreRow[] }> {
  say(
    `1/4  ${plan.hours} hours of synthetic rain seen by two data sets, 64 x 64 and 16 x 16, and ${plan.heldOut} held out`,
  );
  const data = makePairs(plan);
  await writePairs(data, plan);
  say(`2/4  training on both and the orography for ${plan.steps} steps`);
  const run = await trainModel(plan, interrupt);
  say(`3/4  downscaling ${plan.heldOut} held-out hours, ${plan.members} members`);
  const fine = await drawMembers(run, data, plan, interrupt);
  say("4/4  scores on the held-out hours");
  const scores = await scoreAll(fine, data);
  await writeEnsemble(fine, data, plan);
  return { run, scores };
}

function makePairs({ seed, hours, heldOut }: Plan): Data {
  return {
    learned: syntheticPairs({ seed, times: hours }),
    held: syntheticPairs({ seed, times: heldOut, firstTime: hours }),
  };
}

const historyOf = ({ seed, steps }: Plan): string => `monge demo --seed ${seed} --steps ${steps} (monge ${version()})`;

async function writePairs({ learned, held }: Data, plan: Plan): Promise<void> {
  const write = (name: string, field: Field, title: string) =>
    writeNetcdf(join(plan.out, name), field, {
      overwrite: plan.overwrite,
      history: historyOf(plan),
      attributes: { title, source: `monge ${version()}: synthetic rain, seed ${plan.seed}` },
    });
  await write(learnedFrom.fine, learned.fine, "Synthetic rain");
  await write(learnedFrom.coarse, learned.coarse, "Coarse data set of the rain of fine.nc");
  await write(learnedFrom.orography, learned.orography, "Height of the ground under the synthetic rain");
  await write(heldOut.coarse, held.coarse, "Coarse data set of the rain of held-out-fine.nc");
  await write(heldOut.fine, held.fine, "Synthetic rain that was held out");
}

/** The run's folder. */
async function trainModel(plan: Plan, interrupt: Interrupt): Promise<string> {
  const { out, seed, steps, threads, channels, batch } = plan;
  const bar = startProgress("training", steps, { unit: "steps" });
  const path = (name: string) => join(out, name);
  const ended = await train(
    { fine: path(learnedFrom.fine), coarse: path(learnedFrom.coarse), static: path(learnedFrom.orography) },
    {
      seed,
      steps,
      batch,
      network: { baseChannels: channels },
      warmup: Math.min(50, steps),
      threads,
      out: path("runs"),
      name: "demo",
      checkpointEvery: Math.max(steps, 1),
      signal: interrupt.signal,
      onProgress: ({ step, loss }) => bar.update(step, `loss ${loss.toFixed(4)}`),
      onFinish: drawLoss,
    },
  ).finally(() => bar.stop());
  await ended.downscaler?.dispose();
  if (ended.status === "diverged") throw new ConvergenceError(ended.reason, "diverged");
  if (ended.status === "aborted") throw interrupt.error();
  return ended.run!;
}

async function drawMembers(run: string, { held }: Data, plan: Plan, interrupt: Interrupt): Promise<Field> {
  const { members, seed, evaluations = 16, threads } = plan;
  const model = await loadDownscaler(run, { threads });
  const total = plan.heldOut * members * evaluations;
  const bar = startProgress("downscaling", total, { unit: "evaluations" });
  try {
    return await downscale(model, held.coarse, {
      static: [held.orography],
      members,
      seed,
      evaluations,
      signal: interrupt.signal,
      onProgress: (at) => bar.update(Math.round((at.done / at.total) * total)),
    });
  } finally {
    bar.stop();
    await model.dispose();
  }
}

async function scoreAll(fine: Field, { learned, held }: Data): Promise<ScoreRow[]> {
  const row = async (method: string, ensemble: Field): Promise<ScoreRow> => ({
    method,
    found: await verify(ensemble, held.fine, { spectrum: true }),
  });
  const { fine: observed, coarse: reported } = learned;
  const smooth = baselineDownscaler({ method: "bilinear", grid: observed });
  const mapping = baselineDownscaler({ method: "qm", fine: observed, coarse: reported, window: "year" });
  return [
    await row("monge", fine),
    await row("bilinear", await downscale(smooth, held.coarse)),
    await row("quantile mapping", await downscale(mapping, held.coarse)),
  ];
}

/** The ensemble, and its first hour as GeoTIFF and as a picture. */
async function writeEnsemble(fine: Field, { held }: Data, plan: Plan): Promise<void> {
  const path = (name: string) => join(plan.out, name);
  const { overwrite } = plan;
  await writeNetcdf(path(made.ensemble), fine, {
    overwrite,
    history: historyOf(plan),
    attributes: { title: `Ensemble of fine precipitation from ${heldOut.coarse}`, source: `monge ${version()}` },
  });
  const bands = Array.from({ length: plan.members }, (_, i) => `member=${i}`);
  await writeGeotiff(path(made.hour), fine.isel({ time: 0 }), { bands, overwrite });
  await drawEnsemble(path(made.map), {
    coarse: held.coarse,
    fine,
    truth: held.fine,
    title: "Synthetic rain",
    overwrite,
  });
}
