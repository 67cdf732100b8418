/**
 * Trains the pretrained model of the package from its archives: some thousand steps at one rate, then some hundred in which the rate
 * falls.
 *
 *   MONGE_DATA=DIR npm run pretrain -- [--out DIR] [--steady N] [--falling N] [--batch N] [--channels N,N,…] [--without NAME,NAME] [--cut FILE] [--model FILE]
 *
 * The same archives and options give the same bits. A training that was ended goes on where it was when it is begun again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { loadLatestCheckpoint } from "../engine/files/checkpoint.ts";
import { rng } from "../engine/random/rng.ts";
import { parametersOf } from "../generative/diffusion/parameters.ts";
import { processOfModel } from "../generative/diffusion/process/kinds.ts";
import { type Parameter, unet } from "../generative/diffusion/unet.ts";
import type { ModelDescription } from "../generative/model/configuration.ts";
import { Downscaler } from "../generative/model/downscaler.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { rainUnits } from "../generative/model/input-scale.ts";
import {
  downscalerOf,
  loadTraining,
  networkOf,
  saveTraining,
  type TrainingCheckpoint,
} from "../generative/training/checkpoint.ts";
import { runTraining } from "../generative/training/loop.ts";
import { trainingObjective } from "../generative/training/objective.ts";
import { resolveRecipe, type TrainingRecipe } from "../generative/training/recipe.ts";
import { archives, providerOf } from "./pretrain/archives.ts";
import { type Event, eventsOf } from "./pretrain/events.ts";
import { finished } from "./pretrain/finish.ts";
import { type Constants, measureConstants, scaleSource } from "./pretrain/source.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string", default: process.env["MONGE_DATA"] ?? "" },
    out: { type: "string", default: "pretraining" },
    steady: { type: "string", default: "9000" },
    falling: { type: "string", default: "1000" },
    batch: { type: "string", default: "8" },
    /** Channels of the levels of the network; each is a multiple of the first. */
    channels: { type: "string", default: "16,32,64,64" },
    /** Archives, or beginnings of their names, or providers that are left out. */
    without: { type: "string", default: "" },
    model: { type: "string", default: fileURLToPath(new URL("../models/pretrained.safetensors", import.meta.url)) },
    /** Model to begin with: its network gets the numbers that it lacks. @defaultValue fresh parameters */
    start: { type: "string" },
    rate: { type: "string", default: "8e-4" },
    /** A file that what is cut is kept in, for another training. */
    cut: { type: "string" },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const SEED = 1;
const RATE = Number(args.rate);

const root = rng(SEED);
const started = args.start === undefined ? undefined : await loadDownscaler(args.start);
const events = await cutEvents();
const levels = args.channels.split(",").map(Number);
const first = levels[0]!;
const widths = { baseChannels: first, multipliers: levels.map((one) => one / first) };
const common = {
  seed: SEED,
  batch: Number(args.batch),
  crop: 48,
  network: widths,
  peakRate: RATE,
} as const;
const measured = measureConstants(events, common.crop, root.split("measure"), true);
const constants = started ? withinStart(started, measured) : measured;
say(JSON.stringify(constants));
const description = describe(constants);

const steady = await leg(
  "steady",
  {
    ...common,
    ...{ steps: Number(args.steady), finalRate: RATE, warmup: 100, emaDecay: 0.999 },
  },
  started && widened(started),
);
const { recipe, state } = steady;
const reached = parametersOf("pretrain", unet(networkOf(recipe, description, false)), state.parameters);
const last = await leg("falling", { ...common, steps: Number(args.falling), warmup: 20, emaDecay: 0.99 }, reached);
const trained = downscalerOf(last);
const earlier = Number(started?.configuration.provenance?.["step"] ?? 0);
const steps = earlier + steady.state.step + last.state.step;
const model = new Downscaler(finished(trained, steps, events), trained.parameters);
await model.save(args.model);
say(`wrote ${args.model}`);
await model.dispose();
await trained.dispose();

/** One part of the training. @param start - parameters to begin with. @defaultValue fresh ones */
async function leg(
  name: string,
  choices: TrainingRecipe,
  start?: Readonly<Record<string, Parameter>>,
): Promise<TrainingCheckpoint> {
  const recipe = resolveRecipe(choices, { symmetries: true, blocks: true, validated: false });
  const network = unet(networkOf(recipe, description, false));
  const noise = processOfModel(recipe.process);
  const source = scaleSource(events, constants, recipe, { smooth: true });
  const parts = { source, recipe, description, masked: false, network, process: noise, term: null };
  const objective = trainingObjective(parts);
  say(`${name}: ${events.length} events, ${network.parameterCount} parameters, ${recipe.steps} steps`);
  const folder = join(args.out, name);
  mkdirSync(folder, { recursive: true });
  const from: TrainingCheckpoint | undefined = existsSync(join(folder, "checkpoints"))
    ? await loadLatestCheckpoint(folder, loadTraining)
    : undefined;
  const began = Date.now();
  const { checkpoint } = await runTraining<TrainingCheckpoint>({
    caller: "pretrain",
    threads: 1,
    objective,
    parameters: start ?? objective.initialize(root.split("network")),
    recipe,
    batches: root.split(name),
    ...(from && { from }),
    progressEvery: 10,
    checkpointOf: ({ best: _, ...now }) => ({ recipe, description, masked: false, ...now }),
    async onProgress({ step, loss, gradientNorm, checkpoint }) {
      if (step % 50 === 0 || step === 10) {
        const passed = ((Date.now() - began) / 1000).toFixed(0);
        const { user } = process.cpuUsage();
        say(
          `step ${step} loss ${loss.toFixed(4)} gradient ${gradientNorm.toFixed(3)} ${passed} s, ${user / 1e6} s of processor`,
        );
      }
      if (step === 10 || step % 250 === 0 || step === recipe.steps) await saveTraining(folder, checkpoint());
    },
  });
  return checkpoint;
}

/** Constants that a network is used to, with those of its new numbers; ranges are of both. */
function withinStart({ configuration }: Downscaler, measured: Constants): Constants {
  const own = configuration.channels;
  const channels = measured.channels.map((channel, k) => {
    const known = own[k];
    if (known === undefined) return channel;
    const [low, high] = [0, 1].map((i) => [known.range[i]!, channel.range[i]!]) as [number[], number[]];
    return { ...known, range: [Math.min(...low), Math.max(...high)] as const };
  });
  const { deviations } = configuration.blocks!.scales!;
  return { channels, deviations, conditionMean: own[0]!.mean, conditionStd: own[0]!.deviation };
}

/** Its parameters, with a filter of 0 for each of the numbers that it is not given. */
function widened({ parameters }: Downscaler): Readonly<Record<string, Parameter>> {
  const name = "input.filter";
  const { shape, values } = parameters[name]!;
  const [rows, columns, from, to] = shape as [number, number, number, number];
  // Beside the noisy image.
  const inputs = 1 + description.channels.length;
  const wide = new Float32Array(rows * columns * inputs * to);
  for (let at = 0; at < rows * columns; at++) {
    wide.set(values.subarray(at * from * to, (at + 1) * from * to), at * inputs * to);
  }
  return { ...parameters, [name]: { shape: [rows, columns, inputs, to], values: wide } };
}

/** Channels, target and scales of what is learned. */
function describe({ channels, deviations }: Constants): ModelDescription {
  const { wet, unit } = rainUnits(undefined);
  return {
    channels,
    targets: [
      {
        name: "precipitation",
        units: "mm h-1",
        transform: { kind: "log", unit },
        background: "precipitation",
        mean: 0,
        deviation: 1,
        range: [0, 200],
        wetThreshold: wet,
        ceiling: 400,
      },
    ],
    sigmaData: 1,
    blocks: { factor: 4, scales: { deviations } },
  };
}

/** All events of the archives. */
async function cutEvents(): Promise<Event[]> {
  const { cut, without } = args;
  const all: Event[] = cut !== undefined && existsSync(cut) ? deserialize(readFileSync(cut)) : [];
  if (all.length === 0) {
    for (const archive of archives) {
      const found = await eventsOf(args.data, archive, root.split("tiles"));
      for (const { name, spacing, tiles } of found) {
        say(`${name}: ${tiles.length} tiles, cells of ${spacing.toFixed(2)} km`);
      }
      all.push(...found);
    }
    if (cut !== undefined) writeFileSync(cut, serialize(all));
  }
  const left = without.split(",").filter((name) => name !== "");
  return all.filter(({ archive }) => !left.some((name) => archive.startsWith(name) || providerOf(archive) === name));
}
