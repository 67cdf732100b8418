/**
 * A prior with an observation operator against a conditional model of the same network, by the rule of research/pretrained/RULE.md.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/pretrain/prior.ts --cut cut.bin [--steps 1600] [--out DIR]
 *
 * The prior sees no coarse rain: only spacing, interval, factor and texture. The block means come in as it draws: after each evaluation
 * those of its estimate are set to the input's, which is a projection onto the fields that agree with the observation (DDNM,
 * arXiv 2212.00490, eq. 13, with the operator of rain rates). Scores go into the record of the development, at a factor of 4.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { deserialize } from "node:v8";
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { rng } from "../../engine/random/rng.ts";
import { compiledDenoiser } from "../../generative/diffusion/denoiser.ts";
import { parametersOf } from "../../generative/diffusion/parameters.ts";
import { processOfModel } from "../../generative/diffusion/process/kinds.ts";
import { integrate, levelsFor } from "../../generative/diffusion/sampler.ts";
import { unet } from "../../generative/diffusion/unet.ts";
import type { ModelDescription } from "../../generative/model/configuration.ts";
import { meanTexture, rainUnits, scaleChannels } from "../../generative/model/input-scale.ts";
import { networkOf, type TrainingCheckpoint } from "../../generative/training/checkpoint.ts";
import { runTraining } from "../../generative/training/loop.ts";
import { trainingObjective } from "../../generative/training/objective.ts";
import { resolveRecipe } from "../../generative/training/recipe.ts";
import { type Event, TILE } from "./events.ts";
import { type JudgedTiles, readTiles, scored } from "./judge.ts";
import { judged, readRecord, recordOf } from "./judged.ts";
import { measureConstants, scaleSource } from "./source.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: process.env["MONGE_DATA"] ?? "" },
    cut: { type: "string", default: "cut.bin" },
    steps: { type: "string", default: "1600" },
    tiles: { type: "string", default: "32" },
  },
});
const FACTOR = 4;
const MEMBERS = 4;
const EVALUATIONS = 16;

const root = rng(1);
const events: Event[] = deserialize(readFileSync(args.cut));
const steps = Number(args.steps);
const recipe = resolveRecipe(
  { seed: 1, batch: 4, crop: 48, network: {}, peakRate: 8e-4, finalRate: 8e-5, steps, warmup: 100, emaDecay: 0.99 },
  { symmetries: true, blocks: true, validated: false },
);
const constants = measureConstants(events, recipe.crop, root.split("measure"));
const [mean, deviation] = [constants.conditionMean, constants.conditionStd];
const channels = constants.channels.filter(({ role }) => role === "scale");
const { wet } = rainUnits(undefined);
const description: ModelDescription = {
  channels,
  targets: [
    {
      name: "precipitation",
      units: "mm h-1",
      transform: { kind: "log", unit: rainUnits(undefined).unit },
      background: null,
      mean,
      deviation,
      range: [0, 200],
      wetThreshold: wet,
      ceiling: 400,
    },
  ],
  sigmaData: 1,
};
const network = unet(networkOf(recipe, description, false));
const noise = processOfModel(recipe.process);
const objective = trainingObjective({
  ...{
    source: scaleSource(events, constants, recipe, { prior: true }),
    recipe,
    description,
    masked: false,
    network,
    process: noise,
    term: null,
  },
});
const began = process.cpuUsage().user;
const { checkpoint } = await runTraining<TrainingCheckpoint>({
  ...{ caller: "prior", threads: 1, objective, parameters: objective.initialize(root.split("network")), recipe },
  ...{ batches: root.split("steady"), progressEvery: 100 },
  checkpointOf: ({ best: _, ...now }) => ({ recipe, description, masked: false, ...now }),
  onProgress: ({ step, loss }) => void process.stderr.write(`step ${step} loss ${loss.toFixed(4)}\n`),
});
process.stderr.write(`${steps} steps, ${(process.cpuUsage().user - began) / 1e6} s of processor\n`);
const denoiser = compiledDenoiser(network, parametersOf("prior", network, checkpoint.state.ema), 1, { process: noise });

const file = recordOf("development");
const record = readRecord(file);
for (const archive of judged.development) {
  const tiles = await readTiles(args.data, archive, Number(args.tiles), [FACTOR]);
  const name = `prior, ${steps} steps`;
  const own = record[archive.name]![FACTOR]!.methods;
  own[name] ??= await scoresOf(tiles);
  process.stderr.write(`${archive.name} ${name} ${JSON.stringify(own[name])}\n`);
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
}
await denoiser.dispose();

async function scoresOf(tiles: JudgedTiles) {
  const { interval, spacing, judged } = tiles;
  const { unit } = rainUnits(interval);
  const limits = rainUnits(interval);
  const side = TILE / FACTOR;
  const pixels = TILE ** 2;
  const values = new Float32Array(judged.length * MEMBERS * pixels);
  const program = await denoiser.forShape(MEMBERS, TILE, TILE);
  const levels = noise.schedule(levelsFor("dpm++2m", EVALUATIONS), 1);
  const before = process.cpuUsage().user;
  for (const [n, tile] of judged.entries()) {
    const coarse = { values: blockMean(tile.values, 1, TILE, TILE, FACTOR), shape: [1, side, side] };
    const texture = meanTexture([tile.textures[FACTOR]].flatMap((one) => one ?? []));
    const given = scaleChannels(channels, { factor: FACTOR, spacing, interval, ...(texture && { texture }) });
    const condition = Float32Array.from(
      { length: MEMBERS * pixels * given.length },
      (_, i) => given[i % given.length]!,
    );
    const toRain = (f: number) => Math.max(0, unit * Math.expm1(Math.min(f * deviation + mean, 20)));
    const project = (estimate: Float32Array): Float32Array => {
      const rain = { values: Float32Array.from(estimate, toRain), shape: [1, MEMBERS, TILE, TILE] };
      const held = conserveBlocks(rain, coarse, FACTOR);
      return Float32Array.from(held.values, (r) => (Math.log1p(r / unit) - mean) / deviation);
    };
    const stream = rng(0).split("prior").split(n);
    const first = stream.split("first").normal(MEMBERS * pixels);
    const initial = Float32Array.from(first, (v) => v * Math.hypot(levels[0]!, 1));
    const drawn = await integrate(
      async (x, sigma) => project((await program(x, condition, sigma)).slice()),
      initial,
      levels,
    );
    const rain = Float32Array.from(drawn, toRain).map((r) => (r < limits.wet / 2 ? 0 : r));
    const last = conserveBlocks({ values: rain, shape: [1, MEMBERS, TILE, TILE] }, coarse, FACTOR);
    values.set(last.values, n * MEMBERS * pixels);
  }
  const microseconds = (process.cpuUsage().user - before) / values.length;
  const scores = scored({ values, shape: [judged.length, MEMBERS, TILE, TILE] }, tiles, FACTOR);
  return { ...scores, microseconds: Number(microseconds.toPrecision(3)), amplitude: 1 };
}
