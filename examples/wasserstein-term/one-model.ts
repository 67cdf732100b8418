/**
 * One diffusion model for several archives, and what it does on radars that it has not seen, by the rule of
 * research/wasserstein-term.md ("One model for several archives").
 *
 *   node --import tsx examples/wasserstein-term/one-model.ts --models DIR [--data DIR] [--results DIR] [--only six] [--print]
 *
 * What is finished is not repeated. `--print` makes the tables and trains nothing.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import type { StackedTiles } from "../../generative/data/index.ts";
import { Downscaler, type SampleOptions } from "../../generative/model/index.ts";
import { trainOnTiles } from "../../generative/training/index.ts";
import { baselines, furtherBaselines } from "./baselines.ts";
import { type EvaluatedEnsemble, evaluateModel, processorSeconds, type TruthResult, truthOf } from "./cell.ts";
import { readEvaluation, readLearned } from "./data.ts";
import { radarFolder, read, write } from "./store.ts";
import { evaluationRow, interval, lossHeader, table } from "./tables.ts";
import { gains, lossNames, type Run } from "./verdict.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    results: { type: "string", default: fileURLToPath(new URL("../../research/wasserstein-term", import.meta.url)) },
    models: { type: "string" },
    only: { type: "string", default: "" },
    print: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const at = (name: string) => join(args.results, name);

interface Plan {
  readonly learned: readonly string[];
  /** The network is conditioned on the archive of a crop; then members are drawn with the set's own name. */
  readonly conditioned: boolean;
  readonly steps: number;
  /** A model that there is, under `--models`. @defaultValue one is trained */
  readonly kept?: string;
  readonly evaluated: readonly string[];
  readonly draws: readonly DrawName[];
}

/** Ways to draw: that of the experiment, its range of noise alone, and the library's own. */
const draws = {
  "from 10": () => ({ noiseRange: [10, 0.02] }),
  "from 40": () => ({ noiseRange: [40, 0.02] }),
  "by default": (wet) => ({ noiseRange: [40, 0.02], wetThreshold: wet / 2 }),
} as const satisfies Readonly<Record<string, (wetThreshold: number) => SampleOptions>>;
type DrawName = keyof typeof draws;

/** `six`: of twenty minutes of one thread. `unseen`: a long run of the experiment on what it knows nothing of. */
const plans: Readonly<Record<string, Plan>> = {
  six: {
    learned: ["fmi", "mch", "knmi", "bom", "opera", "mrms"],
    conditioned: true,
    steps: 6000,
    evaluated: ["fmi", "mch"],
    draws: ["from 10", "from 40", "by default"],
  },
  unseen: {
    learned: ["fmi"],
    conditioned: false,
    steps: 500,
    kept: "fmi-x4-s0-long/edm-none.safetensors",
    evaluated: ["bom", "opera", "radolan", "meteonet", "stageiv"],
    draws: ["by default"],
  },
};

/** Record of one model. */
interface ModelResult {
  readonly plan: Plan;
  readonly tiles: number;
  /** Processor seconds of training; undefined where the model was there. */
  readonly seconds?: number;
  readonly evaluated: Readonly<Record<string, Partial<Readonly<Record<DrawName, EvaluatedEnsemble>>>>>;
  /** Baselines that know what the model knows, by set and name. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, EvaluatedEnsemble>>>>;
}

const file = (name: string) => at(`one-model/${name}.json`);
const MEMBERS = 4;
const FACTOR = 4;
const cell = { ratio: FACTOR, generator: "edm", seed: 0 } as const;

async function truthFor(set: string, evaluated: Awaited<ReturnType<typeof readEvaluation>>): Promise<TruthResult> {
  const path = at(`truth/${set}.json`);
  if (!existsSync(path)) await write(path, truthOf({ ...evaluated, learned: { count: 0 } }));
  return read<TruthResult>(path);
}

/** The model of a plan, trained where it is not there; and the seconds that took. */
async function modelOf(name: string, { kept, learned, conditioned, steps }: Plan, archive: StackedTiles) {
  if (args.models === undefined) {
    throw new OptionsError("one-model: no folder of models; give --models DIR", "models");
  }
  const path = join(args.models, kept ?? `${name}.safetensors`);
  if (existsSync(path)) return { model: await Downscaler.load(path) };
  const began = processorSeconds();
  const { downscaler } = await trainOnTiles(archive, {
    ...{ seed: 0, factor: FACTOR, steps, batch: 16, crop: 32, threads: 1 },
    ...(conditioned && { archives: learned }),
    progressEvery: 250,
    onProgress: ({ step, loss }) => void say(`${name}: step ${step} loss ${loss.toFixed(4)}`),
  });
  await mkdir(dirname(path), { recursive: true });
  await downscaler.save(path);
  return { model: downscaler, seconds: Math.round(processorSeconds() - began) };
}

/** Does what is missing of a plan. */
async function work(name: string, plan: Plan): Promise<void> {
  const known = existsSync(file(name)) ? await read<ModelResult>(file(name)) : undefined;
  const evaluated: Record<string, Partial<Record<DrawName, EvaluatedEnsemble>>> = { ...known?.evaluated };
  const simple: Record<string, Readonly<Record<string, EvaluatedEnsemble>>> = { ...known?.baselines };
  if (plan.evaluated.every((set) => plan.draws.every((draw) => evaluated[set]?.[draw]))) return;
  const folder = radarFolder(args.data);
  const archive = await readLearned(folder, plan.learned);
  const { model, seconds = known?.seconds } = await modelOf(name, plan, archive);
  for (const set of plan.evaluated) {
    const tiles = await readEvaluation(folder, set);
    const { bins } = await truthFor(set, tiles);
    const knowing = { ...tiles, learned: archive };
    simple[set] ??= { ...baselines(knowing, FACTOR, bins), ...furtherBaselines(knowing, FACTOR, bins) };
    for (const draw of plan.draws) {
      if (evaluated[set]?.[draw]) continue;
      const how = { ...draws[draw](tiles.wetThreshold), ...(plan.conditioned && { archive: set }) };
      const found = await evaluateModel(model, tiles, { cell, members: MEMBERS, bins, draw: how });
      evaluated[set] = { ...evaluated[set], [draw]: found };
      const { crps, q999, spreadSkill, ralsd } = found.scores;
      say(`${name} on ${set}, ${draw}: ${[crps, q999, spreadSkill, ralsd.log].map((v) => v.toFixed(4)).join(" ")}`);
    }
    await write(file(name), { plan, tiles: archive.count, seconds, evaluated, baselines: simple });
  }
  await model.dispose();
}

const header = ["set", "method", "fair CRPS", "q99.9, %", "wet, %", "spread/skill", "RALSD, dB"];

/** The long run of the set's own archive, drawn alike by `remedies.ts`. */
async function ownModel(set: string, name: DrawName): Promise<EvaluatedEnsemble | undefined> {
  const draw = { "from 10": "as-it-is", "from 40": "from-40", "by default": "from-40-wet-from-0-05" }[name];
  const path = at(`${set}-x4-s0-remedies/draws-on-${set}/${draw}.json`);
  return existsSync(path) ? (await read<{ readonly evaluated: EvaluatedEnsemble }>(path)).evaluated : undefined;
}

async function print(): Promise<void> {
  for (const [name, { conditioned, learned, steps, draws: drawn }] of Object.entries(plans)) {
    if (!existsSync(file(name))) continue;
    const { evaluated, baselines: simple, seconds, tiles } = await read<ModelResult>(file(name));
    const rows: string[][] = [];
    const pairs: string[][] = [];
    for (const [set, ensembles] of Object.entries(evaluated)) {
      rows.push(...Object.entries(simple[set] ?? {}).map(([method, of]) => evaluationRow(set, method, of)));
      for (const draw of drawn) {
        const ensemble = ensembles[draw];
        if (ensemble === undefined) continue;
        rows.push(
          evaluationRow(
            set,
            `**${conditioned ? "one model" : `learned from ${learned.join(", ")}`}**, ${draw}`,
            ensemble,
          ),
        );
        const own = conditioned ? await ownModel(set, draw) : undefined;
        if (own === undefined) continue;
        rows.push(evaluationRow(set, `its own archive, 500 steps, ${draw}`, own));
        const { bins, blocks: truth } = await read<TruthResult>(at(`truth/${set}.json`));
        const run = ({ members, blocks }: EvaluatedEnsemble): Run => {
          return { set, seed: 0, evaluated: { bins, truth, members, blocks } };
        };
        const found = gains([run(own)], [run(ensemble)]);
        pairs.push([`${set}, ${draw}`, ...lossNames.map((loss) => interval(loss, found[loss]))]);
      }
    }
    process.stdout.write(`### ${name}: ${learned.join(", ")}${conditioned ? ", conditioned on the archive" : ""}\n\n`);
    const cost = seconds === undefined ? "" : `, ${seconds} s of training`;
    process.stdout.write(`${steps} steps, ${tiles} tiles${cost}.\n\n${table(header, rows)}\n`);
    if (pairs.length > 0) process.stdout.write(`${table(["less than its own archive's", ...lossHeader], pairs)}\n`);
    for (const draw of drawn) {
      const [fmi, mch] = [evaluated["fmi"]?.[draw], evaluated["mch"]?.[draw]];
      if (fmi === undefined || mch === undefined) continue;
      const pooled = (fmi.scores.crps + mch.scores.crps) / 2;
      process.stdout.write(`Pooled CRPS of fmi and mch, ${draw}: ${pooled.toFixed(4)}\n\n`);
    }
  }
}

try {
  if (args.print) await print();
  else for (const [name, plan] of Object.entries(plans)) if (name.includes(args.only)) await work(name, plan);
} catch (error) {
  if (!isMongeError(error)) throw error;
  say(error.message);
  process.exitCode = 2;
}
