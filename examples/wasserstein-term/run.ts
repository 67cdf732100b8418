/**
 * Does a Wasserstein term in the loss help? Trains every arm of research/wasserstein-term.md, keeps a small file of results for each,
 * and evaluates them by the rule of that page, which was written first. What is finished is not repeated.
 *
 *   node --import tsx examples/wasserstein-term/run.ts [--data DIR] [--results DIR] [--part 1/2] [--only TEXT] [--models DIR]
 *     [--quick] [--print]
 *
 * `--data` holds the radar files; without it they are sought in `radar` of the folder that `MONGE_DATA` names. `--part` shares the
 * work of several processes: each begins with its own trainings. `--only` takes the files of results whose name contains the text.
 * `--models` keeps the models of the long runs. `--quick` trains a few steps on a small event of the repository. `--print` makes
 * the tables of research/generator-results.md from the files and trains nothing.
 */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError, OptionsError } from "../../engine/errors.ts";
import { baselines } from "./baselines.ts";
import { type CellResult, type EvaluatedEnsemble, runCell, type TruthResult, truthOf } from "./cell.ts";
import { checkFiles, type ExperimentSet, readSet } from "./data.ts";
import { type Cell, fileOf, plan, quickPlan, syntheticSets, unseen } from "./design.ts";
import { radarFolder, read, write } from "./store.ts";
import { exactBaseline, runSyntheticCell, syntheticSet } from "./synthetic.ts";
import { tables } from "./tables.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    results: { type: "string", default: here("../../research/wasserstein-term") },
    part: { type: "string", default: "1/1" },
    only: { type: "string", default: "" },
    models: { type: "string" },
    quick: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const at = (name: string) => join(args.results, name);
const truthFile = (set: string) => at(`truth/${set}.json`);
const baselineFile = (set: string, ratio: number) => at(`baselines/${set}-x${ratio}.json`);

/** Cells to train: this part's own groups first, then those of the others from the last on. */
function mine(cells: readonly Cell[]): Cell[] {
  const [part, parts] = args.part.split("/").map(Number);
  if (!(Number.isInteger(part) && Number.isInteger(parts) && part! >= 1 && part! <= parts!)) {
    throw new OptionsError(`wasserstein-term: --part is ${args.part}, expected as 1/2`, "part", args.part);
  }
  const groups = [...new Set(cells.map((cell) => dirname(fileOf(cell))))];
  const own = groups.filter((_, i) => i % parts! === part! - 1);
  const others = groups.filter((group) => !own.includes(group)).reverse();
  return [...own, ...others].flatMap((group) => cells.filter((cell) => dirname(fileOf(cell)) === group));
}

function checkedFolder(cells: readonly Cell[]): string {
  const folder = radarFolder(args.data ?? (args.quick ? here("../../test/data/radar") : undefined));
  const more = cells.some(({ size }) => size === "long") ? unseen : [];
  const read = cells.map(({ set }) => set).filter((set) => !isSynthetic(set));
  checkFiles(folder, [...new Set([...read, ...more])]);
  return folder;
}

const isSynthetic = (set: string) => (syntheticSets as readonly string[]).includes(set);

async function work(cells: readonly Cell[]): Promise<void> {
  const folder = checkedFolder(cells);
  const loaded = new Map<string, ExperimentSet>();
  const setOf = async (name: string): Promise<ExperimentSet> => {
    const known = loaded.get(name);
    if (known) return known;
    const set = await readSet(folder, name);
    loaded.set(name, set);
    if (!existsSync(truthFile(name))) await write(truthFile(name), truthOf(set));
    return set;
  };
  for (const cell of mine(cells)) {
    const file = at(fileOf(cell));
    if (existsSync(file) || cell.generator === "one-step") continue;
    if (isSynthetic(cell.set)) {
      print(cell, await workSynthetic(cell, file));
      continue;
    }
    const set = await setOf(cell.set);
    const also: Record<string, ExperimentSet> = {};
    for (const name of cell.size === "long" && cell.seed === 0 ? unseen : []) also[name] = await setOf(name);
    const bins = new Map<string, TruthResult["bins"]>();
    for (const name of [cell.set, ...Object.keys(also)])
      bins.set(name, (await read<TruthResult>(truthFile(name))).bins);
    for (const [name, one] of Object.entries({ [cell.set]: set, ...also })) {
      const file = baselineFile(name, cell.ratio);
      if (!existsSync(file)) {
        await write(file, baselines(one, cell.ratio, bins.get(name)!, args.quick ? 12 : undefined));
      }
    }
    const { models } = args;
    const result = await runCell(cell, set, {
      also,
      bins: (name) => bins.get(name)!,
      say: (line) => say(`${fileOf(cell)}: ${line}`),
      ...(args.quick && { steps: 3, members: 2, recipe: { batch: 4, network: { baseChannels: 8 } } }),
      ...(models && cell.size === "long" && { keep: (model) => keep(model, join(models, fileOf(cell))) }),
    });
    await write(file, result);
    print(cell, result);
  }
}

/** Trains a cell on pairs of a known distribution. */
async function workSynthetic(cell: Cell, file: string): Promise<CellResult> {
  const set = syntheticSet(cell.set);
  const truth = truthOf({ ...set, learned: { count: set.learned.fine.shape[0]! } });
  if (!existsSync(truthFile(cell.set))) await write(truthFile(cell.set), truth);
  const baseline = baselineFile(cell.set, cell.ratio);
  if (!existsSync(baseline)) await write(baseline, exactBaseline(set, cell.ratio, truth.bins));
  const { bins } = truth;
  const result = await runSyntheticCell(cell, set, { bins, say: (line) => say(`${fileOf(cell)}: ${line}`) });
  await write(file, result);
  return result;
}

function print(cell: Cell, { evaluated, seconds: { training, sampling } }: CellResult): void {
  const { crps, q999, spreadSkill, ralsd } = evaluated[cell.set]!.scores;
  const scores = [crps, q999, spreadSkill, ralsd.log].map((v) => v.toFixed(4)).join(" ");
  say(`${fileOf(cell)}: CRPS, q99.9, spread/skill, RALSD ${scores}; ${training.toFixed(0)} + ${sampling.toFixed(0)} s`);
}

async function keep(model: { save(path: string): Promise<void> }, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await model.save(file.replace(/json$/, "safetensors"));
}

try {
  const cells = (args.quick ? quickPlan() : plan()).filter((cell) => fileOf(cell).includes(args.only));
  if (!args.print) await work(cells);
  if (args.print || args.quick) {
    const found = cells.filter((cell) => existsSync(at(fileOf(cell))));
    const results = await Promise.all(found.map((cell) => read<CellResult>(at(fileOf(cell)))));
    const sets = [...new Set(results.flatMap(({ evaluated }) => Object.keys(evaluated)))];
    const truths: Record<string, TruthResult> = {};
    const simple: Record<string, Record<string, EvaluatedEnsemble>> = {};
    for (const set of sets) {
      truths[set] = await read<TruthResult>(truthFile(set));
      if (existsSync(baselineFile(set, 4))) simple[set] = await read(baselineFile(set, 4));
    }
    process.stdout.write(tables({ results, truths }, simple));
  }
} catch (error) {
  if (!isMongeError(error)) throw error;
  say(error.message);
  process.exitCode = 2;
}
