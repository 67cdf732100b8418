/**
 * One diffusion model for several archives, and what it does on radars that it has not seen, by the rule of
 * docs/wasserstein-term.md ("One model for several archives").
 *
 *   node --import tsx examples/wasserstein-term/one-model.ts [--data DIR] [--results DIR] [--only six] [--models DIR] [--print]
 *
 * What is finished is not repeated. `--print` makes the tables and trains nothing.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError } from "../../engine/errors.ts";
import type { TileArchive } from "../../generative/downscaling/index.ts";
import { trainDownscaler } from "../../generative/downscaling/index.ts";
import { baselines, furtherBaselines } from "./baselines.ts";
import { type JudgedEnsemble, judgeModel, processorSeconds, type TruthResult, truthOf } from "./cell.ts";
import { readJudged, readLearned } from "./data.ts";
import { radarFolder, read, write } from "./store.ts";
import { interval, lossHeader, percent, table } from "./tables.ts";
import { gains, lossNames, type Run } from "./verdict.ts";

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    results: { type: "string", default: fileURLToPath(new URL("../results/wasserstein-term", import.meta.url)) },
    models: { type: "string" },
    only: { type: "string", default: "" },
    print: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const at = (name: string) => join(args.results, name);

interface Plan {
  readonly learned: readonly string[];
  /** Whether the network is told which archive a crop is from; then members are drawn with the set's own name. */
  readonly told: boolean;
  readonly steps: number;
  readonly judged: readonly string[];
}

/** `six`: of twenty minutes of one thread. `four`: two archives of rates and all of other kinds are held out whole. */
const plans: Readonly<Record<string, Plan>> = {
  six: {
    learned: ["fmi", "mch", "knmi", "bom", "opera", "mrms"],
    told: true,
    steps: 6000,
    judged: ["fmi", "mch"],
  },
  four: {
    learned: ["fmi", "mch", "knmi", "mrms"],
    told: false,
    steps: 2000,
    judged: ["bom", "opera", "radolan", "meteonet", "stageiv"],
  },
};

/** What is kept of one model. */
interface ModelResult {
  readonly plan: Plan;
  readonly tiles: number;
  readonly unit: number;
  readonly seconds: { readonly training: number; readonly sampling: number };
  /** Drawn as in the experiment, and from a wider range of noise. */
  readonly judged: Readonly<Record<string, Readonly<Record<RangeName, JudgedEnsemble>>>>;
  /** Baselines that know what the model knows, by set and name. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, JudgedEnsemble>>>>;
}

const file = (name: string) => at(`one-model/${name}.json`);
const MEMBERS = 4;
/** First and last noise level of a draw. */
const ranges = { "from 10": [10, 0.02], "from 40": [40, 0.02] } as const;
type RangeName = keyof typeof ranges;
const rangeNames = Object.keys(ranges) as RangeName[];
const FACTOR = 4;
const cell = { ratio: FACTOR, generator: "edm", seed: 0 } as const;

async function truthFor(set: string, judged: Awaited<ReturnType<typeof readJudged>>): Promise<TruthResult> {
  const path = at(`truth/${set}.json`);
  if (!existsSync(path)) await write(path, truthOf({ ...judged, learned: { count: 0 } }));
  return read<TruthResult>(path);
}

async function train(name: string, plan: Plan): Promise<void> {
  const folder = radarFolder(args.data);
  const { learned, told, steps } = plan;
  const archive: TileArchive = await readLearned(folder, learned);
  say(`${name}: ${archive.count} tiles`);
  const began = processorSeconds();
  const { downscaler, checkpoint } = await trainDownscaler(archive, {
    ...{ seed: 0, factor: FACTOR, steps, batch: 16, crop: 32, threads: 1 },
    ...(told && { archives: learned }),
    progressEvery: 250,
    onProgress: ({ step, loss }) => void say(`${name}: step ${step} loss ${loss.toFixed(4)}`),
  });
  const trained = processorSeconds();
  if (args.models) {
    await mkdir(args.models, { recursive: true });
    await downscaler.save(join(args.models, `${name}.safetensors`));
  }
  const judged: Record<string, Record<RangeName, JudgedEnsemble>> = {};
  const simple: Record<string, Record<string, JudgedEnsemble>> = {};
  let sampling = 0;
  for (const set of plan.judged) {
    const tiles = await readJudged(folder, set);
    const { bins } = await truthFor(set, tiles);
    const start = processorSeconds();
    const by = (noiseRange: readonly [number, number]) => {
      const draw = { noiseRange, ...(told && { archive: set }) };
      return judgeModel(downscaler, tiles, { cell, members: MEMBERS, bins, draw });
    };
    judged[set] = { "from 10": await by(ranges["from 10"]), "from 40": await by(ranges["from 40"]) };
    sampling += processorSeconds() - start;
    const knowing = { ...tiles, learned: archive };
    simple[set] = { ...baselines(knowing, FACTOR, bins), ...furtherBaselines(knowing, FACTOR, bins) };
    for (const [range, { scores }] of Object.entries(judged[set]!)) {
      const { crps, q999, spreadSkill, ralsd } = scores;
      say(`${name} on ${set} ${range}: ${[crps, q999, spreadSkill, ralsd.log].map((v) => v.toFixed(4)).join(" ")}`);
    }
  }
  const { unit = 1 } = checkpoint.normalization;
  const seconds = { training: Math.round(trained - began), sampling: Math.round(sampling) };
  await write(file(name), { plan, tiles: archive.count, unit, seconds, judged, baselines: simple });
  await downscaler.dispose();
}

const row = (set: string, name: string, { scores: s }: JudgedEnsemble): string[] => [
  set,
  name,
  s.crps.toFixed(4),
  percent(s.q999),
  percent(s.wetFractionBias),
  Number.isFinite(s.spreadSkill) ? s.spreadSkill.toFixed(2) : "–",
  s.ralsd.log.toFixed(2),
];
const header = ["set", "method", "fair CRPS", "q99.9, %", "wet, %", "spread/skill", "RALSD, dB"];

/** The long run of the set's own archive, drawn alike by `remedies.ts`. */
async function ownModel(set: string, range: RangeName): Promise<JudgedEnsemble | undefined> {
  const draw = range === "from 10" ? "as-it-is" : "from-40";
  const path = at(`${set}-x4-s0-remedies/draws-on-${set}/${draw}.json`);
  return existsSync(path) ? (await read<{ readonly judged: JudgedEnsemble }>(path)).judged : undefined;
}

async function print(): Promise<void> {
  for (const [name, { told, learned }] of Object.entries(plans)) {
    if (!existsSync(file(name))) continue;
    const { judged, baselines: simple, seconds, tiles, plan } = await read<ModelResult>(file(name));
    const rows: string[][] = [];
    const pairs: string[][] = [];
    for (const [set, ensembles] of Object.entries(judged)) {
      rows.push(...Object.entries(simple[set] ?? {}).map(([method, of]) => row(set, method, of)));
      for (const range of rangeNames) {
        rows.push(row(set, `**one model of ${learned.length}**, ${range}`, ensembles[range]));
        const own = told ? await ownModel(set, range) : undefined;
        if (own === undefined) continue;
        rows.push(row(set, `its own archive, 500 steps, ${range}`, own));
        const { bins, blocks: truth } = await read<TruthResult>(at(`truth/${set}.json`));
        const run = ({ members, blocks }: JudgedEnsemble): Run => {
          return { set, seed: 0, judged: { bins, truth, members, blocks } };
        };
        const found = gains([run(own)], [run(ensembles[range])]);
        pairs.push([`${set}, ${range}`, ...lossNames.map((loss) => interval(loss, found[loss]))]);
      }
    }
    process.stdout.write(`### ${name}: ${learned.join(", ")}${told ? ", told which" : ""}\n\n`);
    const cost = `${seconds.training} s of training, ${seconds.sampling} s of sampling`;
    process.stdout.write(`${plan.steps} steps, ${tiles} tiles, ${cost}.\n\n${table(header, rows)}\n`);
    if (pairs.length > 0) process.stdout.write(`${table(["less than its own archive's", ...lossHeader], pairs)}\n`);
    const [fmi, mch] = [judged["fmi"], judged["mch"]];
    for (const range of fmi && mch ? rangeNames : []) {
      const pooled = (fmi![range].scores.crps + mch![range].scores.crps) / 2;
      process.stdout.write(`Pooled CRPS of fmi and mch, ${range}: ${pooled.toFixed(4)}\n\n`);
    }
  }
}

try {
  if (args.print) await print();
  else
    for (const [name, plan] of Object.entries(plans)) {
      if (name.includes(args.only) && !existsSync(file(name))) await train(name, plan);
    }
} catch (error) {
  if (!isMongeError(error)) throw error;
  say(error.message);
  process.exitCode = 2;
}
